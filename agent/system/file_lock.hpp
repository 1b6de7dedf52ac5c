#pragma once

#include "api/fd.hpp"
#include "model/result.hpp"
#include "model/time.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace site {

/// The writer lock: whoever holds it may change the site and the store. Given back when destroyed.
///
/// It is a flock(2) on the open file, not on the process, so a child that inherits the descriptor holds
/// it too: it is free only when the last of them has closed it or ended. So it is given back by closing,
/// never by LOCK_UN, which would take it from the child as well. The file stays where it is; its text
/// names the last holder and is for people only.
class FileLock {
public:
    /// Takes the lock of an open lock file; see `try_lock`.
    explicit FileLock(Fd fd) : fd_(std::move(fd)) { }
    [[nodiscard]] int descriptor() const { return fd_.number(); }

private:
    Fd fd_;
};

/// Somebody else has it.
struct LockHeld {
    std::string by; ///< `"site-agent apply" (pid 123) since 2026-11-05T08:00:00Z`
};

using LockResult = std::variant<std::shared_ptr<const FileLock>, LockHeld>;

/// Asks once. `what` tells other people what the holder does; `now` stamps it.
Result<LockResult> try_lock(const std::filesystem::path& file, std::string_view what, Instant now);

/// Asks every 100 ms until it is had, `patience` is over, or `stop` says so (then: who has it).
Result<LockResult> wait_for_lock(const std::filesystem::path& file, std::string_view what, const Clock& clock,
    std::chrono::milliseconds patience, const std::function<bool()>& stop);

} // namespace site
