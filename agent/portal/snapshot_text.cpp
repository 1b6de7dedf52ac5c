#include "portal/portal.hpp"
#include "portal/whole_listing.hpp"
#include "portal/wire.hpp"

namespace site {

std::string to_snapshot_text(const Listing& listing)
{
    return snapshot_json(listing);
}

Result<Listing> from_snapshot_text(std::string_view text, const AllocationFilter& filter)
{
    auto listing = read_snapshot(text);
    if (!listing)
        return listing.error().in("reading a snapshot");
    narrow(*listing, filter);
    return listing;
}

} // namespace site
