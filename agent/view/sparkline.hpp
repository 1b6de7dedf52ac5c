#pragma once

#include "accounting/projection.hpp"
#include "model/time.hpp"

#include <string>

namespace site {

/// A small picture, 120 x 24, of what was used adding up over the days of a month, with the limit as a line
/// where there is one. SVG to stand in a page, whose style colours the classes `curve` and `limit`. Pure.
std::string sparkline(const UsageByDay&, std::optional<std::uint64_t> limit, Month);

} // namespace site
