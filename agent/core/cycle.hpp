#pragma once

#include "config/config.hpp"
#include "core/guard.hpp"
#include "core/ids.hpp"
#include "core/inventory.hpp"
#include "core/membership.hpp"
#include "core/people.hpp"
#include "core/plan.hpp"
#include "host/backend.hpp"
#include "portal/portal.hpp"
#include "store/database.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// How far the work of a cycle is; for a progress bar, a line a batch, and the watchdog.
struct Progress {
    std::string doing;
    std::size_t done = 0;
    std::size_t total = 0;
};

/// Which guards are to be passed, for just the changes of a printed plan.
struct AllowRequest {
    std::vector<std::string> guards;
    std::string plan;
};

/// What a cycle works with. Everything outlives it.
struct CycleParts {
    const Config& config;
    const ClusterConfig& cluster;
    Portal& portal;
    Database& database;
    std::vector<Backend*> backends;
    const Clock& clock;
    PersonLookup person; ///< none: people are not looked up
    std::function<void(const Progress&)> progress {}; ///< may be none
    std::function<bool()> stop {}; ///< asked between batches; true ends the cycle early
    std::string by; ///< for the journal: `apply by root`
    std::optional<AllowRequest> allow {}; ///< `apply --allow GUARD --plan ID`
    IdLookups ids {}; ///< needed where a plugin keeps groups or users
    /// The portal's resources with what is granted; needed where a volume goes by that.
    std::function<Result<std::vector<ResourceRow>>()> resources {};
};

struct ChangeOutcome {
    Change change;
    std::string outcome; ///< done, failed, later, open
    std::string said;
};

struct CycleReport {
    Plan plan;
    std::optional<Error> error; ///< the cycle could not be carried through at all
    std::optional<Error> portal_error; ///< the portal is away; `plan.fresh` is false
    std::vector<ChangeOutcome> outcomes; ///< empty in a plan
    std::size_t allocations = 0;
    std::size_t associations = 0;
    std::size_t without_names = 0;
    std::size_t waiting = 0;
    std::size_t foreign_allocations = 0;
    std::size_t foreign_associations = 0;
    bool stopped = false; ///< ended early because it was asked to
    Judged judged; ///< for `status` and `usage`

    /// Exit code of design §3: 0 done or nothing to do, 1 error or part failed, 2 changes wait, 3 a guard
    /// stopped something.
    [[nodiscard]] int exit_code() const;
};

enum class CycleMode : std::uint8_t {
    plan, ///< stop at the plan; nothing is changed, here or at the site
    apply,
    stock ///< as `plan`, but also whatever bears our mark is looked at
};

/// One reconcile cycle of one cluster (design §3). The caller holds the writer lock for `apply`.
CycleReport cycle(const CycleParts&, CycleMode);

/// What stands at the site beside what the plan is about. Nothing is changed.
struct Inventory {
    CycleReport report; ///< of the plan that it was taken with
    std::vector<Adoptable> adoptable {};
    std::vector<Orphan> orphans {};
};
Inventory take_stock(const CycleParts&);

struct AdoptRequest {
    std::vector<Key> keys {}; ///< each must be there to be adopted
    bool marked = false; ///< what bears our mark was looked at: a lost store counts as found afterwards
    bool record_only = false; ///< the values that stand there stay somebody else's
};

struct AdoptReport {
    std::vector<Adoptable> records {};
    std::optional<Error> error {};
};

/// Books what is at the site and asked for as ours, as it stands; the next cycle makes it as it should be.
/// Nothing is changed at the site. The caller holds the writer lock.
AdoptReport adopt(const CycleParts&, const AdoptRequest&);

} // namespace site
