#pragma once

#include "accounting/month_usage.hpp"
#include "config/config.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>

namespace site {

/// Which usage is wanted of the store.
struct MonthWish {
    std::optional<Month> month {}; ///< none: the current one, in the portal's zone
    bool by_user = false; ///< a line for each user of an account
    std::string project {}; ///< only of this one: its account, or `project.portal`
    Name user {}; ///< only his; the lines are by user then
};

/// What the ledger has of a month, with the limits of the last whole snapshot; a past month has none.
/// Errors: `not_found` when nothing is known of `project`.
Result<MonthUsage> stored_month_usage(const Database&, const ClusterConfig&, Instant now, const MonthWish&);

} // namespace site
