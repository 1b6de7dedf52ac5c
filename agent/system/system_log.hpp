#pragma once

#include "model/result.hpp"

#include <filesystem>
#include <string_view>

namespace site {

/// Tells the machine's own log one line, as a notice of `site-agent`, where a command writes its own log to a
/// terminal. For what must be found outside of our files. Control characters are replaced.
/// Format: a datagram as syslog(3) sends it, which journald takes as well.
Result<void> tell_system_log(std::string_view line, const std::filesystem::path& socket = "/dev/log");

} // namespace site
