#include "managed_reviews.hpp"

#include "answers.hpp"
#include "body.hpp"
#include "managed_projects.hpp"
#include "project_changes.hpp"
#include "rights.hpp"
#include "sql_projects.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

/// What each of them does first: 404, then 403.
std::variant<ManagedProject, Response> reviewable(const Call& call)
{
    auto found = visible_managed_project(call);
    const auto* project = std::get_if<ManagedProject>(&found);
    if (!project)
        return found;
    const auto parties = call.database.row(ProjectSql::managed_parties, { project->template_uuid });
    if (!owns(call, text_of(parties->at(0))))
        return forbidden();
    return found;
}

/// An empty body on the newest pages; a few words from the server.
Response done(const Call& call, std::string_view message)
{
    if (call.profile == Profile::newest)
        return empty_answer(200);
    return json_answer(200, json::object { { "message", message } });
}

Response error_text(int status, const std::string& text)
{
    return json_answer(status, json::object { { "error", text } });
}

std::variant<std::string, Response> comment_of(const Call& call)
{
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const auto comment = given.text("comment", { .need = Fields::Need::optional, .blank = true });
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    return comment.value_or("");
}

bool is_embargoed(const Call& call, const json::object& details)
{
    const auto* earliest = details.if_contains("earliest_approve");
    const auto instant
        = earliest && earliest->is_string() ? call.zone.read(earliest->get_string()) : std::nullopt;
    return instant && call.now < *instant;
}

/// Everybody named by e-mail who has an account here gets the role that the template maps his to.
void add_members(
    const Call& call, const std::string& project, const json::object& details, const Row& parties)
{
    const auto* members = details.if_contains("members");
    const auto mapping = json::parse(text_of(parties.at(2))).as_object();
    if (!members || !members->is_object())
        return;
    for (const auto& member : members->get_object()) {
        const auto user = call.database.row(ProjectSql::user_of_email, { std::string(member.key()) });
        const auto* mapped
            = member.value().is_string() ? mapping.if_contains(member.value().get_string()) : nullptr;
        const auto role = call.database.row(ProjectSql::role_named,
            { mapped ? std::string(mapped->as_string()) : std::string("PROJECT.MEMBER") });
        if (user && role)
            call.database.run(ProjectSql::add_role,
                { uuid_random(), user->front(), role->front(), {}, project, call.stamp(), call.user.uuid,
                    {} });
    }
}

void host(const Call& call, const ManagedProject& managed, const json::object& details)
{
    const auto parties = call.database.row(ProjectSql::managed_parties, { managed.template_uuid });
    const auto* name = details.if_contains("name");
    const auto project = new_project(call,
        name && name->is_string() ? std::string(name->get_string()) : call.names.identifier,
        text_of(parties->at(0)));
    call.database.run(ProjectSql::attach_project, { managed.uuid, project });
    add_members(call, project, details, *parties);
}

std::string local_identifier(const Call& call)
{
    const auto& identifier = call.names.identifier;
    const auto& destination = call.names.destination;
    return identifier.substr(0, identifier.find('.')) + "." + destination.substr(destination.rfind('.') + 1);
}

/// Approves or rejects, when both the state and the body allow it.
Response review(const Call& call, const char* state)
{
    const auto read = reviewable(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& managed = std::get<ManagedProject>(read);
    if (managed.state != "pending")
        return detail(409, "Valid states for operation: pending.");
    const auto comment = comment_of(call);
    if (const auto* refusal = std::get_if<Response>(&comment))
        return *refusal;
    const auto details = json::parse(managed.details).as_object();
    const bool approves = std::string_view(state) == "approved";
    if (approves && is_embargoed(call, details))
        return detail(403,
            "The project can't be approved before " + std::string(details.at("earliest_approve").as_string())
                + ".");
    const auto& text = std::get<std::string>(comment);
    Database::Change change(call.database);
    call.database.run(ProjectSql::review_managed,
        { managed.uuid, state, text.empty() ? Value() : Value(text), call.stamp(), call.user.uuid });
    if (approves && managed.project.empty())
        host(call, managed, details);
    if (approves)
        call.database.run(ProjectSql::put_local_identifier, { managed.uuid, local_identifier(call) });
    change.commit();
    return empty_answer(200);
}

} // namespace

Response approve_managed_project(const Call& call)
{
    return review(call, "approved");
}

Response reject_managed_project(const Call& call)
{
    return review(call, "rejected");
}

Response attach_project(const Call& call)
{
    const auto read = reviewable(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const auto project = given.own_uuid("project_uuid", Fields::Need::required);
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    if (!call.database.row(ProjectSql::project_to_fill, { *project }) || !sees_project(call, *project))
        return error_text(404, "Project not found");
    const auto& managed = std::get<ManagedProject>(read);
    if (const auto other = call.database.row(ProjectSql::host_of_project, { *project, managed.uuid }))
        return error_text(400, "Project is already attached to managed project " + text_of(other->front()));
    call.database.run(ProjectSql::attach_project, { managed.uuid, *project });
    return done(call, "Project attached successfully");
}

Response detach_project(const Call& call)
{
    const auto read = reviewable(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& managed = std::get<ManagedProject>(read);
    if (managed.project.empty())
        return error_text(400, "No project is currently attached");
    call.database.run(ProjectSql::detach_project, { managed.uuid });
    return done(call, "Project detached successfully");
}

Response delete_managed_project(const Call& call)
{
    const auto read = reviewable(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    call.database.run(ProjectSql::drop_managed, { std::get<ManagedProject>(read).uuid });
    return empty_answer(call.profile == Profile::newest ? 204 : 200);
}

Response add_note(const Call& call)
{
    const auto read = reviewable(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const auto text = given.text("text", {});
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    const auto& managed = std::get<ManagedProject>(read);
    auto details = json::parse(managed.details).as_object();
    if (!details.contains("notes") || !details.at("notes").is_array())
        details["notes"] = json::array {};
    details["notes"].as_array().push_back(json::object {
        { "timestamp", call.zone.write(call.now) }, { "author", call.user.full_name }, { "text", *text } });
    call.database.run(ProjectSql::put_details, { managed.uuid, json::serialize(details) });
    return retrieve(call.of(managed.uuid), managed_projects_view);
}

} // namespace site
