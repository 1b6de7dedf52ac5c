#pragma once

#include "model/result.hpp"

namespace site {

/// Keeps what this process knows to itself, from now on: no core dump of it, also none that a collector
/// would take through a pipe; no tracer and no look into /proc by others of the same user; files are made for
/// their owner alone (umask 077). Its children dump no core either.
Result<void> keep_to_ourselves();

} // namespace site
