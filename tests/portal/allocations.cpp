#include "allocations.hpp"

namespace site {
namespace {

using enum Field::Form;

constexpr Field fields[] = {
    { "url", url, "openportal-allocations" },
    { "uuid", hex },
    { "name" },
    { "description" },
    { "service_name" },
    { "service_settings", url, "service-settings" },
    { "service_settings_uuid", hex },
    { "service_settings_state" },
    { "service_settings_error_message" },
    { "project", url, "projects" },
    { "project_name" },
    { "project_uuid", hex },
    { "customer", url, "customers" },
    { "customer_uuid", hex },
    { "customer_name" },
    { "customer_native_name" },
    { "customer_abbreviation" },
    { "error_message" },
    { "error_traceback" },
    { "resource_type" },
    { "state" },
    { "created", instant },
    { "modified", instant },
    { "backend_id" },
    { "access_url" },
    { "node_limit", number },
    { "groupname" },
    { "node_usage", decimal },
    { "is_active", boolean },
    { "marketplace_offering_uuid", dashed },
    { "marketplace_offering_name" },
    { "marketplace_offering_type" },
    { "marketplace_offering_plugin_options", json },
    { "marketplace_category_uuid", dashed },
    { "marketplace_category_name" },
    { "marketplace_resource_uuid", dashed },
    { "marketplace_plan_uuid", dashed },
    { "marketplace_resource_state" },
    { "is_usage_based", boolean },
    { "is_limit_based", boolean },
};

constexpr std::string_view states[] = { "CREATION_SCHEDULED", "CREATING", "OK", "UPDATE_SCHEDULED",
    "UPDATING", "ERRED", "DELETION_SCHEDULED", "DELETING" };

constexpr Filter filters[] = {
    { "backend_id", "backend_id" },
    { "customer", "customer_uuid", Filter::Form::uuid },
    { "customer_uuid", "customer_uuid", Filter::Form::uuid },
    { "customer_abbreviation", "customer_abbreviation", Filter::Form::contains },
    { "customer_name", "customer_name", Filter::Form::contains },
    { "description", "description", Filter::Form::contains },
    { "is_active", "is_active", Filter::Form::boolean },
    { "name", "name", Filter::Form::contains },
    { "name_exact", "name" },
    { "project", "project_uuid", Filter::Form::uuid },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
    { "project_name", "project_name", Filter::Form::contains },
    { "service_settings_name", "service_name", Filter::Form::contains },
    { "service_settings_uuid", "service_settings_uuid", Filter::Form::uuid },
    { "state", "state", Filter::Form::words, states },
    { "uuid", "uuid", Filter::Form::uuid },
};

} // namespace

// There is no `o`: always by name.
const View allocations_view { "allocation_list", fields, filters, R"("name", "uuid")", {}, true };

void add_allocation_routes(Routes& routes)
{
    routes.push_back({ "/api/openportal-allocations/",
        { { "GET", [](const Call& call) { return list(call, allocations_view); } } } });
    routes.push_back({ "/api/openportal-allocations/{uuid}/",
        { { "GET", [](const Call& call) { return retrieve(call, allocations_view); } } } });
}

} // namespace site
