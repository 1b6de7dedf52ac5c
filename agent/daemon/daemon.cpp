#include "daemon/daemon.hpp"

#include "daemon/agent.hpp"
#include "daemon/schedule.hpp"
#include "endpoint/endpoint.hpp"
#include "system/file_lock.hpp"
#include "system/log.hpp"
#include "system/service_manager.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

namespace site {
namespace {

constexpr std::chrono::hours house_interval { 1 };
constexpr std::chrono::seconds levels_asked_every { 1 }; ///< while volumes are being read

/// Logs a line when it differs from the topic's last one: an outage is one line, not one a minute.
class StateLog {
public:
    void tell(const std::string& topic, const std::string& line, spdlog::level::level_enum level)
    {
        auto& last = last_[topic];
        if (last == line)
            return;
        last = line;
        spdlog::log(level, "{}", line);
    }

private:
    std::map<std::string, std::string> last_;
};

class Daemon {
public:
    Daemon(Config config, const DaemonOptions& options, StopSignals& signals, const Clock& clock)
        : options_(options), signals_(signals), clock_(clock), random_(std::random_device {}()),
          cycle_(config.cycle_interval, clock.steady(), [this] { return chance(); }),
          usage_(config.usage_interval, clock.steady(), [this] { return chance(); }),
          status_(config.status_interval, clock.steady(), [this] { return chance(); }),
          storage_(config.storage_interval, clock.steady(), [this] { return chance(); }),
          house_(house_interval, clock.steady(), [this] { return chance(); }), config_(std::move(config)),
          endpoint_(clock)
    {
        if (options_.dry_run)
            config_.mode = OperatingMode::audit;
    }

    int run()
    {
        auto lock = try_lock(config_.runtime / "daemon.lock", "site-agent run", clock_.now());
        if (!lock)
            return fail(lock.error());
        if (const auto* held = std::get_if<LockHeld>(&*lock))
            return fail({ Errc::conflict, "another daemon is running: " + held->by });
        if (auto opened = open(); !opened)
            return fail(opened.error());
        if (auto served = endpoint_.serve(config_); !served)
            return fail(served.error());
        if (!endpoint_.where().empty())
            spdlog::info("endpoint: listening on {}", endpoint_.where());
        spdlog::info("started for cluster {} in mode {}", agent_->cluster().name, mode());
        (void)notify_ready("started, mode " + mode());
        while (!signals_.stop_requested()) {
            if (signals_.take_reload())
                reload();
            work();
            wait();
        }
        (void)notify_stopping("leaving");
        endpoint_.stop();
        spdlog::info("leaving: asked to stop");
        return 0;
    }

private:
    static int fail(const Error& error)
    {
        spdlog::error("{}", error.text);
        return 1;
    }

    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    [[nodiscard]] std::string mode() const
    {
        return config_.mode == OperatingMode::audit ? "audit" : "enforce";
    }

    Result<void> open()
    {
        Hooks hooks;
        hooks.stop = [this] { return signals_.stop_requested(); };
        hooks.progress = [](const Progress& progress) {
            (void)notify_watchdog();
            if (progress.total > 0)
                spdlog::info("{}: {} of {}", progress.doing, progress.done, progress.total);
        };
        hooks.waiting = [](const std::string& holder) { spdlog::info("waiting for {}", holder); };
        auto agent = Agent::open(config_, Agent::Purpose::act, clock_, std::move(hooks));
        if (!agent)
            return agent.error();
        agent_ = std::move(*agent);
        return {};
    }

    void reload()
    {
        (void)notify_reloading();
        auto loaded = load_config(options_.config_file);
        for (const auto& problem : loaded.problems)
            spdlog::error("{}", text(problem));
        if (!loaded.problems.empty()) {
            spdlog::error(
                "the configuration has {} problems; going on with the old one", loaded.problems.size());
            (void)notify_ready("running with the old configuration: the new one has problems");
            return;
        }
        auto old = std::exchange(config_, std::move(loaded.config));
        if (options_.dry_run)
            config_.mode = OperatingMode::audit;
        auto before = std::move(agent_);
        auto opened = open();
        const auto listened = endpoint_.where();
        if (opened)
            opened = endpoint_.serve(config_);
        if (!opened) {
            spdlog::error("{}; going on with the old configuration", opened.error().text);
            config_ = std::move(old);
            agent_ = std::move(before);
            (void)notify_ready("running with the old configuration: " + opened.error().text);
            return;
        }
        (void)log_setup(
            config_.log_level, config_.log_format == LogFormat::json ? LogStyle::json : LogStyle::text);
        const auto now = clock_.steady();
        cycle_.restart(config_.cycle_interval, now);
        usage_.restart(config_.usage_interval, now);
        status_.restart(config_.status_interval, now);
        storage_.restart(config_.storage_interval, now);
        if (endpoint_.where() != listened)
            spdlog::info(
                "endpoint: listening on {}", endpoint_.where().empty() ? "nothing" : endpoint_.where());
        spdlog::info("configuration read again, mode {}", mode());
        (void)notify_ready("configuration read again, mode " + mode());
    }

