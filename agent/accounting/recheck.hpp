#pragma once

#include "api/usage.hpp"
#include "config/config.hpp"
#include "store/ledger.hpp"

#include <optional>
#include <vector>

namespace site {

/// The final day whose turn it is to be looked at again: the first after `last`, else the earliest. None when
/// no day of `known` is final. Pure.
std::optional<Day> day_to_recheck(const std::vector<LedgerDay>& known, std::optional<Day> last);

/// Reads one final day again, at most once in `usage.recheck`, and tells when it is not what it was. Changes
/// no figure. `known`: the days to take turns with.
Result<std::vector<Finding>> recheck(JobSource&, Database&, Name cluster, const UsageConfig&, Instant now,
    const std::vector<LedgerDay>& known);

} // namespace site
