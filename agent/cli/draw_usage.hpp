#pragma once

#include "accounting/month_usage.hpp"

#include <string>
#include <string_view>

namespace site {

/// The month's total as a picture: what was used, adding up day by day, the limit, and dashed where it leads.
/// Days that were not read whole are shaded. `of` says whose usage it is; any text. SVG 1.1 that stands
/// alone, without scripts, light or dark as its viewer likes it; title and description are read out. Pure.
std::string usage_svg(const MonthUsage&, std::string_view of);

} // namespace site
