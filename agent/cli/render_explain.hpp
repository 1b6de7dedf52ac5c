#pragma once

#include "cli/screen.hpp"
#include "core/explain.hpp"

#include <string>

namespace site {

/// The chains for people: a line a link with its state as a word, then the verdict and what to do. At most 80
/// columns wide but for words that are longer themselves. `now`: for the age of what the portal said. Pure.
std::string explain_text(const ExplainReport&, const std::string& name, Instant now, const Screen&);
/// The same as one JSON object, whole. Pure.
std::string explain_json(const ExplainReport&, const std::string& name, Instant now);

} // namespace site
