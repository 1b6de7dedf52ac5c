#pragma once

#include "model/result.hpp"

#include <string_view>

namespace site {

enum class LogStyle {
    text, ///< lines for people; with the journal's priority in front when standard error leads there
    json ///< one object a line: `{"time":"2026-11-05T08:00:00Z","level":"warn","text":"..."}`
};

/// Makes spdlog's default logger write to standard error. `level` is one of error, warn, info, debug; it
/// is `invalid` otherwise. Call again to change either, from the thread that logs. A message is one line
/// whatever is in it: control characters are replaced.
Result<void> log_setup(std::string_view level, LogStyle format);

} // namespace site
