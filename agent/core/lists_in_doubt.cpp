#include "core/lists_in_doubt.hpp"

#include "core/uuid_list.hpp"
#include "store/notes.hpp"

namespace site {
namespace {

namespace json = boost::json;

std::string topic(Name cluster)
{
    return "lists-in-doubt/" + cluster.text();
}

} // namespace

Result<std::optional<ListedRows>> before_doubt(const Database& database, Name cluster)
{
    const std::string where = "the store's note of lists in doubt";
    auto note = Notes(database).note(topic(cluster));
    if (!note)
        return note.error();
    if (!*note)
        return std::optional<ListedRows> {};
    boost::system::error_code ec;
    const auto value = json::parse((*note)->text, ec);
    if (!ec && value.is_null())
        return std::optional<ListedRows> {};
    const auto* object = ec ? nullptr : value.if_object();
    const auto* allocations = object ? object->if_contains("allocations") : nullptr;
    const auto* associations = object ? object->if_contains("associations") : nullptr;
    if (!allocations || !associations)
        return Error { Errc::internal, where + " is not whole" };
    auto of_allocations = uuids(*allocations);
    auto of_associations = uuids(*associations);
    if (!of_allocations || !of_associations)
        return (of_allocations ? of_associations : of_allocations).error().in(where);
    return ListedRows { std::move(*of_allocations), std::move(*of_associations) };
}

void keep_before_doubt(Transaction& transaction, const Database& database, Name cluster,
    const std::optional<ListedRows>& rows, Instant now)
{
    json::value text;
    if (rows)
        text = { { "allocations", uuid_list(rows->allocations) },
            { "associations", uuid_list(rows->associations) } };
    Notes(database).put(transaction, topic(cluster), json::serialize(text), now);
}

} // namespace site
