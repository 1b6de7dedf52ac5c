#pragma once
#include "call.hpp"

namespace site {

/// What the project used of each component, of its limit, in whole units.
Response project_stats(const Call& call);

} // namespace site
