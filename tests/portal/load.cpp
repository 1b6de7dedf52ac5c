#include "load.hpp"

#include "decimal.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>

namespace site {
namespace {

/// Where and what; caught in this file's two public functions.
struct Wrong {
    YAML::Mark mark;
    std::string text;
};

/// One mapping, read key by key. Keys that nobody asks for are mistakes.
class Entry {
public:
    Entry(const YAML::Node& node, std::initializer_list<std::string_view> keys) : node_(node)
    {
        if (!node.IsMap())
            throw Wrong { node.Mark(), "a mapping is needed here" };
        for (const auto& item : node) {
            const auto key = item.first.as<std::string>();
            if (std::ranges::find(keys, key) == keys.end())
                throw Wrong { item.first.Mark(), "unknown key \"" + key + "\"" };
        }
    }

    std::string text(const char* key, const std::string& otherwise) const
    {
        return has(key) ? scalar(key) : otherwise;
    }
    std::string text(const char* key) const
    {
        if (!has(key))
            throw Wrong { node_.Mark(), "\"" + std::string(key) + "\" is missing" };
        return scalar(key);
    }
    /// `~` is the null of the API.
    std::optional<std::string> nullable(const char* key, std::optional<std::string> otherwise) const
    {
        if (!node_[key])
            return otherwise;
        return node_[key].IsNull() ? std::nullopt : std::optional(scalar(key));
    }
    bool flag(const char* key, bool otherwise) const { return has(key) ? as<bool>(key) : otherwise; }
    std::int64_t number(const char* key, std::int64_t otherwise) const
    {
        return has(key) ? as<std::int64_t>(key) : otherwise;
    }
    std::string uuid(const char* key) const
    {
        if (!has(key))
            return {};
        const auto found = uuid_from(scalar(key));
        if (!found)
            throw Wrong { node_[key].Mark(), "\"" + scalar(key) + "\" is no UUID" };
        return *found;
    }
    std::int64_t hundredths(const char* key) const
    {
        const auto read = read_decimal(text(key, "0"));
        if (const auto* amount = std::get_if<Decimal>(&read))
            return amount->hundredths;
        throw Wrong { node_[key].Mark(), std::get<std::string>(read) };
    }
    YAML::Node node(const char* key) const { return node_[key]; }
    bool has(const char* key) const { return node_[key] && !node_[key].IsNull(); }

private:
    template <class T> T as(const char* key) const
    {
        T value;
        if (!YAML::convert<T>::decode(node_[key], value))
            throw Wrong { node_[key].Mark(), "\"" + std::string(key) + "\" is of the wrong type" };
        return value;
    }
    std::string scalar(const char* key) const
    {
        if (!node_[key].IsScalar())
            throw Wrong { node_[key].Mark(), "\"" + std::string(key) + "\" must be a text" };
        return node_[key].Scalar();
    }

