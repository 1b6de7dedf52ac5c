#pragma once
#include "world.hpp"
#include "yaml_entry.hpp"

namespace site {

/// Throws Wrong, as all of load.cpp.
void load_people(const Entry& top, World& world);
/// Checklists, too.
void load_managed_projects(const Entry& top, World& world);

} // namespace site
