#include "generate.hpp"

#include "sql.hpp"

#include <charconv>
#include <cstdio>

namespace site {
namespace {

World base(Database& database)
{
    World world;
    world.customers.push_back({ .name = "Generated", .abbreviation = "GEN" });
    World::Instance instance { .uuid = "5e771465000040008000000000000001", .name = "OpenPortal brics" };
    World::Offering offering { .uuid = "0ffe2146000040008000000000000001", .name = "HPC hours" };
    if (const auto row = database.row(Sql::first_instance)) {
        instance = { .uuid = text_of(row->at(0)), .name = text_of(row->at(1)) };
        if (const auto found = database.row(Sql::offering_of_instance, { instance.uuid }))
            offering.uuid = text_of(found->front());
    }
    offering.customer = "Generated";
    offering.instance = instance.name;
    offering.components = {
        { .type = "node", .name = "Node hours", .unit = "hours", .limit_period = "total", .builtin = true },
        { .type = "cpu", .name = "CPU hours", .unit = "hours" },
        { .type = "gpu", .name = "GPU hours", .unit = "hours" },
        { .type = "memory", .name = "Memory hours", .unit = "GB hours" },
        { .type = "storage", .name = "Storage", .unit = "GB", .billing = "limit", .limit_period = "month" },
    };
    world.instances.push_back(instance);
    world.offerings.push_back(offering);
    return world;
}

} // namespace

std::optional<Size> size_from(std::string_view text)
{
    Size size;
    const auto* end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, size.projects);
    if (first.ec != std::errc {} || first.ptr == end || *first.ptr != 'x')
        return std::nullopt;
    const auto second = std::from_chars(first.ptr + 1, end, size.members);
    if (second.ec != std::errc {} || second.ptr != end || size.projects < 1 || size.members < 0)
        return std::nullopt;
    return size;
}

World generated(Database& database, Size size)
{
    World world = base(database);
    for (int p = 1; p <= size.projects; ++p) {
        char name[16];
        std::snprintf(name, sizeof name, "g%04d", p);
        const std::string project = name;
        world.projects.push_back({ .name = project, .customer = "Generated" });
        World::Allocation allocation;
        allocation.name = project;
        allocation.project = project;
        allocation.instance = world.instances.front().name;
        allocation.backend_id = project + ".brics";
        allocation.groupname = "brics." + project;
        allocation.node_limit = 1000;
        allocation.resource = World::Resource { .offering = world.offerings.front().name };
        for (int m = 1; m <= size.members; ++m) {
            const auto person = "m" + std::to_string(m);
            allocation.members.push_back({ .username = project + person,
                .groupname = allocation.groupname,
                .useridentifier = person + "." + project + ".brics" });
        }
        world.allocations.push_back(std::move(allocation));
    }
    return world;
}

} // namespace site
