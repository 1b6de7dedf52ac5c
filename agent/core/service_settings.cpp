#include "core/service_settings.hpp"

#include "store/notes.hpp"

#include <boost/json.hpp>

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
    std::set<Uuid> found;
    if (!*note)
        return found;
    boost::system::error_code ec;
    const auto value = json::parse((*note)->text, ec);
    const auto* list = ec ? nullptr : value.if_array();
    if (!list)
        return Error { Errc::internal, "the store's note of service settings is no list" };
    for (const auto& one : *list) {
        const auto* text = one.if_string();
        auto uuid = text ? Uuid::parse({ text->data(), text->size() })
                         : Result<Uuid>(Error { Errc::internal, "it is no text" });
        if (!uuid)
            return uuid.error().in("the store's note of service settings");
        found.insert(*uuid);
    }
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
    json::array list;
    for (const auto& uuid : after)
        list.emplace_back(uuid.text());
    Notes(database).put(transaction, topic(cluster), json::serialize(list), now);
}

} // namespace site
