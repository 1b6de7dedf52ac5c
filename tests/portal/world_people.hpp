#pragma once
#include "world.hpp"
#include "world_names.hpp"

namespace site {

/// Users with their roles, checklists, and what other portals asked to host.
void fill_people(Database& database, const World& world, WorldNames& names, std::int64_t now);

} // namespace site
