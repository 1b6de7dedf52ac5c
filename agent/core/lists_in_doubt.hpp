#pragma once

#include "core/guard.hpp"
#include "store/database.hpp"

#include <optional>

namespace site {

/// The rows that were known when a guard began to doubt the portal's lists; none while nothing is in doubt.
/// What such lists add must not make them believable, so they are held against these until one is good or
/// is allowed.
Result<std::optional<ListedRows>> before_doubt(const Database&, Name cluster);

void keep_before_doubt(
    Transaction&, const Database&, Name cluster, const std::optional<ListedRows>&, Instant now);

} // namespace site
