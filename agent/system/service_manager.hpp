#pragma once

#include "model/result.hpp"

#include <chrono>
#include <optional>
#include <string_view>

// What a service of `Type=notify` tells systemd (sd_notify(3)). Without NOTIFY_SOCKET, as when started
// by hand, each of these does nothing and is no error.
namespace site {

Result<void> notify_ready(std::string_view status); ///< started, or done with a reload
Result<void> notify_status(std::string_view status); ///< one line for `systemctl status`
Result<void> notify_reloading(); ///< until the next `notify_ready`
Result<void> notify_stopping(std::string_view status);
Result<void> notify_watchdog(); ///< still alive

/// How long systemd waits for `notify_watchdog` before it kills us; none when it doesn't. Tell it twice
/// as often.
Result<std::optional<std::chrono::microseconds>> watchdog_interval();

} // namespace site