    YAML::Node node_;
};

World::Component component_from(const YAML::Node& node)
{
    const Entry entry(node, { "type", "name", "unit", "billing", "limit_period", "builtin", "prepaid" });
    return { .type = entry.text("type"),
        .name = entry.text("name", entry.text("type")),
        .unit = entry.text("unit", "hours"),
        .billing = entry.text("billing", "usage"),
        .limit_period = entry.text("limit_period", ""),
        .builtin = entry.flag("builtin", false),
        .prepaid = entry.flag("prepaid", false) };
}

World::Offering offering_from(const YAML::Node& node)
{
    const Entry entry(node, { "name", "uuid", "customer", "instance", "type", "components" });
    World::Offering offering { .uuid = entry.uuid("uuid"),
        .name = entry.text("name"),
        .customer = entry.text("customer"),
        .instance = entry.text("instance"),
        .type = entry.text("type", "Marketplace.OpenPortal") };
    for (const auto& component : entry.node("components"))
        offering.components.push_back(component_from(component));
    return offering;
}

World::Resource resource_from(const YAML::Node& node)
{
    const Entry entry(node,
        { "uuid", "offering", "state", "plan", "plan_period", "backend_id", "limits", "paused", "downscaled",
            "restrict_member_access" });
    World::Resource resource { .uuid = entry.uuid("uuid"),
        .offering = entry.text("offering"),
        .state = entry.text("state", "OK"),
        .plan_period = entry.uuid("plan_period"),
        .backend_id = entry.text("backend_id", ""),
        .plan = entry.flag("plan", true),
        .paused = entry.flag("paused", false),
        .downscaled = entry.flag("downscaled", false),
        .restrict_member_access = entry.flag("restrict_member_access", false) };
    boost::json::object limits;
    for (const auto& limit : entry.node("limits"))
        limits[limit.first.as<std::string>()] = limit.second.as<std::int64_t>();
    resource.limits = boost::json::serialize(limits);
    return resource;
}

World::Member member_from(const YAML::Node& node, const std::optional<std::string>& groupname)
{
    const Entry entry(node, { "uuid", "username", "groupname", "useridentifier" });
    const auto username = entry.nullable("username", std::nullopt);
    return { .uuid = entry.uuid("uuid"),
        .username = username,
        .groupname = entry.nullable("groupname", username ? groupname : std::nullopt),
        .useridentifier = entry.nullable("useridentifier", std::nullopt) };
}

World::Allocation allocation_from(const YAML::Node& node)
{
    const Entry entry(node,
        { "name", "uuid", "description", "project", "instance", "backend_id", "groupname", "node_limit",
            "node_usage", "is_active", "state", "resource", "members" });
    World::Allocation allocation;
    allocation.uuid = entry.uuid("uuid");
    allocation.name = entry.text("name");
    allocation.description = entry.text("description", "");
    allocation.project = entry.text("project", "");
    allocation.instance = entry.text("instance", "");
    allocation.backend_id = entry.text("backend_id", "");
    allocation.groupname = entry.nullable("groupname", std::nullopt);
    allocation.node_limit = entry.number("node_limit", 0);
    allocation.node_usage = entry.hundredths("node_usage");
    allocation.is_active = entry.flag("is_active", true);
    allocation.state = entry.text("state", "OK");
    if (entry.has("resource"))
        allocation.resource = resource_from(entry.node("resource"));
    for (const auto& member : entry.node("members"))
        allocation.members.push_back(member_from(member, allocation.groupname));
    return allocation;
}

void read_people(const Entry& top, World& world)
{
    for (const auto& node : top.node("users")) {
        const Entry entry(node, { "username", "token", "staff" });
        world.users.push_back({ entry.text("username"), entry.text("token"), entry.flag("staff", false) });
    }
    for (const auto& node : top.node("oauth")) {
        const Entry entry(node, { "client_id", "client_secret", "username", "expires_in" });
        world.oauth_clients.push_back({ entry.text("client_id"), entry.text("client_secret"),
            entry.text("username"), entry.number("expires_in", 0) });
    }
}

World world_from(const YAML::Node& node)
{
    const Entry top(
        node, { "customers", "projects", "instances", "offerings", "allocations", "users", "oauth" });
    World world;
    for (const auto& item : top.node("customers")) {
        const Entry entry(item, { "name", "uuid", "abbreviation" });
        world.customers.push_back({ entry.uuid("uuid"), entry.text("name"), entry.text("abbreviation", "") });
    }
    for (const auto& item : top.node("projects")) {
        const Entry entry(item, { "name", "uuid", "customer" });
        world.projects.push_back({ entry.uuid("uuid"), entry.text("name"), entry.text("customer") });
    }
    for (const auto& item : top.node("instances")) {
        const Entry entry(item, { "name", "uuid" });
        world.instances.push_back({ entry.uuid("uuid"), entry.text("name") });
    }
    for (const auto& item : top.node("offerings"))
        world.offerings.push_back(offering_from(item));
    for (const auto& item : top.node("allocations"))
        world.allocations.push_back(allocation_from(item));
    read_people(top, world);
    return world;
}

std::string place(const std::string& name, const YAML::Mark& mark)
{
    return name + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": ";
}

/// Runs the reader; its mistakes and those of the YAML library come back as one text.
template <class Read>
auto guarded(const std::string& name, Read read) -> std::variant<decltype(read()), std::string>
{
    try {
        return read();
    } catch (const Wrong& wrong) {
        return place(name, wrong.mark) + wrong.text;
    } catch (const YAML::BadFile&) {
        return name + ": can't be read";
    } catch (const YAML::Exception& error) {
        return place(name, error.mark) + error.msg;
    }
}

} // namespace

std::variant<World, std::string> load_world(const std::string& file)
{
    return guarded(file, [&] { return world_from(YAML::LoadFile(file)); });
}

std::variant<World::Allocation, std::string> load_allocation(const std::string& text)
{
    return guarded("allocation", [&] { return allocation_from(YAML::Load(text)); });
}

} // namespace site
