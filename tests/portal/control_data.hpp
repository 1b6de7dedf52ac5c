#pragma once
// The part of the control interface that changes the portal's data.
#include "clock.hpp"
#include "database.hpp"
#include "http.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace site {

Response control_error(int status, std::string_view text);

/// `what` is `members/add`, `members/drop`, `members/set`, `allocations/add`, `allocations/drop`,
/// `allocations/set`, `resources/set`, `users/set`, or `set` and `drop` of `usage_reports/` and
/// `storage_reports/`.
Response change_data(
    Database& database, Instant now, const std::string& what, const boost::json::object& order);

} // namespace site
