#pragma once

#include "view/fullness.hpp"

#include <boost/json/array.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace site {

/// A line a holder, with the age of the figures; `unknown` for one that was never read. No levels: empty.
std::string storage_table(const std::vector<StoredLevel>&, bool users, Instant now, std::size_t width);

/// Bytes, files and instants as they are; null where one is not known, not limited or not there.
boost::json::array levels_json(const std::vector<StoredLevel>&);

} // namespace site
