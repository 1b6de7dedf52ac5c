#include "project_changes.hpp"

#include "answers.hpp"
#include "rights.hpp"
#include "sql.hpp"
#include "sql_checklists.hpp"
#include "sql_projects.hpp"
#include "unmanaged_projects.hpp"
#include "uuid.hpp"
#include "world.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

using Form = Input::Form;
constexpr auto required = Fields::Need::required;
constexpr auto taken = Input::Null::taken;
constexpr std::string_view kinds[] = { "default", "course", "public" };

constexpr Input inputs[] = {
    { .name = "name", .column = "name", .need = required, .longest = 500 },
    { .name = "customer",
        .column = "customer_uuid",
        .form = Form::link,
        .need = required,
        .collection = "customers",
        .known = ProjectSql::customer },
    { .name = "slug", .column = "slug", .longest = 50 },
    { .name = "description", .column = "description", .longest = 4096, .blank = true },
    { .name = "display_credit_reports", .column = "display_credit_reports", .form = Form::boolean },
    { .name = "type",
        .column = "",
        .form = Form::link,
        .null = taken,
        .collection = "project-types",
        .known = ProjectSql::no_such_thing },
    { .name = "backend_id", .column = "backend_id", .longest = 255, .blank = true },
    { .name = "start_date", .column = "start_date", .form = Form::date, .null = taken },
    { .name = "end_date", .column = "end_date", .form = Form::date, .null = taken },
    { .name = "oecd_fos_2007_code",
        .column = "oecd_fos_2007_code",
        .null = taken,
        .blank = true,
        .known = ProjectSql::oecd_code },
    { .name = "is_industry", .column = "is_industry", .form = Form::boolean },
    { .name = "image", .column = "image", .form = Form::image, .null = taken },
    { .name = "kind", .column = "kind", .form = Form::choice, .choices = kinds },
    { .name = "staff_notes", .column = "staff_notes", .longest = 4096, .blank = true },
    { .name = "grace_period_days", .column = "grace_period_days", .form = Form::number, .null = taken },
    { .name = "user_email_patterns", .column = "user_email_patterns", .form = Form::texts },
    { .name = "user_affiliations", .column = "user_affiliations", .form = Form::texts },
    { .name = "user_identity_sources", .column = "user_identity_sources", .form = Form::texts },
    { .name = "affiliation_uuid",
        .column = "affiliation_uuid",
        .form = Form::uuid,
        .null = taken,
        .known = ProjectSql::organization },
    { .name = "science_sub_domain",
        .column = "science_sub_domain",
        .form = Form::uuid,
        .null = taken,
        .known = ProjectSql::science },
};

/// What no field alone can tell.
void check(const Call& call, Fields& given, const Settings& settings)
{
    const auto start = text_of(value_of(settings, "start_date"));
    const auto end = text_of(value_of(settings, "end_date"));
    if (!start.empty() && !end.empty() && start > end)
        given.wrong("start_date", "Start date must be before end date.");
    else if (!end.empty() && end < call.today())
        given.wrong("end_date", "Cannot be earlier than the current date.");
    if (number_of(value_of(settings, "grace_period_days")) < 0)
        given.wrong("grace_period_days", "Ensure this value is greater than or equal to 0.");
}

/// The body as settings, or the 400.
std::variant<Settings, Response> read(const Call& call, Update update)
{
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    auto settings = settings_from(call, given, inputs, update);
    check(call, given, settings);
    const auto customer = text_of(value_of(settings, "customer_uuid"));
    if (!customer.empty() && !sees_customer(call, customer))
        given.wrong("customer", "Invalid hyperlink - Object does not exist.");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    if (!call.user.is_staff)
        std::erase_if(settings, [](const Setting& setting) { return setting.column == "staff_notes"; });
    return settings;
}

/// What a change by an owner does first: 404, then 403.
std::optional<Response> refusal_for_owner(const Call& call, Removed removed = Removed::hidden)
{
    if (auto refusal = hidden_project(call, removed))
        return refusal;
    if (standing_in(call, call.uuid) < Standing::owner)
        return forbidden();
    return std::nullopt;
}

Response shown_project(const Call& call, int status = 200)
{
    return retrieve(call, unmanaged_projects_view, status);
}

} // namespace

std::string new_project(const Call& call, const std::string& name, const std::string& customer)
{
    auto uuid = uuid_random();
    call.database.run(Sql::add_project, { uuid, name, slug_of(name), customer, "", {}, {}, call.stamp() });
    call.database.run(ChecklistSql::add_completion, { uuid_random(), uuid, call.stamp() });
    return uuid;
}

Response create_project(const Call& call)
{
    const auto given = read(call, Update::whole);
    if (const auto* refusal = std::get_if<Response>(&given))
        return *refusal;
    const auto& settings = std::get<Settings>(given);
    const auto customer = text_of(value_of(settings, "customer_uuid"));
    if (!owns(call, customer))
        return forbidden();
    Database::Change change(call.database);
    const auto created = call.of(new_project(call, text_of(value_of(settings, "name")), customer));
    store(call.database, "projects", created.uuid, settings);
    change.commit();
    return shown_project(created, 201);
}

