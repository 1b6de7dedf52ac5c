#include "system/service_manager.hpp"

#include "system/os_error.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <systemd/sd-daemon.h>

namespace site {
namespace {

// Assignments are lines, so a newline in the status would begin another one.
std::string status_line(std::string_view status)
{
    std::string line = "STATUS=";
    line += status;
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

Result<void> notify(const std::string& state)
{
    const int said = ::sd_notify(0, state.c_str());
    if (said < 0)
        return os_error("telling the service manager", -said);
    return {};
}

} // namespace

Result<void> notify_ready(std::string_view status)
{
    return notify("READY=1\n" + status_line(status));
}

Result<void> notify_status(std::string_view status)
{
    return notify(status_line(status));
}

Result<void> notify_reloading()
{
    // systemd takes a reload only with the moment it began, since `Type=notify-reload` (253)
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto usec = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    return notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec));
}

Result<void> notify_stopping(std::string_view status)
{
    return notify("STOPPING=1\n" + status_line(status));
}

Result<void> notify_watchdog()
{
    return notify("WATCHDOG=1");
}

Result<std::optional<std::chrono::microseconds>> watchdog_interval()
{
    std::uint64_t usec = 0;
    const int enabled = ::sd_watchdog_enabled(0, &usec);
    if (enabled < 0)
        return os_error("asking for the service manager's watchdog", -enabled);
    if (enabled == 0)
        return std::optional<std::chrono::microseconds> {};
    return std::optional(std::chrono::microseconds(static_cast<std::int64_t>(usec)));
}

} // namespace site
