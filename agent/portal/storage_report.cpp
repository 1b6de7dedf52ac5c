#include "portal/storage_report.hpp"

#include "portal/document_names.hpp"

namespace site {
namespace {

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

Finding doubtful(const std::string& project, std::string text)
{
    return document_finding("storage-report", project, std::move(text));
}

Result<void> check_volumes(const QuotasByVolume& quotas)
{
    for (const auto& [volume, quota] : quotas)
        if (auto checked = check_volume_name(volume); !checked)
            return checked;
    return {};
}

Result<void> check_snapshot(const DailyStorageReport& report, const std::string& project)
{
    if (auto checked = check_volumes(report.project_quotas); !checked)
        return checked;
    for (const auto& [user, quotas] : report.user_quotas) {
        if (auto checked = check_user(user, project); !checked)
            return checked;
        if (auto checked = check_volumes(quotas); !checked)
            return checked;
    }
    return {};
}

/// The later of two snapshots of one day; of a tie the one that is there.
void keep_later(DailyStorageReport& there, const DailyStorageReport& other)
{
    if (other.generated_at > there.generated_at)
        there = other;
}

std::map<Day, DailyStorageReport> under_their_own_days(
    const ProjectStorageReport& report, std::vector<Finding>& findings)
{
    const auto& project = report.newest.project;
    std::map<Day, DailyStorageReport> out;
    for (const auto& [day, daily] : report.daily_reports) {
        if (daily.project != project) {
            findings.push_back(doubtful(
                project, "the snapshot of " + text(day) + " is of " + cited(daily.project) + ", left out"));
            continue;
        }
        const auto own = day_of(daily.generated_at);
        if (own != day)
            findings.push_back(doubtful(
                project, "the snapshot of " + text(day) + " was made on " + text(own) + ", filed there"));
        const auto [at, fresh] = out.try_emplace(own, daily);
        if (fresh)
            continue;
        keep_later(at->second, daily);
        findings.push_back(
            doubtful(project, "two snapshots were made on " + text(own) + ", the later is kept"));
    }
    return out;
}

} // namespace

Result<void> check_volume_name(std::string_view name)
{
    if (is_plain(name) && name.size() <= 64)
        return {};
    return invalid(cited(name) + " is no volume's name: 1 to 64 characters of ASCII without a blank");
}

Result<void> check(const ProjectStorageReport& report)
{
    const auto& project = report.newest.project;
    if (const auto identifier = ProjectIdentifier::parse(project); !identifier)
        return identifier.error();
    if (auto checked = check_snapshot(report.newest, project); !checked)
        return checked;
    if (auto checked = check_users(report.users, project); !checked)
        return checked;
    for (const auto& [day, daily] : report.daily_reports) {
        if (daily.project != project)
            return invalid("the report of " + text(day) + " is of " + cited(daily.project));
        if (day != day_of(daily.generated_at))
            return invalid("the report of " + text(day) + " was made on " + text(day_of(daily.generated_at)));
        if (day == day_of(report.newest.generated_at))
            return invalid("the newest's own day, " + text(day) + ", stands in the history");
        if (auto checked = check_snapshot(daily, project); !checked)
            return checked.error().in("the report of " + text(day));
    }
    return {};
}

Result<void> check(const PortalStorageReport& report)
{
    if (auto checked = check_portal_name(report.portal); !checked)
        return checked;
    for (const auto& [name, one] : report.reports) {
        if (auto checked = check(one); !checked)
            return checked.error().in("the report of " + cited(name));
        if (name != one.newest.project)
            return invalid("the report of " + cited(name) + " is of " + cited(one.newest.project));
        if (!name.ends_with("." + report.portal))
            return invalid(cited(name) + " is not of portal " + report.portal);
    }
    return {};
}

ProjectStorageReading agreeing(ProjectStorageReport report)
{
    ProjectStorageReading out;
    auto& findings = out.findings;
    const auto project = report.newest.project;
    report.daily_reports = under_their_own_days(report, findings);
    const auto today = day_of(report.newest.generated_at);
    if (const auto same = report.daily_reports.find(today); same != report.daily_reports.end()) {
        findings.push_back(doubtful(project,
            "the newest snapshot's own day, " + text(today) + ", stands in the history, the later is kept"));
        keep_later(report.newest, same->second);
        report.daily_reports.erase(same);
    }
    leave_out_foreign(report.users, project, "users", "storage-report", findings);
    leave_out_foreign(report.newest.user_quotas, project, "user_quotas", "storage-report", findings);
    for (auto& [day, daily] : report.daily_reports)
        leave_out_foreign(
            daily.user_quotas, project, "user_quotas of " + text(day), "storage-report", findings);
    out.report = std::move(report);
    return out;
}

PortalStorageReading agreeing(PortalStorageReport report)
{
    PortalStorageReading out { { report.portal, {} } };
    for (auto& [name, one] : report.reports) {
        const auto& project = one.newest.project;
        if (name != project) {
            out.findings.push_back(doubtful(name, "holds the report of " + cited(project) + ", left out"));
        } else if (!name.ends_with("." + report.portal)) {
            out.findings.push_back(doubtful(name, "is not of portal " + cited(report.portal) + ", left out"));
        } else {
            auto read = agreeing(std::move(one));
            out.findings.insert(out.findings.end(), read.findings.begin(), read.findings.end());
            out.report.reports.emplace(name, std::move(read.report));
        }
    }
    return out;
}

Result<ProjectStorageReport> merged(const ProjectStorageReport& a, const ProjectStorageReport& b)
{
    if (a.newest.project != b.newest.project)
        return invalid(
            "reports of " + cited(a.newest.project) + " and " + cited(b.newest.project) + " can't be one");
    const bool first = a.newest.generated_at >= b.newest.generated_at;
    const auto& newer = first ? a : b;
    const auto& older = first ? b : a;
    auto out = newer;
    out.users.insert(older.users.begin(), older.users.end());
    const auto add = [&](Day day, const DailyStorageReport& daily) {
        const auto [at, fresh] = out.daily_reports.try_emplace(day, daily);
        if (!fresh)
            keep_later(at->second, daily);
    };
    for (const auto& [day, daily] : older.daily_reports)
        add(day, daily);
    add(day_of(older.newest.generated_at), older.newest);
    out.daily_reports.erase(day_of(newer.newest.generated_at));
    return out;
}

ProjectStorageReport filtered(ProjectStorageReport report, Day first, Day last)
{
    std::erase_if(
        report.daily_reports, [&](const auto& daily) { return daily.first < first || daily.first > last; });
    return report;
}

} // namespace site
