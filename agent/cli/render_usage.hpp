#pragma once

#include "accounting/month_usage.hpp"
#include "cli/screen.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace site {

/// What the month's table shows: a line an account or user, a total, then what is to be known of the figures.
/// In hours, of memory in GiB-hours. What does not fit is left out, in this order: the bar, decimals, room
/// between columns, CPU, GPU and memory, where the month leads, jobs; in the end names are cut. Columns that
/// nothing stands in are left out.
std::string usage_table(const MonthUsage&, const Screen&);

/// In whole seconds; what is not known is left out.
boost::json::object usage_json(const MonthUsage&);

/// RFC 4180 with a line of heads and none of totals. Seconds are whole; hours have as many decimals as it
/// takes to tell the seconds from them. A name that a spreadsheet would take for a formula has an apostrophe
/// before it.
std::string usage_csv(const MonthUsage&);

} // namespace site
