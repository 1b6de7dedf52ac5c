#include "portal/error_line.hpp"
#include "portal/wire.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace site {
namespace {

namespace json = boost::json;

json::string text_of(std::string_view text)
{
    return json::string(text.data(), text.size());
}

json::value uuid_of(const Uuid& uuid)
{
    return uuid.is_nil() ? json::value {} : json::value(text_of(uuid.text()));
}

json::value optional_of(const std::optional<std::string>& text)
{
    return text ? json::value(text_of(*text)) : json::value {};
}

json::object entry_of(Instant date, const UserAmount& user)
{
    return { { "username", text_of(user.username) }, { "usage", text_of(user.amount.text()) },
        { "date", text_of(text(date)) } };
}

json::object object_of(const AllocationRow& row)
{
    json::object made {
        { "uuid", uuid_of(row.uuid) },
        { "name", text_of(row.name) },
        { "backend_id", text_of(row.backend_id) },
        { "groupname", optional_of(row.groupname) },
        { "node_limit", row.node_limit ? json::value(*row.node_limit) : json::value {} },
        { "node_usage", row.node_usage ? json::value(text_of(row.node_usage->text())) : json::value {} },
        { "is_active", row.is_active },
        { "state", text_of(name(row.state)) },
        { "service_settings_uuid", uuid_of(row.service_settings) },
        { "customer_name", text_of(row.customer_name) },
        { "customer_abbreviation", text_of(row.customer_abbreviation) },
        { "project_name", text_of(row.project_name) },
        { "marketplace_resource_uuid", uuid_of(row.resource) },
        { "marketplace_resource_state", text_of(row.resource_state) },
        { "marketplace_offering_uuid", uuid_of(row.offering) },
    };
    if (!row.broken.empty())
        made["_broken"] = text_of(row.broken);
    return made;
}

json::object object_of(const AssociationRow& row)
{
    json::object made {
        { "uuid", uuid_of(row.uuid) },
        { "allocation", uuid_of(row.allocation) },
        { "username", optional_of(row.username) },
        { "groupname", optional_of(row.groupname) },
        { "useridentifier", optional_of(row.useridentifier) },
    };
    if (!row.broken.empty())
        made["_broken"] = text_of(row.broken);
    return made;
}

/// One row a line, so that two snapshots can be compared with diff.
template <class Row> void append(std::string& out, std::string_view list, const std::vector<Row>& rows)
{
    out += '"';
    out += list;
    out += "\":[";
    for (const auto& row : rows) {
        out += &row == rows.data() ? "\n" : ",\n";
        out += json::serialize(object_of(row));
    }
    out += "\n]";
}

} // namespace

std::string usage_json(Uuid resource, Instant date, std::span<const ComponentAmount> amounts)
{
    json::array usages;
    for (const auto& [type, amount] : amounts)
        usages.push_back(json::object { { "type", text_of(type) }, { "amount", text_of(amount.text()) } });
    return json::serialize(json::object { { "resource", text_of(resource.text()) },
        { "date", text_of(text(date)) }, { "usages", std::move(usages) } });
}

std::string user_usages_json(Instant date, std::span<const UserAmount> users)
{
    json::array usages;
    for (const auto& user : users)
        usages.push_back(entry_of(date, user));
    return json::serialize(json::object { { "usages", std::move(usages) } });
}

std::string user_usage_json(Instant date, const UserAmount& user)
{
    return json::serialize(entry_of(date, user));
}

std::string erred_json(std::string_view message)
{
    return json::serialize(json::object { { "error_message", text_of(one_line(message, 500)) } });
}

std::string snapshot_json(const Listing& listing)
{
    std::string out = "{\"_foreign_allocations\":" + std::to_string(listing.foreign_allocations)
        + ",\"_foreign_associations\":" + std::to_string(listing.foreign_associations) + ",\n";
    append(out, "openportal-allocations", listing.allocations);
    out += ",\n";
    append(out, "openportal-associations", listing.associations);
    return out + "}\n";
}

} // namespace site
