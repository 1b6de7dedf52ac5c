#include "core/service_settings.hpp"

#include "core/uuid_list.hpp"
#include "store/notes.hpp"

namespace site {
namespace {

namespace json = boost::json;

std::string topic(Name cluster)
{
    return "settings/" + cluster.text();
}

} // namespace

Result<std::set<Uuid>> seen_settings(const Database& database, Name cluster)
{
    auto note = Notes(database).note(topic(cluster));
    if (!note)
        return note.error();
    if (!*note)
        return std::set<Uuid> {};
    boost::system::error_code ec;
    auto found = uuids(json::parse((*note)->text, ec));
    if (!found)
        return found.error().in("the store's note of service settings");
    return found;
}

void keep_settings(Transaction& transaction, const Database& database, Name cluster,
    const std::set<Uuid>& before, const Listing& listing, Instant now)
{
    auto after = before;
    for (const auto& row : listing.allocations)
        if (!row.service_settings.is_nil())
            after.insert(row.service_settings);
    if (after == before)
        return;
    Notes(database).put(transaction, topic(cluster), json::serialize(uuid_list(after)), now);
}

} // namespace site