    /// A backup comes before any change; usage next, so that the first cycle's gates know what is spent.
    void work()
    {
        run_if_due(house_, [this] { return keep_house(); });
        if (near_the_turn(clock_.now(), config_.clusters.front().usage.zone_offset))
            usage_.hasten(clock_.steady() + config_.month_end_interval);
        run_if_due(usage_, [this] { return collect(); });
        run_if_due(cycle_, [this] { return reconcile(); });
        if (agent_->keeps_volumes() && snapshot_)
            run_if_due(storage_, [this] { return begin_levels(); });
        take_levels();
        run_if_due(status_, [this] { return report(); });
        const auto trouble = endpoint_.trouble();
        state_.tell("endpoint", trouble ? "endpoint: " + *trouble : "endpoint: all is answered",
            trouble ? spdlog::level::warn : spdlog::level::debug);
    }

    template <class Task> void run_if_due(Schedule& schedule, Task task)
    {
        if (signals_.stop_requested() || !schedule.due(clock_.steady()))
            return;
        const bool good = task();
        const auto now = clock_.steady();
        good ? schedule.succeeded(now) : schedule.failed(now);
        (void)notify_watchdog();
    }

    void wait()
    {
        auto next = std::min({ cycle_.next(), usage_.next(), status_.next(), house_.next() });
        if (agent_->keeps_volumes() && snapshot_)
            next = std::min(next, storage_.next());
        if (agent_->reading_levels())
            next = std::min(next, clock_.steady() + levels_asked_every);
        auto most = std::chrono::ceil<std::chrono::milliseconds>(next - clock_.steady());
        if (auto interval = watchdog_interval(); interval && *interval)
            most = std::min(most, std::chrono::duration_cast<std::chrono::milliseconds>(**interval / 2));
        signals_.wait(std::max(most, std::chrono::milliseconds { 1 }));
        (void)notify_watchdog();
    }

    bool reconcile()
    {
        const bool audit = config_.mode == OperatingMode::audit;
        auto report = audit ? agent_->plan() : agent_->apply("run");
        if (!report) {
            state_.tell("cycle", "cycle: " + report.error().text, spdlog::level::err);
            return false;
        }
        // What a stop cut short says nothing of the site: the last whole cycle stays the last.
        const bool cut_short = signals_.stop_requested() && (report->error || report->portal_error);
        if (audit && !cut_short)
            if (auto kept = agent_->keep_plan(*report); !kept)
                state_.tell("keep", "keeping the plan: " + kept.error().text, spdlog::level::err);
        tell(*report, audit);
        if (!report->error) {
            snapshot_ = report->judged.snapshot;
            snapshot_->owned = nullptr;
        }
        return !report->error && !report->portal_error;
    }

    void tell(const CycleReport& report, bool audit)
    {
        tell_troubles(report);
        if (audit)
            tell_differences(report.plan);
        std::map<std::string, std::size_t> counts;
        for (const auto& one : report.outcomes) {
            ++counts[one.outcome];
            const auto line = text(one.change) + " (" + one.change.reason + ")"
                + (one.said.empty() ? "" : ": " + one.said);
            if (one.outcome == "done")
                spdlog::info("done: {}", line);
            else
                state_.tell(text(one.change.key), one.outcome + ": " + line,
                    one.outcome == "failed" ? spdlog::level::warn : spdlog::level::info);
        }
        std::string line = "cycle: " + std::to_string(report.allocations) + " allocations, "
            + std::to_string(report.associations) + " associations, "
            + std::to_string(audit ? report.plan.size() : report.outcomes.size()) + " changes";
        for (const auto& [outcome, count] : counts)
            line += ", " + std::to_string(count) + " " + outcome;
        state_.tell("summary", line, spdlog::level::info);
        (void)notify_status(line);
    }

    void tell_troubles(const CycleReport& report)
    {
        const auto portal
            = report.portal_error ? "portal: " + report.portal_error->text : std::string("portal: answers");
        state_.tell("portal", portal, report.portal_error ? spdlog::level::err : spdlog::level::info);
        state_.tell("error", report.error ? "cycle: " + report.error->text : std::string {},
            report.error ? spdlog::level::err : spdlog::level::debug);
        for (const auto& sick : report.plan.sick)
            state_.tell("plugin " + sick.plugin, sick.error.text, spdlog::level::err);
        std::string guards;
        for (const auto& trip : report.plan.guards)
            guards += (guards.empty() ? "" : "; ") + trip.guard + ": " + trip.text + " ("
                + std::to_string(trip.held.size()) + " changes held)";
        state_.tell("guards", guards.empty() ? "guards: none tripped" : "guard " + guards,
            guards.empty() ? spdlog::level::debug : spdlog::level::err);
        for (const auto& trip : report.plan.allowed)
            if (!trip.held.empty())
                spdlog::warn(
                    "guard {} passed by {}: {} changes", trip.guard, trip.allowed_by, trip.held.size());
        for (const auto& finding : report.plan.findings)
            state_.tell("finding " + finding.code + " " + finding.subject,
                finding.code + ": " + (finding.subject.empty() ? "" : finding.subject + ": ") + finding.text,
                finding.severity == Severity::info ? spdlog::level::info : spdlog::level::warn);
    }

