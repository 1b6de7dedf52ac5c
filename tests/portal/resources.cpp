#include "resources.hpp"

#include "answers.hpp"
#include "body.hpp"
#include "sql.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

using Form = Field::Form;

constexpr Field fields[] = {
    { "url", Form::url, "marketplace-provider-resources" },
    { "uuid", Form::hex },
    { "name" },
    { "slug" },
    { "description" },
    { "state" },
    { "created", Form::instant },
    { "modified", Form::instant },
    { "offering", Form::url, "marketplace-provider-offerings" },
    { "offering_uuid", Form::hex },
    { "offering_name" },
    { "offering_slug" },
    { "offering_type" },
    { "offering_state" },
    { "offering_plugin_options", Form::json },
    { "provider_uuid", Form::hex },
    { "provider_name" },
    { "project", Form::url, "projects" },
    { "project_uuid", Form::hex },
    { "project_name" },
    { "project_slug" },
    { "customer_uuid", Form::hex },
    { "customer_name" },
    { "customer_slug" },
    { "plan_uuid", Form::hex },
    { "plan_name" },
    { "scope", Form::url, "openportal-allocations" },
    { "resource_uuid", Form::hex },
    { "resource_type" },
    { "service_settings_uuid", Form::hex },
    { "backend_id" },
    { "effective_id" },
    { "backend_metadata", Form::json },
    { "limits", Form::json },
    { "current_usages", Form::json },
    { "attributes", Form::json },
    { "paused", Form::boolean },
    { "downscaled", Form::boolean },
    { "restrict_member_access", Form::boolean },
    { "end_date" },
    { "error_message" },
    { "error_traceback" },
    { "last_sync", Form::instant },
    { "is_usage_based", Form::boolean },
    { "is_limit_based", Form::boolean },
};

constexpr std::string_view states[] = { "Creating", "OK", "Updating", "Terminating", "Terminated", "Erred" };

constexpr Filter filters[] = {
    { "backend_id", "backend_id" },
    { "customer_uuid", "customer_uuid", Filter::Form::uuid },
    { "downscaled", "downscaled", Filter::Form::boolean },
    { "name", "name", Filter::Form::contains },
    { "name_exact", "name" },
    { "offering_slug", "offering_slug", Filter::Form::words },
    { "offering_type", "offering_type" },
    { "offering_uuid", "offering_uuid", Filter::Form::uuids },
    { "paused", "paused", Filter::Form::boolean },
    { "project_name", "project_name", Filter::Form::contains },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
    { "provider_uuid", "provider_uuid", Filter::Form::uuid },
    { "restrict_member_access", "restrict_member_access", Filter::Form::boolean },
    { "slug", "slug" },
    { "state", "state", Filter::Form::words, states },
};

constexpr std::string_view orderings[] = { "backend_id", "created", "customer_name", "end_date", "name",
    "offering_name", "plan_name", "project_name", "state" };

struct Resource {
    std::string state, backend_id, offering_uuid;
};

/// What every action does first: 404 for a resource that the caller can't see, then 403.
std::variant<Resource, Response> writable(const Call& call)
{
    if (!is_visible(call, resources_view))
        return not_found();
    if (!call.user.may_report())
        return detail(403, "You do not have permission to perform this action.");
    const auto row = call.database.row(Sql::resource, { call.uuid });
    if (!row)
        return not_found();
    return Resource { text_of(row->at(0)), text_of(row->at(1)), text_of(row->at(2)) };
}

Response set_backend_id(const Call& call)
{
    const auto resource = writable(call);
    if (const auto* refusal = std::get_if<Response>(&resource))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const auto backend_id
        = given.text("backend_id", { .need = Fields::Need::optional, .longest = 255, .blank = true });
    if (!given.errors.empty())
        return json_answer(400, given.errors);

    const auto& old = std::get<Resource>(resource);
    if (!backend_id || *backend_id == old.backend_id)
        return status_text("Resource backend_id is not changed.");
    if (!backend_id->empty()
        && call.database.row(Sql::backend_id_taken, { old.offering_uuid, *backend_id, call.uuid }))
        return field_error("backend_id", "A resource with this backend_id already exists in the offering.");
    call.database.run(Sql::set_resource_backend_id, { call.uuid, *backend_id, call.stamp() });
    return status_text("Resource backend_id has been changed.");
}

