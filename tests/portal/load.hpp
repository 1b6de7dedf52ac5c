#pragma once
// The start of a portal from YAML. The form is described at the top of sample.yaml.
#include "world.hpp"

#include <string>
#include <variant>

namespace site {

/// The world in the file, or the first thing wrong with it as `file:line:column: what`.
std::variant<World, std::string> load_world(const std::string& file);

/// One allocation in the same form, from YAML or JSON text.
std::variant<World::Allocation, std::string> load_allocation(const std::string& text);

} // namespace site