    /// Auditing: each new difference once.
    void tell_differences(const Plan& plan)
    {
        std::set<std::string> now;
        for (const auto& step : plan.steps)
            for (const auto& change : step.changes) {
                const auto line = text(change) + " (" + change.reason + ")";
                if (!differences_.contains(line))
                    spdlog::info("would {}", line);
                now.insert(line);
            }
        differences_ = std::move(now);
    }

    /// On the volumes' own workers, for who was listed last.
    bool begin_levels()
    {
        auto begun = agent_->begin_levels(*snapshot_);
        if (!begun)
            state_.tell("storage", "storage: " + begun.error().text, spdlog::level::err);
        return begun.has_value();
    }

    void take_levels()
    {
        auto report = agent_->take_levels();
        if (!report) {
            state_.tell("storage", "storage: " + report.error().text, spdlog::level::err);
            return;
        }
        for (const auto& volume : report->volumes) {
            const auto topic = "volume " + volume.volume;
            if (volume.error)
                state_.tell(topic, topic + ": " + volume.error->text, spdlog::level::err);
            else
                state_.tell(topic, topic + ": levels read", spdlog::level::info);
            for (const auto& finding : volume.findings)
                state_.tell(topic + finding.code + finding.subject,
                    finding.code + ": " + finding.subject + ": " + finding.text, spdlog::level::warn);
        }
        for (const auto& finding : report->findings)
            state_.tell("storage " + finding.code + finding.subject,
                finding.code + ": " + finding.subject + ": " + finding.text, spdlog::level::warn);
        if (report->queued > 0)
            drain();
    }

    bool collect()
    {
        if (!agent_->runs_jobs())
            return drain();
        auto report = agent_->collect([](const LedgerDay&) { (void)notify_watchdog(); });
        if (!report) {
            state_.tell("usage", "usage: " + report.error().text, spdlog::level::err);
            return false;
        }
        for (const auto& finding : report->findings)
            state_.tell("usage " + finding.code + finding.subject,
                finding.code + ": " + finding.subject + ": " + finding.text, spdlog::level::warn);
        state_.tell("usage", "usage: read whole", spdlog::level::info);
        return drain();
    }

    bool drain()
    {
        auto drained = agent_->send(Due::by_pause);
        if (!drained) {
            state_.tell("outbox", "outbox: " + drained.error().text, spdlog::level::err);
            return false;
        }
        if (drained->sent > 0)
            spdlog::info("outbox: {} sent", drained->sent);
        for (const auto& error : drained->errors)
            state_.tell("outbox " + error, "outbox: " + error, spdlog::level::warn);
        return drained->failed == 0;
    }

    bool report()
    {
        auto reported = agent_->report_status();
        if (!reported) {
            state_.tell("status", "status report: " + reported.error().text, spdlog::level::err);
            return false;
        }
        state_.tell(
            "status", "status report: " + std::to_string(*reported) + " resources", spdlog::level::info);
        return true;
    }

    /// What stood in the log at that time is found again in the file, or something was altered.
    bool keep_house()
    {
        auto kept = agent_->keep_house();
        if (!kept) {
            state_.tell("house", "housekeeping: " + kept.error().text, spdlog::level::err);
            return false;
        }
        state_.tell("house", "housekeeping: all is kept", spdlog::level::debug);
        if (kept->backup)
            spdlog::info("backup: {}, {} bytes, journal head {}", kept->backup->file.string(),
                kept->backup->bytes, text(kept->backup->head));
        if (kept->compacted.rows > 0)
            spdlog::info("journal: {} entries up to {} dropped, anchor {}", kept->compacted.entries,
                text(kept->compacted.anchor.to), text(kept->compacted.anchor.last));
        return true;
    }

    const DaemonOptions options_;
    StopSignals& signals_;
    const Clock& clock_;
    std::mt19937_64 random_;
    Schedule cycle_;
    Schedule usage_;
    Schedule status_;
    Schedule storage_;
    Schedule house_; ///< looks whether backup or compaction is due
    Config config_;
    std::unique_ptr<Agent> agent_;
    StateLog state_;
    std::set<std::string> differences_;
    std::optional<Snapshot> snapshot_; ///< of the last cycle
    Endpoint endpoint_; ///< on a thread of its own
};

} // namespace

int run_daemon(Config config, const DaemonOptions& options, StopSignals& signals, const Clock& clock)
{
    return Daemon(std::move(config), options, signals, clock).run();
}

} // namespace site
