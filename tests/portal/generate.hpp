#pragma once
// Portals of any size for scale tests; the same numbers give the same portal.
#include "world.hpp"

#include <optional>
#include <string_view>

namespace site {

struct Size {
    int projects = 0;
    int members = 0; ///< of each project
};

/// `1000x5`.
std::optional<Size> size_from(std::string_view text);

/// Projects g0001, g0002 ... with the groups brics.g0001 ... and the members g0001m1 ..., on the first
/// instance and offering that the database has, else on one of the same UUIDs as in sample.yaml.
World generated(Database& database, Size size);

} // namespace site
