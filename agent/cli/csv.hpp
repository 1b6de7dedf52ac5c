#pragma once

#include <string>
#include <vector>

namespace site {

/// A line of RFC 4180, with its end. What a spreadsheet would take for a formula gets an apostrophe.
std::string csv_line(const std::vector<std::string>& fields);

} // namespace site
