#pragma once

#include "api/plugin.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace site {

/// One plugin instance on a worker thread of its own. Calls wait for the worker at most `deadline`; a call
/// past it makes the backend *stuck*: every further call is refused until the old one has returned, and
/// destruction does not wait for it (a dead file system can't be interrupted).
///
/// The worker lives as long as the backend, since children of the plugin die with the thread that made them.
/// Used from one thread.
class Backend {
public:
    /// `module` keeps the loaded code in memory for as long as the plugin lives; null for a linked-in one.
    Backend(std::string name, std::unique_ptr<Plugin>, std::shared_ptr<void> module, Seconds deadline);
    ~Backend();
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    /// Something that the plugin uses, kept for as long as it lives: a stuck call may come back after us.
    void keep(std::shared_ptr<void>);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool stuck() const;

    [[nodiscard]] const std::vector<Kind>& kinds() const { return kinds_; }
    Result<Interest> interest(const Snapshot&) const;
    Result<Observation> observed(Interest);
    Result<Desired> desired(const Snapshot&, const Observation&) const;
    Result<std::vector<std::string>> commands(std::vector<Change>) const;
    /// One result a change. An error of the call itself means that it is not known what was done.
    Result<std::vector<Result<void>>> apply(std::vector<Change>);
    Result<std::vector<Finding>> check();
    /// Whether the plugin ran jobs; see RemoteJobs for reading them.
    [[nodiscard]] bool has_jobs() const { return job_source_ != nullptr; }
    /// Sets the worker to `work` and returns at once; `settle` waits for its end, at most the deadline.
    Result<void> start_jobs(std::function<void(JobSource&)> work);
    void settle() const;

    /// Whether the plugin keeps a volume's quotas; see LevelReading for reading their levels.
    [[nodiscard]] bool has_levels() const { return storage_source_ != nullptr; }
    /// Sets the worker to `work` and returns at once.
    Result<void> start_levels(std::function<void(StorageSource&)> work);
    /// Whether the worker is at that, and not for longer than the deadline: nothing else can be asked, but
    /// nothing is wrong.
    [[nodiscard]] bool reading_levels() const;
    [[nodiscard]] Seconds deadline() const { return deadline_; }

private:
    struct Shared;
    template <class T> Result<T> call(std::function<Result<T>(Plugin&)> work) const;

    std::string name_;
    std::shared_ptr<Shared> shared_;
    JobSource* job_source_;
    StorageSource* storage_source_;
    std::vector<Kind> kinds_; ///< asked once, since a stuck plugin answers nothing
    Seconds deadline_;
};

} // namespace site
