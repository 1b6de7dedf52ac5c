#include "offerings.hpp"

namespace site {
namespace {

using enum Field::Form;

constexpr Field fields[] = {
    { "url", url, "marketplace-provider-offerings" },
    { "uuid", hex },
    { "created", instant },
    { "name" },
    { "slug" },
    { "description" },
    { "customer", url, "customers" },
    { "customer_uuid", hex },
    { "customer_name" },
    { "components", json },
    { "plugin_options", json },
    { "state" },
    { "plans", json },
    { "type" },
    { "shared", boolean },
    { "billable", boolean },
    { "scope", url, "service-settings" },
    { "scope_uuid", hex },
    { "scope_name" },
};

constexpr std::string_view states[] = { "Active", "Archived", "Draft", "Paused", "Unavailable" };

constexpr Filter filters[] = {
    { "customer_uuid", "customer_uuid", Filter::Form::uuid },
    { "name", "name", Filter::Form::contains },
    { "name_exact", "name" },
    { "scope_uuid", "scope_uuid", Filter::Form::uuid },
    { "shared", "shared", Filter::Form::boolean },
    { "slug", "slug" },
    { "state", "state", Filter::Form::words, states },
    { "type", "type", Filter::Form::words },
};

constexpr std::string_view orderings[] = { "created", "name", "state", "type" };

} // namespace

const View offerings_view { "offering_list", fields, filters, R"("name", "uuid")", orderings, true, "uuid",
    everyone };

void add_offering_routes(Routes& routes)
{
    routes.push_back({ "/api/marketplace-provider-offerings/",
        { { "GET", [](const Call& call) { return list(call, offerings_view); } } } });
    routes.push_back({ "/api/marketplace-provider-offerings/{uuid}/",
        { { "GET", [](const Call& call) { return retrieve(call, offerings_view); } } } });
}

} // namespace site
