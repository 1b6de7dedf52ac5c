#pragma once

#include "accounting/report.hpp"

namespace site {

/// How long a row waits that the portal turned down, after so many tries before: 5 minutes, doubled each
/// time, at most 6 hours.
Seconds pause_after(std::uint32_t attempts);

} // namespace site
