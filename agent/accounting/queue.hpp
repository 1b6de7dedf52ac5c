#pragma once

#include "api/finding.hpp"
#include "config/config.hpp"
#include "model/name.hpp"
#include "model/time.hpp"
#include "store/database.hpp"

#include <cstddef>
#include <vector>

namespace site {

/// Puts what changed of this month and of the last one into the outbox. Of the last one also when its days
/// are final, so that an absence over its end loses nothing, but then only when it had been reported before.
/// `measured` is when the reading of the usage began. A month of which any day was not read whole is left
/// out. Returns how many rows were put; what was left out and why is added to the findings.
Result<std::size_t> queue_reports(
    Database&, Name cluster, const UsageConfig&, Instant measured, std::vector<Finding>&);

} // namespace site
