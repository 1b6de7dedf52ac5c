#include "load.hpp"

#include "load_people.hpp"
#include "yaml_entry.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

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

World world_from(const YAML::Node& node)
{
    const Entry top(node,
        { "customers", "projects", "instances", "offerings", "allocations", "users", "oauth", "invitations",
            "organizations", "sciences", "checklists", "templates", "managed_projects" });
    World world;
    for (const auto& item : top.node("customers")) {
        const Entry entry(item, { "name", "uuid", "abbreviation" });
        world.customers.push_back({ entry.uuid("uuid"), entry.text("name"), entry.text("abbreviation", "") });
    }
    for (const auto& item : top.node("projects")) {
        const Entry entry(
            item, { "name", "uuid", "customer", "description", "start_date", "end_date", "removed" });
        world.projects.push_back(
            { entry.uuid("uuid"), entry.text("name"), entry.text("customer"), entry.text("description", ""),
                entry.text("start_date", ""), entry.text("end_date", ""), entry.flag("removed", false) });
    }
    for (const auto& item : top.node("instances")) {
        const Entry entry(item, { "name", "uuid", "destination" });
        world.instances.push_back({ entry.uuid("uuid"), entry.text("name"), entry.text("destination", "") });
    }
    for (const auto& item : top.node("offerings"))
        world.offerings.push_back(offering_from(item));
    for (const auto& item : top.node("allocations"))
        world.allocations.push_back(allocation_from(item));
    load_people(top, world);
    load_managed_projects(top, world);
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
