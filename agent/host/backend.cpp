#include "host/backend.hpp"

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace site {

/// Owned by the backend and by its worker: whoever lives longer frees it.
struct Backend::Shared {
    std::vector<std::shared_ptr<void>> kept; // what the plugin uses, destroyed after it
    std::shared_ptr<void> module; // destroyed after the plugin, whose code it holds
    std::unique_ptr<Plugin> plugin;
    std::mutex mutex;
    std::condition_variable changed;
    std::function<void()> work; ///< what the worker is to do or is doing
    bool busy = false;
    std::optional<std::chrono::steady_clock::time_point> reading; ///< since when levels are read
    bool ending = false;
    std::thread worker;

    void loop()
    {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [&] { return ending || busy; });
            if (!busy)
                return;
            const auto job = std::move(work);
            lock.unlock();
            job();
            lock.lock();
            busy = false;
            reading.reset();
            changed.notify_all();
            if (ending)
                return;
        }
    }
};

Backend::Backend(
    std::string name, std::unique_ptr<Plugin> plugin, std::shared_ptr<void> module, Seconds deadline)
    : name_(std::move(name)), shared_(std::make_shared<Shared>()),
      job_source_(plugin ? plugin->job_source() : nullptr),
      storage_source_(plugin ? plugin->storage_source() : nullptr),
      kinds_(plugin ? plugin->kinds() : std::vector<Kind> {}), deadline_(deadline)
{
    shared_->module = std::move(module);
    shared_->plugin = std::move(plugin);
    shared_->worker = std::thread([shared = shared_] { shared->loop(); });
}

Backend::~Backend()
{
    bool busy = false;
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->ending = true;
        busy = shared_->busy;
    }
    shared_->changed.notify_all();
    if (busy)
        shared_->worker.detach();
    else
        shared_->worker.join();
}

void Backend::keep(std::shared_ptr<void> used)
{
    shared_->kept.push_back(std::move(used));
}

bool Backend::stuck() const
{
    const std::lock_guard lock(shared_->mutex);
    return shared_->busy;
}

template <class T> Result<T> Backend::call(std::function<Result<T>(Plugin&)> work) const
{
    // Shared with the worker, which may finish after we have given up waiting.
    auto answer = std::make_shared<std::optional<Result<T>>>();
    std::unique_lock lock(shared_->mutex);
    if (shared_->busy)
        return Error { Errc::timed_out, "plugin " + name_ + ": an earlier call has not returned" };
    shared_->work = [plugin = shared_->plugin.get(), work = std::move(work), answer] {
        try {
            answer->emplace(work(*plugin));
        } catch (const std::exception& error) {
            answer->emplace(Error { Errc::internal, std::string("unexpected: ") + error.what() });
        }
    };
    shared_->busy = true;
    shared_->changed.notify_all();
    if (!shared_->changed.wait_for(lock, deadline_, [&] { return !shared_->busy; }))
        return Error { Errc::timed_out, "plugin " + name_ + ": no answer within " + span_text(deadline_) };
    if (answer->value().has_error())
        return answer->value().error().in("plugin " + name_);
    return std::move(answer->value());
}

Result<Interest> Backend::interest(const Snapshot& snapshot) const
{
    if (stuck())
        return Error { Errc::timed_out, "plugin " + name_ + ": an earlier call has not returned" };
    return shared_->plugin->interest(snapshot);
}

Result<Observation> Backend::observed(Interest interest)
{
    return call<Observation>(
        [interest = std::move(interest)](Plugin& plugin) { return plugin.observed(interest); });
}

Result<Desired> Backend::desired(const Snapshot& snapshot, const Observation& observation) const
{
    if (stuck())
        return Error { Errc::timed_out, "plugin " + name_ + ": an earlier call has not returned" };
    return shared_->plugin->desired(snapshot, observation);
}

Result<std::vector<std::string>> Backend::commands(std::vector<Change> changes) const
{
    if (stuck())
        return Error { Errc::timed_out, "plugin " + name_ + ": an earlier call has not returned" };
    return shared_->plugin->commands(changes);
}

Result<std::vector<Result<void>>> Backend::apply(std::vector<Change> changes)
{
    return call<std::vector<Result<void>>>(
        [changes = std::move(changes)](Plugin& plugin) -> Result<std::vector<Result<void>>> {
            auto results = plugin.apply(changes);
            if (results.size() != changes.size())
                return Error { Errc::internal,
                    "gave " + std::to_string(results.size()) + " results for "
                        + std::to_string(changes.size()) + " changes" };
            return results;
        });
}

Result<std::vector<Finding>> Backend::check()
{
    return call<std::vector<Finding>>(
        [](Plugin& plugin) -> Result<std::vector<Finding>> { return plugin.check(); });
}

Result<void> Backend::start_jobs(std::function<void(JobSource&)> work)
{
    if (!job_source_)
        return Error { Errc::not_found, "plugin " + name_ + ": runs no jobs" };
    const std::lock_guard lock(shared_->mutex);
    if (shared_->busy)
        return Error { Errc::timed_out, "plugin " + name_ + ": an earlier call has not returned" };
    shared_->work = [source = job_source_, work = std::move(work)] { work(*source); };
    shared_->busy = true;
    shared_->changed.notify_all();
    return {};
}

Result<void> Backend::start_levels(std::function<void(StorageSource&)> work)
{
    if (!storage_source_)
        return Error { Errc::not_found, "plugin " + name_ + ": keeps no quotas" };
    const std::lock_guard lock(shared_->mutex);
    if (shared_->busy)
        return Error { Errc::timed_out, "plugin " + name_ + ": an earlier call has not returned" };
    shared_->work = [source = storage_source_, work = std::move(work)] { work(*source); };
    shared_->busy = true;
    shared_->reading = std::chrono::steady_clock::now();
    shared_->changed.notify_all();
    return {};
}

bool Backend::reading_levels() const
{
    const std::lock_guard lock(shared_->mutex);
    return shared_->busy && shared_->reading
        && std::chrono::steady_clock::now() - *shared_->reading < deadline_;
}

void Backend::settle() const
{
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait_for(lock, deadline_, [&] { return !shared_->busy; });
}

} // namespace site
