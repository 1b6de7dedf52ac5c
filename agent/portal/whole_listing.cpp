#include "portal/whole_listing.hpp"

#include "net/http_date.hpp"
#include "portal/operations/operation.hpp"
#include "portal/wire.hpp"

#include <array>
#include <unordered_set>

namespace site {
namespace {

// All that a row of ours is made of; the rest of an allocation is ten times as much.
constexpr std::array allocation_fields { "uuid", "name", "backend_id", "groupname", "node_limit",
    "node_usage", "is_active", "state", "service_settings_uuid", "customer_name", "customer_abbreviation",
    "project_name", "marketplace_resource_uuid", "marketplace_resource_state", "marketplace_offering_uuid" };

std::string allocation_query()
{
    std::string query;
    for (const std::string_view field : allocation_fields) {
        query += query.empty() ? "field=" : "&field=";
        query += field;
    }
    return query;
}

enum class Ours : std::uint8_t { yes, no, unknown };

Ours judged(const std::vector<Uuid>& wanted, const Uuid& own)
{
    if (wanted.empty())
        return Ours::yes;
    if (own.is_nil())
        return Ours::unknown;
    return std::ranges::find(wanted, own) == wanted.end() ? Ours::no : Ours::yes;
}

/// Whether the row is to be kept; marks it when that can't be told.
bool keep(AllocationRow& row, const AllocationFilter& filter)
{
    const auto by_settings = judged(filter.service_settings, row.service_settings);
    const auto by_offering = judged(filter.offerings, row.offering);
    if (by_settings == Ours::no || by_offering == Ours::no)
        return false;
    if (row.broken.empty() && by_settings == Ours::unknown)
        row.broken = "service_settings_uuid: missing, so whose allocation this is can't be told";
    if (row.broken.empty() && by_offering == Ours::unknown)
        row.broken = "marketplace_offering_uuid: missing, so whose allocation this is can't be told";
    return true;
}

} // namespace

void narrow(Listing& listing, const AllocationFilter& filter)
{
    listing.foreign_allocations
        += std::erase_if(listing.allocations, [&](AllocationRow& row) { return !keep(row, filter); });
    std::unordered_set<Uuid> ours;
    for (const auto& row : listing.allocations)
        ours.insert(row.uuid);
    listing.foreign_associations += std::erase_if(listing.associations, [&](const AssociationRow& row) {
        return !row.allocation.is_nil() && !ours.contains(row.allocation);
    });
}

Result<Listing> read_listing(
    const AllocationFilter& filter, const ListRules& rules, const Fetch& fetch, const Clock& clock)
{
    Listing listing;
    listing.taken = clock.now();
    const std::array lists {
        wanted(std::string(portal_operation("openportal_allocations_list").path), allocation_query(),
            listing.allocations, &read_allocations, &AllocationRow::uuid),
        wanted(std::string(portal_operation("openportal_associations_list").path), "", listing.associations,
            &read_associations, &AssociationRow::uuid),
    };
    const Fetch watching = [&](std::span<const Call> calls) {
        auto answers = fetch(calls);
        if (!listing.skew && !answers.empty() && answers.front())
            if (const auto date = parse_http_date(answers.front()->header("Date")))
                listing.skew = *date - clock.now();
        return answers;
    };
    if (auto read = read_lists(lists, rules, watching); !read)
        return read.error();
    narrow(listing, filter);
    return listing;
}

} // namespace site
