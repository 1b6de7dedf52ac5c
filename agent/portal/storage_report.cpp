#include "portal/storage_report.hpp"

#include "model/identifier.hpp"

#include <algorithm>

namespace site {
namespace {

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

Finding doubtful(const std::string& project, std::string text)
{
    return { .severity = Severity::warning,
        .code = "storage-report",
        .subject = project,
        .text = std::move(text),
        .advice = "tell who made the document" };
}

bool is_plain(std::string_view name)
{
    return !name.empty()
        && std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_of(std::string_view user, std::string_view project)
{
    const auto dot = user.find('.');
    return dot != std::string_view::npos && user.substr(dot + 1) == project;
}

Result<void> check_user(const std::string& user, const std::string& project)
{
    if (const auto identifier = UserIdentifier::parse(user); !identifier)
        return identifier.error();
    if (!is_of(user, project))
        return invalid(cited(user) + " is not of project " + project);
    return {};
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

template <class ByUser>
void leave_out_foreign(
    ByUser& users, const std::string& project, std::string_view where, std::vector<Finding>& findings)
{
    std::string example;
    const auto count = std::erase_if(users, [&](const auto& user) {
        if (is_of(user.first, project))
            return false;
        if (example.empty())
            example = cited(user.first);
        return true;
    });
    if (count > 0)
        findings.push_back(doubtful(project,
            std::string(where) + ": " + std::to_string(count) + " not of this project, left out, such as "
                + example));
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
    for (const auto& [user, local] : report.users) {
        if (auto checked = check_user(user, project); !checked)
            return checked;
        if (!is_plain(local))
            return invalid("the local user of " + user + ", " + cited(local) + ", is no user's name");
    }
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
    leave_out_foreign(report.users, project, "users", findings);
    leave_out_foreign(report.newest.user_quotas, project, "user_quotas", findings);
    for (auto& [day, daily] : report.daily_reports)
        leave_out_foreign(daily.user_quotas, project, "user_quotas of " + text(day), findings);
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
