#include "daemon/writer_lock.hpp"

namespace site {

Result<std::shared_ptr<const FileLock>> take_writer_lock(const Config& config, std::string_view what,
    const Clock& clock, const std::function<bool()>& stop,
    const std::function<void(const std::string& holder)>& waiting)
{
    const auto file = config.runtime / "writer.lock";
    auto taken = try_lock(file, what, clock.now());
    if (!taken)
        return taken.error();
    if (const auto* held = std::get_if<LockHeld>(&*taken)) {
        if (waiting)
            waiting(held->by);
        taken = wait_for_lock(file, what, clock, config.lock_wait, stop);
        if (!taken)
            return taken.error();
        if (const auto* still = std::get_if<LockHeld>(&*taken))
            return Error { Errc::timed_out, "the writer lock is held by " + still->by };
    }
    return std::get<std::shared_ptr<const FileLock>>(*taken);
}

} // namespace site
