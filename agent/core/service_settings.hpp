#pragma once

#include "model/name.hpp"
#include "portal/rows.hpp"
#include "store/database.hpp"

#include <set>

namespace site {

/// The OpenPortal instances (service settings) whose allocations earlier cycles believed. Kept as a note.
Result<std::set<Uuid>> seen_settings(const Database&, Name cluster);
/// Adds those of the listing; writes only when one is new.
void keep_settings(
    Transaction&, const Database&, Name cluster, const std::set<Uuid>& before, const Listing&, Instant now);

} // namespace site