Response update_project(const Call& call, Update update)
{
    if (auto refusal = refusal_for_owner(call))
        return *refusal;
    auto given = read(call, update);
    if (const auto* refusal = std::get_if<Response>(&given))
        return *refusal;
    auto& settings = std::get<Settings>(given);
    // Another customer takes `move_project`.
    std::erase_if(settings, [](const Setting& setting) { return setting.column == "customer_uuid"; });
    const auto project = call.database.row(ProjectSql::project, { call.uuid });
    for (const auto& [column, value] : Settings(settings))
        if (column == "end_date" && value != project->at(3)) {
            settings.push_back({ "end_date_updated_at", call.stamp() });
            settings.push_back({ "end_date_requested_by", call.user.uuid });
        }
    settings.push_back({ "modified", call.stamp() });
    store(call.database, "projects", call.uuid, settings);
    return shown_project(call);
}

Response remove_project(const Call& call)
{
    if (auto refusal = refusal_for_owner(call))
        return *refusal;
    if (call.database.row(ProjectSql::has_resources, { call.uuid }))
        return detail(409, "Project contains active resources. Please remove them first.");
    const json::object metadata { { "terminated_at", call.zone.write(call.now) },
        { "terminated_by", call.user.username } };
    Database::Change change(call.database);
    call.database.run(ProjectSql::remove_project, { call.uuid, call.stamp(), json::serialize(metadata) });
    call.database.run(ProjectSql::end_roles_of_project, { call.uuid, call.stamp() });
    change.commit();
    return empty_answer(204);
}

Response recover_project(const Call& call)
{
    if (auto refusal = refusal_for_owner(call, Removed::shown))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const bool restore = given.boolean("restore_team_members", Fields::Need::optional).value_or(false);
    const bool invite
        = given.boolean("send_invitations_to_previous_members", Fields::Need::optional).value_or(false);
    const auto end
        = given.is_null("end_date") ? std::nullopt : given.date("end_date", Fields::Need::optional);
    if (end && *end < call.today())
        given.wrong("end_date", "Cannot be earlier than the current date.");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    if (restore && !call.user.is_staff)
        return detail(403, "Only staff can restore team members.");
    const auto project = call.database.row(ProjectSql::project, { call.uuid });
    if (number_of(project->at(1)) == 0)
        return detail(400, "Project is not terminated.");

    // An end that has passed would end it again at once.
    const auto old_end = text_of(project->at(3));
    const auto kept = old_end.empty() || old_end < call.today() ? Value() : Value(old_end);
    Database::Change change(call.database);
    if (invite)
        call.database.run(ProjectSql::invite_former_members, { call.uuid, project->at(2), call.user.uuid });
    if (restore)
        call.database.run(ProjectSql::restore_roles_of_project, { call.uuid, project->at(2) });
    call.database.run(ProjectSql::recover_project, { call.uuid, end ? Value(*end) : kept, call.stamp() });
    change.commit();
    return shown_project(call);
}

Response move_project(const Call& call)
{
    if (auto refusal = hidden_project(call))
        return *refusal;
    if (standing_in(call, call.uuid) < Standing::staff)
        return forbidden();
    constexpr Input wanted[] = { { .name = "customer",
                                     .column = "customer_uuid",
                                     .form = Form::link,
                                     .need = required,
                                     .collection = "customers",
                                     .known = ProjectSql::customer },
        { .name = "preserve_permissions", .column = "preserve", .form = Form::boolean, .need = required } };
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const auto settings = settings_from(call, given, wanted, Update::whole);
    const auto customer = value_of(settings, "customer_uuid");
    if (given.errors.empty() && customer == call.database.row(ProjectSql::project, { call.uuid })->at(0))
        given.wrong("customer", "New customer must be different than current one.");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    Database::Change change(call.database);
    call.database.run(ProjectSql::put_customer, { call.uuid, customer, call.stamp() });
    if (number_of(value_of(settings, "preserve")) == 0)
        call.database.run(ProjectSql::end_roles_of_project, { call.uuid, call.stamp() });
    change.commit();
    return shown_project(call);
}

Response update_affiliation(const Call& call)
{
    if (auto refusal = refusal_for_owner(call))
        return *refusal;
    constexpr Input wanted[] = { { .name = "affiliation",
        .column = "affiliation_uuid",
        .form = Form::uuid,
        .null = taken,
        .known = ProjectSql::organization } };
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    auto settings = settings_from(call, given, wanted, Update::part);
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    settings.push_back({ "modified", call.stamp() });
    store(call.database, "projects", call.uuid, settings);
    return empty_answer(200);
}

} // namespace site
