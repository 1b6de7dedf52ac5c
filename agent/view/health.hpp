#pragma once

#include "config/config.hpp"
#include "view/situation.hpp"

#include <string>
#include <vector>

namespace site {

/// Whether the last cycle was good and recent: what is missing, a line each, in plain words; empty: nothing
/// is. A guard that holds changes is no lack of health: it does its work, and is told elsewhere.
std::vector<std::string> not_ready(const Situation&, const Config&, Instant now);

/// How old the last cycle may be: three intervals, and five minutes for its work.
Seconds oldest_good_cycle(const Config&);

} // namespace site
