#pragma once

#include "accounting/projection.hpp"

#include <vector>

namespace site {

/// Limits of a month by account, in node-seconds.
using Limits = std::map<Name, std::uint64_t>;

/// Whose usage is wanted; an empty name stands for all.
struct UsageChoice {
    bool by_user = false; ///< a line for each user of an account
    Name account {};
    Name user {}; ///< only his; the lines are by user then
};

/// What an account used in a month, or one of its users. A user's line has no limit: that is the account's.
struct UsageLine {
    Name account {};
    Name user {}; ///< empty: all of the account
    Spent spent {};
    std::uint64_t jobs = 0;
    UsageByDay by_day {};
    Projection projection {};
};

struct MonthUsage {
    Month month;
    MonthCount count;
    bool whole = true; ///< each day up to now was read whole: what is not is not reported
    std::vector<UsageLine> lines {}; ///< by account, then user
    /// Of all lines. Its limit is the sum, and none when an account has none or one user's usage was asked
    /// for.
    UsageLine total {};
};

/// `rows` are the ledger's by day; those of other months are left out. Accounts with a limit that used
/// nothing have a line too, unless it is by user. Pure.
MonthUsage month_usage(
    Month, std::span<const LedgerRow> rows, const Limits&, const MonthCount&, const UsageChoice&);

} // namespace site
