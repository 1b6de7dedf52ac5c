#pragma once

#include "api/usage.hpp"
#include "config/config.hpp"
#include "store/ledger.hpp"

#include <functional>
#include <string>
#include <vector>

namespace site {

struct Collected {
    std::vector<LedgerDay> days; ///< read in this run
    std::vector<Finding> findings;
    std::uint64_t job_rows = 0;
};

/// Which days have to be read now: from the first of the current billing month (and the last
/// `close_after` before it) to today, without those that are final. Pure.
std::vector<Day> open_days(Instant now, const UsageConfig&, const std::vector<LedgerDay>& known);

/// Reads the open days, a window of one day each, into the ledger, each day in one commit. An error of one
/// day keeps what that day had and ends the run; what was read before stays. A day that had job records and
/// has none now keeps its figures too, with a finding.
Result<Collected> collect(JobSource&, Database&, Name cluster, const UsageConfig&, const Clock&,
    const std::function<void(const LedgerDay&)>& progress = {});

/// Month-to-date sums by account, or none when any day of the month up to now was never read whole: an
/// error is never a zero.
Result<std::optional<std::map<Name, Spent>>> month_spent(
    const Database&, Name cluster, Month, Instant now, const UsageConfig&);

} // namespace site
