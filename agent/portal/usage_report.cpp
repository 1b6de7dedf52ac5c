#include "portal/usage_report.hpp"

#include "portal/document_names.hpp"

#include <optional>

namespace site {
namespace {

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

Finding doubtful(const std::string& project, std::string text)
{
    return document_finding("usage-report", project, std::move(text));
}

/// None: it is beyond 64 bits.
std::optional<std::uint64_t> sum(std::uint64_t a, std::uint64_t b)
{
    const auto both = a + b;
    return both < a ? std::nullopt : std::optional(both);
}

std::optional<std::uint64_t> sum_of(const CountByUser& counts)
{
    std::optional<std::uint64_t> out = 0;
    for (const auto& [user, count] : counts)
        if (out)
            out = sum(*out, count);
    return out;
}

/// Documents of before 0.23 have totals alone.
bool has_totals_alone(const DailyUsageReport& report)
{
    return report.user_job_counts.empty() && report.user_wait_seconds.empty();
}

Result<void> check_local_users(const CountByUser& counts, std::string_view where)
{
    for (const auto& [user, count] : counts)
        if (!is_plain(user))
            return invalid(std::string(where) + ": " + cited(user) + " is no user's name");
    return {};
}

Result<void> check_total(std::uint64_t total, const CountByUser& counts, const std::string& name)
{
    const auto right = sum_of(counts);
    if (!right)
        return invalid(name + ": the users' sum is beyond 64 bits");
    if (total != *right)
        return invalid(
            name + " is " + std::to_string(total) + ", and the users' sum " + std::to_string(*right));
    return {};
}

void set_right(
    std::uint64_t& total, const CountByUser& counts, const std::string& name, std::vector<Finding>& findings)
{
    const auto right = sum_of(counts);
    if (!right || total == *right)
        return;
    findings.push_back(doubtful({},
        name + " is " + std::to_string(total) + ", and the users' sum " + std::to_string(*right)
            + ", which is taken"));
    total = *right;
}

/// Adds `more` to `counts`; false: a sum is beyond 64 bits.
bool add(CountByUser& counts, const CountByUser& more)
{
    for (const auto& [user, count] : more) {
        auto& there = counts[user];
        const auto both = sum(there, count);
        if (!both)
            return false;
        there = *both;
    }
    return true;
}

bool add(std::uint64_t& total, std::uint64_t more)
{
    const auto both = sum(total, more);
    total = both.value_or(total);
    return both.has_value();
}

bool add(DailyUsageReport& day, const DailyUsageReport& more)
{
    const auto has_jobs
        = [](const DailyUsageReport& one) { return one.num_jobs > 0 || one.total_wait_seconds > 0; };
    const bool of_nobody
        = (has_totals_alone(day) && has_jobs(day)) || (has_totals_alone(more) && has_jobs(more));
    bool good = add(day.reports, more.reports) && add(day.user_job_counts, more.user_job_counts)
        && add(day.user_wait_seconds, more.user_wait_seconds) && add(day.num_jobs, more.num_jobs)
        && add(day.total_wait_seconds, more.total_wait_seconds);
    for (const auto& [name, counts] : more.components)
        good = good && add(day.components[name], counts);
    if (of_nobody) {
        day.user_job_counts.clear();
        day.user_wait_seconds.clear();
    }
    day.is_complete = false;
    return good;
}

} // namespace

Result<void> check(const DailyUsageReport& report)
{
    if (auto checked = check_local_users(report.reports, "reports"); !checked)
        return checked;
    for (const auto& [name, counts] : report.components) {
        if (!is_plain(name))
            return invalid("components: " + cited(name) + " is no component's name");
        if (auto checked = check_local_users(counts, "components: " + name); !checked)
            return checked;
    }
    if (auto checked = check_local_users(report.user_job_counts, "user_job_counts"); !checked)
        return checked;
    if (auto checked = check_local_users(report.user_wait_seconds, "user_wait_seconds"); !checked)
        return checked;
    if (has_totals_alone(report))
        return {};
    if (auto checked = check_total(report.num_jobs, report.user_job_counts, "num_jobs"); !checked)
        return checked;
    return check_total(report.total_wait_seconds, report.user_wait_seconds, "total_wait_seconds");
}

Result<void> check(const ProjectUsageReport& report)
{
    if (const auto identifier = ProjectIdentifier::parse(report.project); !identifier)
        return identifier.error();
    if (auto checked = check_users(report.users, report.project); !checked)
        return checked;
    std::map<std::string, std::string> person_of;
    for (const auto& [user, local] : report.users) {
        if (local == unknown_user)
            return invalid(user + " has the local name unknown, which stands for nobody");
        if (const auto [other, fresh] = person_of.emplace(local, user); !fresh)
            return invalid(other->second + " and " + user + " have one local name, " + local);
    }
    for (const auto& [day, daily] : report.reports) {
        if (!parse_day(text(day)))
            return invalid(text(day) + " is no day from 1970 to 9999");
        if (auto checked = check(daily); !checked)
            return checked.error().in("the report of " + text(day));
    }
    return {};
}

Result<void> check(const PortalUsageReport& report)
{
    if (auto checked = check_portal_name(report.portal); !checked)
        return checked;
    for (const auto& [name, one] : report.reports) {
        if (auto checked = check(one); !checked)
            return checked.error().in("the report of " + cited(name));
        if (name != one.project)
            return invalid("the report of " + cited(name) + " is of " + cited(one.project));
        if (!name.ends_with("." + report.portal))
            return invalid(cited(name) + " is not of portal " + report.portal);
    }
    return {};
}

DailyUsageReading agreeing(DailyUsageReport report)
{
    DailyUsageReading out;
    if (!has_totals_alone(report)) {
        set_right(report.num_jobs, report.user_job_counts, "num_jobs", out.findings);
        set_right(report.total_wait_seconds, report.user_wait_seconds, "total_wait_seconds", out.findings);
    }
    out.report = std::move(report);
    return out;
}

ProjectUsageReading agreeing(ProjectUsageReport report)
{
    ProjectUsageReading out;
    leave_out_foreign(report.users, report.project, "users", "usage-report", out.findings);
    if (const auto dropped = drop_shared_names(report.users); dropped > 0)
        out.findings.push_back(doubtful(report.project,
            "users: " + std::to_string(dropped)
                + " whose local name is another's too, or is unknown, left out"));
    for (auto& [day, daily] : report.reports) {
        auto read = agreeing(std::move(daily));
        daily = std::move(read.report);
        for (auto& finding : read.findings)
            out.findings.push_back(doubtful(report.project, text(day) + ": " + finding.text));
    }
    out.report = std::move(report);
    return out;
}

PortalUsageReading agreeing(PortalUsageReport report)
{
    PortalUsageReading out { { report.portal, {} } };
    for (auto& [name, one] : report.reports) {
        if (name != one.project) {
            out.findings.push_back(
                doubtful(name, "holds the report of " + cited(one.project) + ", left out"));
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

std::size_t drop_shared_names(std::map<std::string, std::string>& users)
{
    std::map<std::string, std::size_t> people;
    for (const auto& [user, local] : users)
        ++people[local];
    return std::erase_if(
        users, [&](const auto& user) { return people.at(user.second) > 1 || user.second == unknown_user; });
}

Result<ProjectUsageReport> merged(const ProjectUsageReport& a, const ProjectUsageReport& b)
{
    if (a.project != b.project)
        return invalid("reports of " + cited(a.project) + " and " + cited(b.project) + " can't be one");
    auto out = a;
    for (const auto& [day, daily] : b.reports) {
        const auto [at, fresh] = out.reports.try_emplace(day, daily);
        if (!fresh && !add(at->second, daily))
            return invalid(text(day) + ": a sum of both reports is beyond 64 bits");
    }
    out.users.insert(b.users.begin(), b.users.end());
    drop_shared_names(out.users);
    return out;
}

ProjectUsageReport filtered(ProjectUsageReport report, Day first, Day last)
{
    std::erase_if(
        report.reports, [&](const auto& daily) { return daily.first < first || daily.first > last; });
    return report;
}

} // namespace site
