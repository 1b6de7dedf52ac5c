#include "control_data.hpp"

#include "allocations.hpp"
#include "answers.hpp"
#include "decimal.hpp"
#include "load.hpp"
#include "reports.hpp"
#include "sql.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <variant>

namespace site {
namespace json = boost::json;

namespace {

enum class Form { text, nullable, number, boolean, decimal, object };

/// A key of an order and the column that it sets.
struct Setting {
    std::string_view key;
    std::string_view column;
    Form form;
};

constexpr Setting allocation_settings[] = {
    { "name", "name", Form::text },
    { "node_limit", "node_limit", Form::number },
    { "node_usage", "node_usage", Form::decimal },
    { "is_active", "is_active", Form::boolean },
    { "state", "state", Form::text },
    { "groupname", "groupname", Form::nullable },
    { "backend_id", "backend_id", Form::text },
    { "error_message", "error_message", Form::text },
};
constexpr Setting resource_settings[] = {
    { "state", "state", Form::text },
    { "paused", "paused", Form::boolean },
    { "downscaled", "downscaled", Form::boolean },
    { "restrict_member_access", "restrict_member_access", Form::boolean },
    { "backend_id", "backend_id", Form::text },
    { "error_message", "error_message", Form::text },
    { "plan", "has_plan", Form::boolean },
    { "limits", "limits", Form::object },
};
constexpr Setting member_settings[] = {
    { "new_username", "username", Form::nullable },
    { "groupname", "groupname", Form::nullable },
    { "useridentifier", "useridentifier", Form::nullable },
};
constexpr Setting user_settings[] = {
    { "is_staff", "is_staff", Form::boolean },
    { "is_active", "is_active", Form::boolean },
    { "has_role", "has_role", Form::boolean },
    { "may_write", "may_write", Form::boolean },
    { "token", "token", Form::text },
};

std::string text(const json::object& order, std::string_view key)
{
    const auto* value = order.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Value nullable(const json::object& order, std::string_view key)
{
    const auto* value = order.if_contains(key);
    return value && value->is_string() ? Value(std::string(value->get_string())) : Value();
}

/// The value for the column, or nothing when it is of the wrong form.
std::optional<Value> column_value(const json::value& value, Form form)
{
    if (form == Form::nullable && value.is_null())
        return Value();
    if ((form == Form::text || form == Form::nullable) && value.is_string())
        return std::string(value.get_string());
    if (form == Form::number && value.is_int64())
        return value.get_int64();
    if (form == Form::boolean && value.is_bool())
        return std::int64_t { value.get_bool() };
    if (form == Form::object && value.is_object())
        return json::serialize(value);
    if (form == Form::decimal && value.is_string()) {
        const auto read = read_decimal(value.get_string());
        if (const auto* amount = std::get_if<Decimal>(&read))
            return amount->hundredths;
    }
    return std::nullopt;
}

/// The row that an order names, by UUID in either spelling or by name.
std::optional<std::string> named(Database& database, const char* statement, const std::string& name)
{
    const auto row = database.row(statement, { uuid_from(name).value_or(name) });
    return row ? std::optional(text_of(row->front())) : std::nullopt;
}

struct Target {
    std::string_view table;
    std::string_view key_column;
    std::span<const Setting> settings;
};

/// Sets every key of the order but those that name the row. All of them or none.
Response set(Database& database, const Target& target, const std::string& row, const json::object& order,
    std::initializer_list<std::string_view> names)
{
    Database::Change change(database);
    for (const auto& [key, value] : order) {
        if (std::ranges::find(names, std::string_view(key)) != names.end())
            continue;
        const auto setting = std::ranges::find(target.settings, std::string_view(key), &Setting::key);
        if (setting == target.settings.end())
            return control_error(400, "unknown setting \"" + std::string(key) + "\"");
        const auto column = column_value(value, setting->form);
        if (!column)
            return control_error(400, "\"" + std::string(key) + "\" is of the wrong type");
        database.run("UPDATE " + std::string(target.table) + " SET " + std::string(setting->column)
                + " = ?2 WHERE " + std::string(target.key_column) + " = ?1",
            { row, *column });
    }
    change.commit();
    return json_answer(200, json::object { { "changed", row } });
}

Response no_such(std::string_view what, const std::string& name)
{
    return control_error(404, "no " + std::string(what) + " \"" + name + "\"");
}

Response add_member(Database& database, const json::object& order)
{
    const auto allocation = named(database, Sql::find_allocation, text(order, "allocation"));
    if (!allocation)
        return no_such("allocation", text(order, "allocation"));
    const auto parts = database.row(Sql::allocation_parts, { *allocation });
    const auto username = nullable(order, "username");
    Value groupname = nullable(order, "groupname");
    if (is_null(groupname) && !is_null(username) && !order.contains("groupname"))
        groupname = parts->at(3);
    Value identifier = nullable(order, "useridentifier");
    if (is_null(identifier) && !is_null(username) && !order.contains("useridentifier"))
        identifier = text_of(username) + "." + text_of(parts->at(4));
    const auto uuid = uuid_random();
    database.run(Sql::add_association, { uuid, *allocation, username, groupname, identifier });
    return json_answer(201, json::object { { "uuid", uuid } });
}

std::vector<std::string> members(Database& database, const json::object& order)
{
    std::vector<std::string> found;
    const auto uuid = uuid_from(text(order, "uuid"));
    const auto allocation = named(database, Sql::find_allocation, text(order, "allocation"));
    if (!uuid && !allocation)
        return found;
    for (const auto& row :
        database.rows(Sql::find_member, { uuid ? *uuid : *allocation, nullable(order, "username") }))
        found.push_back(text_of(row.front()));
    return found;
}

Response change_member(Database& database, const std::string& what, const json::object& order)
{
    const auto found = members(database, order);
    if (found.empty())
        return no_such("member", text(order, "uuid") + text(order, "username"));
    if (what == "members/set")
        return set(database, { "associations", "uuid", member_settings }, found.front(), order,
            { "uuid", "allocation", "username" });
    for (const auto& uuid : found)
        database.run(Sql::drop_association, { uuid });
    return json_answer(200, json::object { { "dropped", found.size() } });
}

Response add_allocation(Database& database, Instant now, const json::object& order)
{
    auto read = load_allocation(json::serialize(order));
    if (const auto* wrong = std::get_if<std::string>(&read))
        return control_error(400, *wrong);
    World world;
    auto& allocation = world.allocations.emplace_back(std::get<World::Allocation>(std::move(read)));
    // Left out: the first project and instance, and names that the instance would have given.
    const auto project = database.row(Sql::first_project);
    const auto instance = database.row(Sql::first_instance);
    if (!project || !instance)
        return control_error(400, "the portal is empty");
    if (allocation.project.empty())
        allocation.project = text_of(project->front());
    if (allocation.instance.empty())
        allocation.instance = text_of(instance->at(1));
    if (allocation.uuid.empty())
        allocation.uuid = uuid_random();
    if (allocation.resource && allocation.resource->uuid.empty())
        allocation.resource->uuid = uuid_random();
    const auto unfit = fill(database, world, now);
    if (!unfit.empty())
        return control_error(400, unfit);
    json::object answer { { "uuid", allocation.uuid } };
    if (allocation.resource)
        answer["resource_uuid"] = allocation.resource->uuid;
    return json_answer(201, answer);
}

Response dropped_allocation(Database& database, const std::string& uuid)
{
    drop_allocation(database, uuid);
    return json_answer(200, json::object { { "dropped", uuid } });
}

} // namespace

Response control_error(int status, std::string_view message)
{
    return json_answer(status, json::object { { "error", message } });
}

Response change_data(Database& database, Instant now, const std::string& what, const json::object& order)
{
    if (what == "members/add")
        return add_member(database, order);
    if (what == "members/drop" || what == "members/set")
        return change_member(database, what, order);
    if (what == "allocations/add")
        return add_allocation(database, now, order);
    if (what == "allocations/drop" || what == "allocations/set") {
        const auto uuid = named(database, Sql::find_allocation, text(order, "allocation"));
        if (!uuid)
            return no_such("allocation", text(order, "allocation"));
        if (what == "allocations/drop")
            return dropped_allocation(database, *uuid);
        return set(database, { "allocations", "uuid", allocation_settings }, *uuid, order, { "allocation" });
    }
    if (what == "resources/set") {
        const auto uuid = named(database, Sql::find_resource, text(order, "resource"));
        if (!uuid)
            return no_such("resource", text(order, "resource"));
        return set(database, { "resources", "uuid", resource_settings }, *uuid, order, { "resource" });
    }
    if (what == "users/set") {
        const auto username = named(database, Sql::find_user, text(order, "username"));
        if (!username)
            return no_such("user", text(order, "username"));
        return set(database, { "users", "username", user_settings }, *username, order, { "username" });
    }
    if (what.starts_with("usage_reports/") || what.starts_with("storage_reports/"))
        return change_report(database, what, order);
    return control_error(404, "nothing here");
}

} // namespace site
