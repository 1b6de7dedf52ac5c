#pragma once

#include "core/cycle.hpp"

#include <string>

namespace site {

/// The cycle as JSON for the note `cycle/CLUSTER` and for `--format json`: what was read, the plan, what
/// became of it. At most 200 findings and 200 failed changes are listed, and 2,000 planned ones where nothing
/// was carried out; the counts are of all.
std::string summary(const CycleReport&, std::string_view by);

} // namespace site
