#pragma once

#include "config/reader.hpp"

namespace site::detail {

/// What no key can be judged for alone: where a secret comes from, which names belong together, which unit
/// fits which measure. Keys that already have a problem are passed over.
void cross_check(Reading&);

} // namespace site::detail