Response set_backend_metadata(const Call& call)
{
    const auto resource = writable(call);
    if (const auto* refusal = std::get_if<Response>(&resource))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const auto* metadata = given.any("backend_metadata", Fields::Need::required);
    if (metadata && !metadata->is_object())
        given.wrong("backend_metadata", "Value must be a JSON object.");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    call.database.run(Sql::set_resource_metadata, { call.uuid, json::serialize(*metadata), call.stamp() });
    return status_text("Resource backend_metadata has been changed.");
}

Response refresh_last_sync(const Call& call)
{
    const auto resource = writable(call);
    if (const auto* refusal = std::get_if<Response>(&resource))
        return *refusal;
    call.database.run(Sql::set_resource_last_sync, { call.uuid, call.stamp() });
    return empty_answer(200);
}

/// Resource and allocation both become OK and lose their error texts.
void heal(const Call& call)
{
    Database::Change change(call.database);
    call.database.run(Sql::set_resource_ok, { call.uuid, call.stamp() });
    call.database.run(Sql::set_allocation_ok, { call.uuid, call.stamp() });
    change.commit();
}

Response set_as_ok(const Call& call)
{
    const auto resource = writable(call);
    if (const auto* refusal = std::get_if<Response>(&resource))
        return *refusal;
    const auto& state = std::get<Resource>(resource).state;
    if (state == "Terminated")
        return detail(409, "Valid states for operation: Creating, Erred, OK, Terminating, Updating.");
    if (state != "OK")
        heal(call);
    return empty_answer(200);
}

Response set_state_ok(const Call& call)
{
    const auto resource = writable(call);
    if (const auto* refusal = std::get_if<Response>(&resource))
        return *refusal;
    const auto& state = std::get<Resource>(resource).state;
    if (state == "Terminated" || state == "OK")
        return detail(409, "Valid states for operation: Creating, Erred, Terminating, Updating.");
    heal(call);
    return status_text("Resource state has been set to OK.");
}

Response set_as_erred(const Call& call)
{
    const auto resource = writable(call);
    if (const auto* refusal = std::get_if<Response>(&resource))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const Fields::Text rule { .need = Fields::Need::optional, .blank = true };
    const auto message = given.text("error_message", rule).value_or("");
    const auto traceback = given.text("error_traceback", rule).value_or("");
    if (!given.errors.empty())
        return json_answer(400, given.errors);

    Database::Change change(call.database);
    for (const auto* statement : { Sql::set_resource_erred, Sql::set_allocation_erred })
        call.database.run(statement, { call.uuid, message, traceback, call.stamp() });
    change.commit();
    return empty_answer(200);
}

} // namespace

const View resources_view { "resource_list", fields, filters, R"("name", "uuid")", orderings, true };

void add_resource_routes(Routes& routes)
{
    const std::string all = "/api/marketplace-provider-resources/";
    const std::string one = all + "{uuid}/";
    routes.push_back({ all, { { "GET", [](const Call& call) { return list(call, resources_view); } } } });
    routes.push_back({ one, { { "GET", [](const Call& call) { return retrieve(call, resources_view); } } } });
    routes.push_back({ one + "set_backend_id/", { { "POST", set_backend_id } } });
    routes.push_back({ one + "set_backend_metadata/", { { "POST", set_backend_metadata } } });
    routes.push_back({ one + "refresh_last_sync/", { { "POST", refresh_last_sync } } });
    routes.push_back({ one + "set_as_ok/", { { "POST", set_as_ok } } });
    routes.push_back({ one + "set_as_erred/", { { "POST", set_as_erred } } });
    routes.push_back({ one + "set_state_ok/", { { "POST", set_state_ok } } });
}

} // namespace site
