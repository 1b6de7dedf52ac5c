#pragma once

#include "api/snapshot.hpp"
#include "store/portal_memory.hpp"

#include <set>
#include <utility>
#include <vector>

namespace site {

/// (group, user); user empty for the allocation itself.
using Place = std::pair<Name, Name>;

/// What a cycle left at the site.
struct Remains {
    std::set<Place> outstanding; ///< a change that takes away is still to be made here
    std::set<Place> holding; ///< something of ours is here
};

/// The grace runs from the confirmed block: nothing that takes away is outstanding for who is gone. Who is
/// gone and holds nothing any more is forgotten. Pure.
Known confirm_blocks(Known known, const Snapshot&, const Remains&, Instant now);

/// The revocations were held: nobody's grace has begun in this cycle. Pure.
Known without_newly_gone(
    Known known, const std::vector<Uuid>& gone_allocations, const std::vector<Uuid>& gone_associations);

} // namespace site
