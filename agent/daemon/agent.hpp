#pragma once

#include "accounting/collect.hpp"
#include "accounting/job_account.hpp"
#include "accounting/recompute.hpp"
#include "accounting/report.hpp"
#include "config/config.hpp"
#include "core/cycle.hpp"
#include "core/explain.hpp"
#include "daemon/housekeeping.hpp"
#include "daemon/level_readings.hpp"
#include "daemon/writer_lock.hpp"
#include "host/backend.hpp"
#include "portal/rest_portal.hpp"
#include "store/database.hpp"
#include "system/runner.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace site {

/// How the agent's work tells where it is and hears that it should end. All may be none.
struct Hooks {
    std::function<void(const Progress&)> progress {};
    std::function<bool()> stop {};
    /// Called once when the writer lock is another's, with who has it.
    std::function<void(const std::string& holder)> waiting {};
};

/// What a usage run did.
struct UsageReport {
    Collected collected;
    std::size_t queued = 0; ///< outbox rows made or replaced
    std::vector<Finding> findings;
};

/// A span of days to read for the first time, or again: [from, to).
struct DaySpan {
    Day from;
    Day to;
    Seconds pause { 0 }; ///< from one day to the next, for slurmdbd's other users
};

/// Where a long run over days is.
struct DayStep {
    std::size_t done = 0; ///< days, this one included
    std::size_t of = 0;
    Day day;
    std::uint64_t job_rows = 0;
};

struct Backfilled {
    std::size_t days = 0; ///< read in this run
    std::size_t left = 0; ///< not read, because somebody stopped it
    std::uint64_t job_rows = 0;
    std::vector<Finding> findings {};
};

/// What a reading of the volumes did.
struct StorageReport {
    std::vector<VolumeRead> volumes;
    std::size_t queued = 0; ///< outbox rows made or replaced
    std::vector<Finding> findings;
};

/// One cluster's agent: its configuration, store, portal and plugins, wired together. Used from one thread.
///
/// What writes takes the writer lock for as long as it works, and waits for it at most `lock_wait`.
class Agent {
public:
    enum class Purpose : std::uint8_t {
        act, ///< the store is made or migrated where needed
        look ///< nothing is written anywhere; without a store an empty one in memory stands in
    };

    static Result<std::unique_ptr<Agent>> open(Config, Purpose, const Clock&, Hooks);
    ~Agent();

    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] const ClusterConfig& cluster() const { return config_.clusters.front(); }
    [[nodiscard]] Database& database() { return *database_; }
    [[nodiscard]] std::vector<Backend*> backends();
    [[nodiscard]] std::uint64_t processes() const; ///< started by all plugins so far
    [[nodiscard]] bool without_store() const { return without_store_; }

    /// Opened at the first use, so that what needs no portal works without its token.
    Result<RestPortal*> portal();

    /// The plan, against the portal or against a snapshot file.
    Result<CycleReport> plan(const std::filesystem::path& snapshot_file = {});
    Result<CycleReport> apply(const std::string& by, const std::optional<AllowRequest>& allow = {});
    /// What stands at the site and could be adopted, or has no place any more.
    Result<Inventory> take_stock();
    /// Why somebody or a project can or can't work.
    Result<ExplainReport> explain(const ExplainRequest&);
    Result<AdoptReport> adopt(const std::string& by, const AdoptRequest&);

    /// Reads the open days into the ledger and, unless auditing, queues what changed.
    Result<UsageReport> collect(const std::function<void(const LedgerDay&)>& day = {});
    Result<Drained> send(Due);
    /// Reads the days that are not final yet, a window, a lock and a commit each; what was read stays when it
    /// ends early, and another run goes on there. Nothing is queued: the next `collect` does that.
    Result<Backfilled> backfill(const DaySpan&, const std::function<void(const DayStep&)>& step = {});
    /// What the days come to now, beside what the ledger has. Stores nothing.
    Result<Recomputation> recompute(const DaySpan&, const std::function<void(const DayStep&)>& step = {});
    /// Stores it: corrections of final days, and what falls is released for the portal. How many there were.
    Result<std::size_t> book(const Recomputation&, const std::string& by);
    /// How the runs of one job come to what they are charged.
    Result<std::vector<JobAccount>> job_account(std::uint64_t id);
    /// Lets the lower figures of a month go to the portal, of an account or a project (`project.portal`).
    /// Errors: `not_found` when none of that name has a resource. Returns how many resources that is.
    Result<std::size_t> release_usage(const std::string& name, Month, const std::string& by);

    [[nodiscard]] bool runs_jobs() const;
    [[nodiscard]] bool keeps_volumes() const { return !cluster().storage.empty(); }
    /// Begins to read the levels of the volumes that are not being read, for who is in the snapshot.
    Result<void> begin_levels(const Snapshot&);
    [[nodiscard]] bool reading_levels() const { return levels_.under_way(); }
    /// What of it has come to its end, into the ledger, and, unless auditing, what changed into the outbox.
    /// Does not wait; no volumes: nothing has.
    Result<StorageReport> take_levels();
    /// Both, for who is listed now, waiting for the end. Told of each volume as it comes.
    Result<StorageReport> read_levels(const std::function<void(const VolumeRead&)>& each = {});
    /// Reads the resources' flags; unless auditing, also renews each resource's last sync, marks those with a
    /// lasting fault of their own as erred, and sets what we marked in order again.
    Result<std::size_t> report_status();

    /// Backups and compaction, what of them is due.
    Result<Housekept> keep_house();

    /// Stores what the last plan of an audit was.
    Result<void> keep_plan(const CycleReport&);

private:
    Agent(Config, const Clock&, Hooks);
    Result<void> connect(Purpose);
    Result<Backend*> job_backend();
    /// Waits between two days; false when somebody stopped the run.
    bool pause(Seconds);
    /// The documents that may have changed. A file that can't be written is told of and holds up nothing.
    void put_reports(const std::vector<LedgerDay>& read, std::vector<Finding>&);
    template <class T> Result<T> locked(std::string_view what, const std::function<Result<T>()>& work);
    [[nodiscard]] CycleParts parts(Portal&, const std::string& by);

    Config config_;
    const Clock& clock_;
    Hooks hooks_;
    std::unique_ptr<Database> database_;
    bool without_store_ = false;
    std::vector<std::shared_ptr<SystemRunner>> runners_; ///< one a backend, which keeps it too
    std::vector<std::unique_ptr<Backend>> backends_;
    std::unique_ptr<RestPortal> portal_;
    LevelReadings levels_;
};

template <class T> Result<T> Agent::locked(std::string_view what, const std::function<Result<T>()>& work)
{
    auto taken = take_writer_lock(config_, what, clock_, hooks_.stop, hooks_.waiting);
    if (!taken)
        return taken.error();
    const auto& lock = *taken;
    // Children hold the lock as long as they live, so that a successor waits for them.
    for (const auto& runner : runners_)
        runner->hold(lock);
    auto result = work();
    for (const auto& runner : runners_)
        runner->hold(nullptr);
    return result;
}

} // namespace site
