#pragma once

#include "api/finding.hpp"
#include "model/result.hpp"
#include "model/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// The portal's documents of compute usage (docs/formats/usage-report.md). Format: templemeads
/// `DailyProjectUsageReport`, `ProjectUsageReport` and `UsageReport`, 0.32.

/// By local user; `unknown` holds what can't be said to be anybody's.
using CountByUser = std::map<std::string, std::uint64_t>;

inline constexpr auto unknown_user = "unknown";

/// One UTC day of one project.
struct DailyUsageReport {
    CountByUser reports {}; ///< node-seconds
    std::map<std::string, CountByUser> components {}; ///< by name: cpu, gpu and billing-seconds, MB-seconds
    CountByUser user_job_counts {}; ///< jobs that started on that day
    CountByUser user_wait_seconds {}; ///< start - eligible of those
    std::uint64_t num_jobs = 0; ///< all of them
    std::uint64_t total_wait_seconds = 0;
    bool is_complete = false; ///< nothing of this day will change any more

    bool operator==(const DailyUsageReport&) const = default;
};

struct ProjectUsageReport {
    std::string project; ///< `climate.brics`
    std::map<Day, DailyUsageReport> reports {};
    std::map<std::string, std::string> users {}; ///< local user by `mia.climate.brics`

    bool operator==(const ProjectUsageReport&) const = default;
};

/// Of a whole portal. (Not named as in the reference: `UsageReport` is what a usage run did.)
struct PortalUsageReport {
    std::string portal;
    std::map<std::string, ProjectUsageReport> reports {}; ///< by project

    bool operator==(const PortalUsageReport&) const = default;
};

/// What must hold of a report before it is written: totals that are the sums of the users' figures (or there
/// are totals alone, as in old documents), users of the one project, each with a local name of his own that
/// is not `unknown`, names that are what they should be. Errors: `invalid`, with the first thing that does
/// not hold.
Result<void> check(const DailyUsageReport&);
Result<void> check(const ProjectUsageReport&);
/// The same of each project; each under its own name, and of this portal.
Result<void> check(const PortalUsageReport&);

/// A report as it was read, made to agree with itself, and what was wrong with it (findings `usage-report`).
/// Totals that are not the sums become the sums. Users of another project, users who share a local name and
/// who is called `unknown` are left out of `users`: their usage stays. `check` holds of the result.
struct ProjectUsageReading {
    ProjectUsageReport report;
    std::vector<Finding> findings {};
};

/// Likewise; a project under another name or of another portal is left out.
struct PortalUsageReading {
    PortalUsageReport report;
    std::vector<Finding> findings {};
};

struct DailyUsageReading {
    DailyUsageReport report;
    std::vector<Finding> findings {};
};

/// Makes a report agree with itself, as above. What is no name at all stays, for that is refused in reading.
DailyUsageReading agreeing(DailyUsageReport);
ProjectUsageReading agreeing(ProjectUsageReport);
PortalUsageReading agreeing(PortalUsageReport);

/// As JSON: keys sorted, never null, all members of a day, components that are zero left out. The same report
/// gives the same bytes. Only of what `check` lets pass.
std::string json_text(const DailyUsageReport&);
std::string json_text(const ProjectUsageReport&);
std::string json_text(const PortalUsageReport&);

/// Strict: a missing, doubled or ill-formed member is an Error (`invalid`) that names it. Members that are
/// not known are passed over. Of a day only `reports` and `is_complete` are required.
Result<DailyUsageReading> parse_daily_usage_report(std::string_view json);
Result<ProjectUsageReading> parse_project_usage_report(std::string_view json);
Result<PortalUsageReading> parse_portal_usage_report(std::string_view json);

/// Takes a local name out of `users` when two people have it, or when it is `unknown`. Returns how many
/// people that were.
std::size_t drop_shared_names(std::map<std::string, std::string>& users);

/// Both reports' days in one. A day that both have is added up, and is then not complete; where only one of
/// them knows whose its jobs are, the jobs' totals alone remain. Of two local names for one person the left
/// one's counts; a name that two people then share is nobody's.
/// Errors: `invalid` when they are of two projects, or when a sum is beyond 2^64 - 1.
Result<ProjectUsageReport> merged(const ProjectUsageReport&, const ProjectUsageReport&);

/// The days from `first` to `last`, both included; users stay.
ProjectUsageReport filtered(ProjectUsageReport, Day first, Day last);

} // namespace site
