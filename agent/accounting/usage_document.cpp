#include "accounting/usage_document.hpp"

#include "model/identifier.hpp"
#include "portal/document_names.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };
constexpr std::chrono::months one_month { 1 };

struct Component {
    const char* name; ///< as Slurm's TRES that it counts
    std::uint64_t Spent::*seconds;
};

constexpr std::array components {
    Component { "billing", &Spent::billing_seconds },
    Component { "cpu", &Spent::cpu_seconds },
    Component { "gpu", &Spent::gpu_seconds },
    Component { "memory", &Spent::memory_mb_seconds },
};

using Allocations = std::vector<const KnownAllocation*>;

/// The allocations of each of the portal's projects.
std::map<std::string, Allocations> projects_of(const std::string& portal, const Known& known)
{
    std::map<std::string, Allocations> out;
    for (const auto& [uuid, allocation] : known)
        if (const auto project = ProjectIdentifier::parse(allocation.identifier);
            project && project->portal == portal)
            out[allocation.identifier].push_back(&allocation);
    return out;
}

/// An account that was one project's and is another's now is the other's.
std::map<Name, std::string> project_by_account(const std::map<std::string, Allocations>& projects)
{
    std::map<Name, std::string> out;
    for (const bool gone : { false, true })
        for (const bool shares : { false, true })
            for (const auto& [project, allocations] : projects)
                for (const auto* one : allocations)
                    if (one->gone.has_value() == gone && one->shares == shares && !one->group.empty())
                        out.emplace(one->group, project);
    return out;
}

/// Local name by identifier. Who is in the project comes before who left it, if somebody had two names, or
/// two one after the other had the same.
std::map<std::string, std::string> people_of(const std::string& project, const Allocations& allocations)
{
    std::map<std::string, std::string> out;
    std::set<Name> present;
    for (const bool gone : { false, true })
        for (const auto* allocation : allocations)
            for (const auto& member : allocation->members) {
                if (member.gone.has_value() != gone || !check_user(member.identifier, project)
                    || !is_plain(member.user.text()) || (gone && present.contains(member.user)))
                    continue;
                out.emplace(member.identifier, member.user.text());
                if (!gone)
                    present.insert(member.user);
            }
    drop_shared_names(out);
    return out;
}

void add(DailyUsageReport& report, const LedgerRow& row)
{
    const auto& name = row.user.text();
    const std::string user = is_plain(name) ? name : unknown_user;
    report.reports[user] += row.spent.node_seconds;
    for (const auto& component : components)
        if (const auto seconds = row.spent.*component.seconds; seconds > 0)
            report.components[component.name][user] += seconds;
    if (row.jobs > 0) {
        report.user_job_counts[user] += row.jobs;
        report.user_wait_seconds[user] += row.wait_seconds;
        report.num_jobs += row.jobs;
        report.total_wait_seconds += row.wait_seconds;
    }
}

/// The month's days up to today, empty, and whether they are complete.
std::map<Day, DailyUsageReport> empty_days(const std::vector<LedgerDay>& days, Month month, Instant now)
{
    std::map<Day, DailyUsageReport> out;
    for (Day day { month / 1 }; day < Day { (month + one_month) / 1 } && day <= day_of(now); day += one_day)
        out.try_emplace(day);
    for (const auto& known : days)
        if (const auto found = out.find(known.day); found != out.end()) {
            const Instant end { known.day + one_day };
            found->second.is_complete = known.whole && known.final && known.read >= end && end <= now;
        }
    return out;
}

} // namespace

PortalUsageReport usage_document(const std::string& portal, const Known& known,
    const std::vector<LedgerRow>& by_day, const std::vector<LedgerDay>& days, Month month, Instant now)
{
    const auto projects = projects_of(portal, known);
    const auto project_of = project_by_account(projects);
    const auto empty = empty_days(days, month, now);
    const Instant begin { Day { month / 1 } };
    PortalUsageReport out { portal, {} };
    const auto report_of = [&](const std::string& project) -> ProjectUsageReport& {
        const auto [report, fresh] = out.reports.try_emplace(project);
        if (fresh)
            report->second = { project, empty, people_of(project, projects.at(project)) };
        return report->second;
    };
    const auto was_there = [&](const KnownAllocation* one) { return !one->gone || *one->gone >= begin; };
    for (const auto& [project, allocations] : projects)
        if (std::any_of(allocations.begin(), allocations.end(), was_there))
            report_of(project);
    for (const auto& row : by_day)
        if (const auto project = project_of.find(row.account);
            project != project_of.end() && empty.contains(row.day))
            add(report_of(project->second).reports.at(row.day), row);
    return out;
}

} // namespace site
