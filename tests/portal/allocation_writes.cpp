#include "allocation_writes.hpp"

#include "allocation_states.hpp"
#include "allocations.hpp"
#include "answers.hpp"
#include "rights.hpp"
#include "sql.hpp"
#include "sql_projects.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

using Form = Input::Form;
constexpr auto required = Fields::Need::required;

constexpr Input inputs[] = {
    { .name = "name", .column = "name", .need = required, .longest = 150 },
    { .name = "service_settings",
        .column = "instance_uuid",
        .form = Form::link,
        .need = required,
        .collection = "service-settings",
        .known = ProjectSql::instance },
    { .name = "project",
        .column = "project_uuid",
        .form = Form::link,
        .need = required,
        .collection = "projects",
        .known = ProjectSql::project_to_fill },
    { .name = "description", .column = "description", .longest = 2000, .blank = true },
    { .name = "node_limit", .column = "node_limit", .form = Form::number },
    { .name = "groupname", .column = "groupname", .null = Input::Null::taken, .longest = 64 },
};

bool is_protected(const Setting& setting)
{
    return setting.column == "instance_uuid" || setting.column == "project_uuid";
}

} // namespace

Response create_allocation(const Call& call)
{
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    auto settings = settings_from(call, given, inputs, Update::whole);
    const auto project = text_of(value_of(settings, "project_uuid"));
    if (!project.empty() && !sees_project(call, project))
        given.wrong("project", "Invalid hyperlink - Object does not exist.");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    if (standing_in(call, project) < Standing::administrator)
        return forbidden();

    const auto created = call.of(uuid_random());
    Database::Change change(call.database);
    call.database.run(Sql::add_allocation,
        { created.uuid, value_of(settings, "name"), text_of(value_of(settings, "description")), project,
            value_of(settings, "instance_uuid"), {}, "", value_of(settings, "groupname"),
            number_of(value_of(settings, "node_limit")), 0, 1, "CREATION_SCHEDULED", call.stamp() });
    begin(created, "CREATION_SCHEDULED");
    change.commit();
    return retrieve(created, allocations_view, 201);
}

Response update_allocation(const Call& call, Update update)
{
    const auto read = visible_allocation(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& allocation = std::get<Allocation>(read);
    if (standing_in(call, allocation.project_uuid) < Standing::administrator)
        return forbidden();
    if (!allocation.is_in({ "OK" }))
        return wrong_state("OK");
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    auto settings = settings_from(call, given, inputs, update);
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    std::erase_if(settings, is_protected);
    settings.push_back({ "modified", call.stamp() });
    store(call.database, "allocations", call.uuid, settings);
    return retrieve(call, allocations_view);
}

Response destroy_allocation(const Call& call)
{
    const auto read = visible_allocation(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& allocation = std::get<Allocation>(read);
    if (standing_in(call, allocation.project_uuid) < Standing::administrator)
        return forbidden();
    if (!allocation.is_in({ "OK", "ERRED" }))
        return wrong_state("ERRED, OK");
    begin(call, "DELETION_SCHEDULED");
    if (call.profile == Profile::of_2026)
        return empty_answer(204);
    return detail(202, "Deletion was scheduled.");
}

} // namespace site
