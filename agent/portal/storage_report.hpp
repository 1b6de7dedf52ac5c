#pragma once

#include "api/finding.hpp"
#include "model/result.hpp"
#include "model/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// The portal's documents of storage (docs/formats/storage-report.md). Format: templemeads
/// `ProjectStorageReport` and `StorageReport`, 0.32.

struct StorageQuota {
    std::optional<std::uint64_t> limit {}; ///< bytes; none: unlimited
    std::optional<std::uint64_t> usage {}; ///< bytes; none: not known

    bool operator==(const StorageQuota&) const = default;
};

using QuotasByVolume = std::map<std::string, StorageQuota>;

/// One snapshot.
struct DailyStorageReport {
    std::string project; ///< `climate.brics`
    Instant generated_at;
    QuotasByVolume project_quotas {};
    std::map<std::string, QuotasByVolume> user_quotas {}; ///< by `mia.climate.brics`

    bool operator==(const DailyStorageReport&) const = default;
};

/// The newest snapshot, who is in the project, and older snapshots, one a day at most.
struct ProjectStorageReport {
    DailyStorageReport newest;
    std::map<std::string, std::string> users {}; ///< local user by identifier
    std::map<Day, DailyStorageReport> daily_reports {}; ///< by the UTC day of `generated_at`

    bool operator==(const ProjectStorageReport&) const = default;
};

/// Of a whole portal. (Not named as in the reference: `StorageReport` is what a reading of the volumes did.)
struct PortalStorageReport {
    std::string portal;
    std::map<std::string, ProjectStorageReport> reports {}; ///< by project

    bool operator==(const PortalStorageReport&) const = default;
};

/// Non-empty, at most 64 characters of ASCII, no blank, no control character.
Result<void> check_volume_name(std::string_view);

/// What must hold of a report before it is written: days that are their snapshot's, none of them the
/// newest's; one project throughout, users of it only; names that are what they should be. Errors: `invalid`,
/// with the first thing that does not hold.
Result<void> check(const ProjectStorageReport&);
/// The same of each project; each under its own name, and of this portal.
Result<void> check(const PortalStorageReport&);

/// A report as it was read, made to agree with itself, and what was wrong with it (findings
/// `storage-report`). A snapshot is filed under the day on which it was made; of one day the later is kept,
/// as the newest if it is that one's day; snapshots and users of another project are left out. `check` holds
/// of the result.
struct ProjectStorageReading {
    ProjectStorageReport report;
    std::vector<Finding> findings {};
};

/// Likewise; a project under another name or of another portal is left out.
struct PortalStorageReading {
    PortalStorageReport report;
    std::vector<Finding> findings {};
};

/// Makes a report agree with itself, as above. What is no name at all stays, for that is refused in reading.
ProjectStorageReading agreeing(ProjectStorageReport);
PortalStorageReading agreeing(PortalStorageReport);

/// As JSON: keys sorted, sizes as the portal writes them, never null, a user without a quota left out. The
/// same report gives the same bytes. Only of what `check` lets pass.
std::string json_text(const ProjectStorageReport&);
std::string json_text(const PortalStorageReport&);

/// Strict: a missing, doubled or ill-formed member is an Error (`invalid`) that names it. Members that are
/// not known are passed over.
Result<ProjectStorageReading> parse_project_storage_report(std::string_view json);
Result<PortalStorageReading> parse_portal_storage_report(std::string_view json);

/// Both reports' snapshots in one: the newer one on top (of a tie the left one), of each older day the later.
/// The other's snapshot of the newest's own day is dropped whole: its volumes are not added.
/// Errors: `invalid` when they are of two projects.
Result<ProjectStorageReport> merged(const ProjectStorageReport&, const ProjectStorageReport&);

/// The history from `first` to `last`, both included; the newest snapshot stays whatever its day is.
ProjectStorageReport filtered(ProjectStorageReport, Day first, Day last);

} // namespace site
