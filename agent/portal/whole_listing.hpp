#pragma once

#include "config/config.hpp"
#include "portal/list_reading.hpp"
#include "portal/rows.hpp"

namespace site {

/// Both lists, whole, narrowed and sorted by uuid, with when it began and how far the clocks are apart.
Result<Listing> read_listing(const AllocationFilter&, const ListRules&, const Fetch&, const Clock&);

/// Sets aside, and counts, the allocations that are surely another cluster's, and the associations of
/// allocations that are not ours. Judged by each row's own members. An allocation that lacks the member to
/// judge by is kept as broken: taken for foreign it would look like one that is gone. So is a broken
/// association.
void narrow(Listing&, const AllocationFilter&);

} // namespace site
