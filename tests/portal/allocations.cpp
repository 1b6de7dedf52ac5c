#include "allocations.hpp"

#include "allocation_states.hpp"
#include "allocation_writes.hpp"
#include "sql.hpp"

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

constexpr std::string_view managed_by_caller
    = R"(NOT {value} OR {staff} OR project_uuid IN (SELECT project_uuid FROM project_roles
         WHERE user_uuid = {user} AND role IN ('PROJECT.MANAGER', 'PROJECT.ADMIN', 'CUSTOMER.OWNER')
         AND (expires IS NULL OR expires > {now})))";

constexpr Filter filters[] = {
    { "backend_id", "backend_id" },
    { "customer", "customer_uuid", Filter::Form::uuid },
    { "customer_uuid", "customer_uuid", Filter::Form::uuid },
    { "customer_abbreviation", "customer_abbreviation", Filter::Form::contains },
    { "can_manage", "", Filter::Form::boolean, {}, managed_by_caller },
    { "customer_name", "customer_name", Filter::Form::contains },
    { "customer_native_name", "customer_native_name", Filter::Form::contains },
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

void drop_allocation(Database& database, const std::string& uuid)
{
    const auto parts = database.row(Sql::allocation_parts, { uuid });
    Database::Change change(database);
    database.run(Sql::drop_allocation, { uuid });
    if (parts && !is_null(parts->at(2)))
        database.run(Sql::terminate_resource, { parts->at(2) });
    change.commit();
}

void add_allocation_routes(Routes& routes)
{
    const std::string all = "/api/openportal-allocations/";
    const std::string one = all + "{uuid}/";
    routes.push_back({ all,
        { { "GET", [](const Call& call) { return list(call, allocations_view); } },
            { "POST", create_allocation } } });
    routes.push_back({ one,
        { { "GET", [](const Call& call) { return retrieve(call, allocations_view); } },
            { "PUT", [](const Call& call) { return update_allocation(call, Update::whole); } },
            { "PATCH", [](const Call& call) { return update_allocation(call, Update::part); } },
            { "DELETE", destroy_allocation } } });
    routes.push_back({ one + "pull/", { { "POST", pull_allocation } } });
    routes.push_back({ one + "set_erred/", { { "POST", set_allocation_erred } } });
    routes.push_back({ one + "set_limits/", { { "POST", set_allocation_limits } } });
    routes.push_back({ one + "set_ok/", { { "POST", set_allocation_ok } } });
    routes.push_back({ one + "unlink/", { { "POST", unlink_allocation } } });
}

} // namespace site
