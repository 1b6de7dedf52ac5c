#include "associations.hpp"

namespace site {
namespace {

constexpr Field fields[] = {
    { "uuid", Field::Form::hex },
    { "allocation", Field::Form::url, "openportal-allocations" },
    { "username" },
    { "groupname" },
    { "useridentifier" },
};

constexpr Filter filters[] = {
    { "allocation", "allocation", Filter::Form::url },
    { "allocation_uuid", "allocation", Filter::Form::uuid },
};

} // namespace

// By username, those without one last, and no `field`: always the whole object.
const View associations_view { "association_list", fields, filters,
    R"("username" IS NULL, "username", "uuid")", {}, false };

void add_association_routes(Routes& routes)
{
    routes.push_back({ "/api/openportal-associations/",
        { { "GET", [](const Call& call) { return list(call, associations_view); } } } });
    routes.push_back({ "/api/openportal-associations/{uuid}/",
        { { "GET", [](const Call& call) { return retrieve(call, associations_view); } } } });
}

} // namespace site
