#pragma once

#include "config/config.hpp"
#include "store/ledger.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace site {

/// How far a billing month has been counted.
struct MonthCount {
    Instant begin; ///< first moment, in the portal's zone
    Instant end; ///< first moment of the next month
    Seconds zone_offset { 0 };
    std::optional<Instant>
        counted {}; ///< up to when the figures go, within the month; none: nothing was read
    /// UTC days that were not read whole, ascending: up to `counted`, of a past month up to its end.
    std::vector<Day> missing {};
};

/// `days` are the ledger's, ascending, of any span that covers the month. Pure.
MonthCount month_count(Month, std::span<const LedgerDay> days, Instant now, const UsageConfig&);

/// Node-seconds by the ledger's (UTC) days, of one billing month.
using UsageByDay = std::map<Day, std::uint64_t>;

/// A day of work and a night: what is shorter says nothing of a month.
inline constexpr Seconds least_elapsed { 24 * 3600 };

/// What was used of a limit, and where it leads. In node-seconds.
struct Projection {
    std::uint64_t used = 0;
    std::optional<std::uint64_t> limit {}; ///< none: not known
    std::optional<std::uint64_t> left {}; ///< 0 once the limit is used up
    std::optional<std::uint64_t> percent {}; ///< of the limit, rounded down; none of a limit of 0
    /// Used by the end of the month if it goes on as in the part that is counted, rounded half up; of a past
    /// month what was used. None: a day is missing, or less than `least_elapsed` of the month is counted.
    std::optional<std::uint64_t> at_end {};
    std::optional<Day> reached {}; ///< the UTC day on which the limit was used up; none of a limit of 0
    /// The day, in the portal's zone, on which it will be if it goes on so; none: not within the month.
    std::optional<Day> will_reach {};
};

/// Exact until the one rounding. Pure.
Projection projection(const UsageByDay&, std::optional<std::uint64_t> limit, const MonthCount&);

} // namespace site
