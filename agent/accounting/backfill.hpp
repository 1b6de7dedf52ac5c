#pragma once

#include "accounting/day_book.hpp"

#include <vector>

namespace site {

/// The days of [from, to) that have begun and are not final in the ledger, ascending. `known`: the ledger's
/// days of that span. Pure.
std::vector<Day> days_to_fill(Day from, Day to, Instant now, const std::vector<LedgerDay>& known);

/// Reads one day and books it, unless it had job records and has lost them (a finding says so). Read
/// ascending, days that are long over come out as if they had been read in their time.
Result<DayReading> fill_day(JobSource&, Database&, Name cluster, const UsageConfig&, Day, Instant now);

} // namespace site
