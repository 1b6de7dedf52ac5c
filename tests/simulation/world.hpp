#pragma once

#include "core/cycle.hpp"
#include "simulation/jobs.hpp"
#include "simulation/portal.hpp"
#include "simulation/rules.hpp"
#include "simulation/site.hpp"
#include "store/outbox.hpp"
#include "support/temp_dir.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace site::simulation {

/// The agent's process dies here.
struct Kill { };

/// Parts of the world that a planted fault puts something else in front of. All may be none.
struct Planted {
    std::function<std::unique_ptr<Portal>(Portal&, TruePortal&)> portal;
    std::function<std::unique_ptr<Plugin>(std::unique_ptr<Plugin>, Site&, const std::array<Site*, 2>& all)>
        plugin;
    std::function<std::unique_ptr<JobSource>(JobSource&)> jobs;
    std::function<void(Config&)> config; ///< what the agent is told, against what holds
    std::function<void(Database&, const Clock&)> after_drain;
};

struct WorldOptions {
    bool on_disk = false; ///< the store is a file, opened again by each new process
    std::uint32_t most_taken = 3; ///< in a cycle; twice as much in a day
};

/// Time that a kill can stop.
class SeamClock : public Clock {
public:
    explicit SeamClock(Instant start) : clock_(start) { }
    std::function<void(const char*)> seam;
    [[nodiscard]] Instant now() const override
    {
        if (seam)
            seam("clock");
        return clock_.now();
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return clock_.steady(); }
    [[nodiscard]] const Clock& plain() const { return clock_; }
    void advance(Seconds by) { clock_.advance(by); }

private:
    ManualClock clock_;
};

/// What was at one site before a cycle.
struct Before {
    std::map<Key, std::map<Name, Value>> records;
    std::map<Key, Trace> traces;
};

/// What one cycle did, as seen from outside the agent.
struct CycleSeen {
    CycleMode mode = CycleMode::apply;
    Instant at;
    bool killed = false;
    bool allowed = false; ///< run with an allowance, which was not refused
    Asked asked;
    std::optional<CycleReport> report;
    std::array<Before, 2> before;
    std::array<std::vector<Write>, 2> writes;
    std::array<int, 2> applies {};
    std::array<int, 2> looks {};
    std::array<bool, 2> ill {};
    std::uint64_t commits = 0;
};

/// What one collecting, queueing and sending of usage did.
struct UsageSeen {
    bool killed = false;
    bool collected = false;
    int failed_windows = 0;
    bool sent_before_failure = false;
    int calls = 0;
    std::size_t waiting = 0; ///< in the outbox afterwards
};

/// The real agent's cycle, store, ledger and outbox over a true portal, two sites and a clock.
/// This is the one place that knows how the agent's parts are put together.
class World {
public:
    explicit World(const Planted&, const WorldOptions& = {});
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    CycleSeen cycle(CycleMode, const std::optional<AllowRequest>& = {});
    UsageSeen usage();
    /// Reads the resources' flags, as the agent's status report does. False: not done.
    bool status();
    /// A new process on the same store and sites.
    void restart();
    /// Dies at the n-th passage of a seam from now.
    void kill_after(int passages) { kill_in_ = passages; }
    [[nodiscard]] bool kill_pending() const;
    void never_mind_the_kill();

    /// Hangs one backend until it is released; calls to it end at once, as past their deadline.
    void hang(std::size_t site);
    void unhang(std::size_t site);

    /// Every table, as text.
    [[nodiscard]] std::string store() const;
    [[nodiscard]] bool open_intents() const;
    [[nodiscard]] bool owned(std::size_t site, const Key&) const;
    [[nodiscard]] Figures ledger(Month) const;
    [[nodiscard]] std::vector<OutboxRow> outbox() const;

    Verdict verdict;
    SeamClock clock;
    TruePortal portal;
    std::array<Site, 2> sites { Site { "alpha" }, Site { "beta" } };
    TrueJobs jobs;
    Config config; ///< what holds; the agent may have been told something else
    std::set<Name> unknown_people; ///< not known to NSS yet
    std::set<Name> low_people; ///< uid of a system account
    std::function<void(Month, const Figures&)> measured; ///< a whole figure of a month, before it is queued
    CycleMode running = CycleMode::apply;

private:
    void seam(const char* where);
    void open_store();
    CycleParts parts(const std::optional<AllowRequest>&);
    void check_intents(Site&, std::span<const Change>);

    const Planted planted_;
    Config told_;
    std::unique_ptr<TempDir> folder_;
    std::unique_ptr<Database> database_;
    std::array<std::unique_ptr<Backend>, 2> backends_;
    std::unique_ptr<RestPortal> rest_;
    std::unique_ptr<Portal> before_portal_; ///< planted in front of it
    std::unique_ptr<JobSource> before_jobs_;
    int kill_in_ = -1;
};

} // namespace site::simulation
