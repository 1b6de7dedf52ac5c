#include "host/level_reading.hpp"

#include <exception>
#include <mutex>

namespace site {

/// Owned by the reading and by the worker: whoever lives longer frees it.
struct LevelReading::Shared {
    Snapshot snapshot;
    Ownership owned;
    std::mutex mutex;
    std::optional<Result<StorageReading>> result;
};

Result<LevelReading> LevelReading::begin(Backend& backend, Snapshot snapshot, Ownership owned)
{
    auto shared = std::make_shared<Shared>();
    shared->snapshot = std::move(snapshot);
    shared->owned = std::move(owned);
    shared->snapshot.owned = &shared->owned;
    auto begun = backend.start_levels([shared](StorageSource& source) {
        Result<StorageReading> read = Error { Errc::internal, "nothing was read" };
        try {
            read = source.levels(shared->snapshot);
        } catch (const std::exception& error) {
            read = Error { Errc::internal, std::string("unexpected: ") + error.what() };
        }
        const std::lock_guard lock(shared->mutex);
        shared->result = std::move(read);
    });
    if (!begun)
        return begun.error();
    return LevelReading(backend, std::move(shared));
}

std::optional<Result<StorageReading>> LevelReading::finished()
{
    // Asked first: when it is over without a result by then, it is past its deadline.
    const bool under_way = backend_->reading_levels();
    const std::lock_guard lock(shared_->mutex);
    if (shared_->result)
        return std::move(shared_->result);
    if (under_way)
        return std::nullopt;
    return Result<StorageReading>(Error {
        Errc::timed_out, "plugin " + instance_ + ": no levels within " + span_text(backend_->deadline()) });
}

} // namespace site
