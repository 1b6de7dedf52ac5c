#include "world.hpp"

#include "auth.hpp"
#include "sql.hpp"
#include "sql_projects.hpp"
#include "uuid.hpp"
#include "world_names.hpp"
#include "world_people.hpp"

namespace site {
namespace {

Value text_or_null(const std::optional<std::string>& text)
{
    return text ? Value(*text) : Value();
}
Value text_or_null(const std::string& text)
{
    return text.empty() ? Value() : Value(text);
}

/// Fills one world in; remembers which name is which UUID and the first thing that was wrong.
class Filling {
public:
    Filling(Database& database, Instant now)
        : database_(database), now_(now.time_since_epoch().count()), names_(database)
    {
    }

    void all(const World& world)
    {
        for (const auto& customer : world.customers)
            database_.run(Sql::add_customer,
                { names_.named("customer", customer.uuid, customer.name), customer.name,
                    customer.abbreviation });
        for (const auto& project : world.projects)
            add(project);
        for (const auto& instance : world.instances)
            database_.run(Sql::add_instance,
                { names_.named("instance", instance.uuid, instance.name), instance.name,
                    instance.destination.empty() ? instance.name.substr(instance.name.rfind(' ') + 1)
                                                 : instance.destination });
        for (const auto& offering : world.offerings)
            add(offering);
        for (const auto& allocation : world.allocations)
            add(allocation);
        fill_people(database_, world, names_, now_);
        for (const auto& client : world.oauth_clients)
            database_.run(Sql::put_oauth_client,
                { client.client_id, client.client_secret, client.username, client.expires_in });
    }

    const std::string& wrong() const { return names_.wrong(); }

private:
    void add(const World::Project& project)
    {
        const auto uuid = names_.named("project", project.uuid, project.name);
        database_.run(Sql::add_project,
            { uuid, project.name, slug_of(project.name), names_.known("customer", project.customer),
                project.description, text_or_null(project.start_date), text_or_null(project.end_date),
                now_ });
        if (project.removed)
            database_.run(ProjectSql::remove_project, { uuid, now_, "{}" });
    }

    void add(const World::Offering& offering)
    {
        const auto uuid = names_.named("offering", offering.uuid, offering.name);
        const auto customer = names_.known("customer", offering.customer);
        const auto instance = names_.known("instance", offering.instance);
        if (!names_.wrong().empty())
            return;
        database_.run(Sql::add_offering,
            { uuid, offering.name, slug_of(offering.name), offering.type, customer, instance,
                uuid_named("plan " + uuid), now_ });
        std::int64_t position = 0;
        for (const auto& component : offering.components)
            database_.run(Sql::add_component,
                { uuid_named("component " + uuid + component.type), uuid, ++position, component.type,
                    component.name, component.unit, component.billing,
                    component.limit_period.empty() ? Value() : Value(component.limit_period),
                    std::int64_t { component.builtin }, std::int64_t { component.prepaid } });
    }

    std::string add(const World::Resource& resource, const std::string& name, const std::string& project)
    {
        const auto uuid = resource.uuid.empty() ? uuid_named("resource " + name) : resource.uuid;
        const auto offering = names_.known("offering", resource.offering);
        if (!names_.wrong().empty())
            return {};
        database_.run(Sql::add_resource,
            { uuid, name, slug_of(name), offering, project, resource.state, std::int64_t { resource.plan },
                resource.plan_period.empty() ? uuid_named("plan period " + uuid) : resource.plan_period,
                resource.limits, resource.backend_id, std::int64_t { resource.paused },
                std::int64_t { resource.downscaled }, std::int64_t { resource.restrict_member_access },
                now_ });
        return uuid;
    }

    void add(const World::Allocation& allocation)
    {
        const auto uuid
            = allocation.uuid.empty() ? uuid_named("allocation " + allocation.name) : allocation.uuid;
        const auto project = names_.known("project", allocation.project);
        const auto instance = names_.known("instance", allocation.instance);
        if (!names_.wrong().empty())
            return;
        Value resource;
        if (allocation.resource)
            resource = add(*allocation.resource, allocation.name, project);
        if (!names_.wrong().empty())
            return;
        database_.run(Sql::add_allocation,
            { uuid, allocation.name, allocation.description, project, instance, resource,
                allocation.backend_id, text_or_null(allocation.groupname), allocation.node_limit,
                allocation.node_usage, std::int64_t { allocation.is_active }, allocation.state, now_ });
        for (std::size_t i = 0; i < allocation.members.size(); ++i) {
            const auto& member = allocation.members[i];
            database_.run(Sql::add_association,
                { member.uuid.empty() ? uuid_named("association " + uuid + std::to_string(i)) : member.uuid,
                    uuid, text_or_null(member.username), text_or_null(member.groupname),
                    text_or_null(member.useridentifier) });
        }
    }

    Database& database_;
    std::int64_t now_;
    WorldNames names_;
};

} // namespace

std::string slug_of(std::string name)
{
    for (char& c : name) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        c = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    }
    return name;
}

bool is_empty(Database& database)
{
    return !database.row(Sql::is_empty);
}

std::string fill(Database& database, const World& world, Instant now)
{
    Database::Change change(database);
    Filling filling(database, now);
    filling.all(world);
    if (filling.wrong().empty())
        change.commit();
    return filling.wrong();
}

} // namespace site
