#include "project_users.hpp"

#include "answers.hpp"
#include "body.hpp"
#include "listing.hpp"
#include "rights.hpp"
#include "sql_projects.hpp"
#include "unmanaged_projects.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

using enum Field::Form;
constexpr auto left_out = Field::Null::left_out;

constexpr Field fields[] = {
    { "uuid", hex },
    { "created", instant },
    { "expiration_time", instant },
    { "role_name" },
    { "role_uuid", hex },
    { "user_email" },
    { "user_full_name" },
    { "user_username" },
    { "user_uuid", hex },
    { "user_image", address, {}, left_out },
    { "created_by_full_name", text, {}, left_out },
    { "created_by_uuid", hex, {}, left_out },
};

constexpr std::string_view table
    = R"((SELECT r.uuid, r.created, r.expires AS expiration_time, o.name AS role_name,
    o.uuid AS role_uuid, u.email AS user_email, u.full_name AS user_full_name, u.username AS user_username,
    u.uuid AS user_uuid, NULL AS user_image, '' AS native_name, b.full_name AS created_by_full_name,
    b.uuid AS created_by_uuid
  FROM user_roles r JOIN roles o ON o.uuid = r.role_uuid JOIN users u ON u.uuid = r.user_uuid
  LEFT JOIN users b ON b.uuid = r.created_by_uuid
  WHERE r.project_uuid = {uuid} AND r.is_active AND (r.expires IS NULL OR r.expires > {now})))";

constexpr std::string_view of_role
    = "role_name IN (SELECT value FROM json_each({value})) OR role_uuid IN (SELECT replace(value, '-', '')"
      " FROM json_each({value}))";
constexpr std::string_view anywhere
    = R"(instr(lower(user_full_name || char(10) || user_username || char(10) || user_email), lower({value})) > 0)";

constexpr Filter filters[] = {
    { "full_name", "user_full_name", Filter::Form::contains },
    { "native_name", "native_name", Filter::Form::contains },
    { "role", "", Filter::Form::words, {}, of_role },
    { "search_string", "", Filter::Form::text, {}, anywhere },
    { "user", "user_uuid", Filter::Form::uuid },
    { "user_slug", "user_username" },
    { "user_url", "user_uuid", Filter::Form::url },
    { "username", "user_username" },
};

constexpr std::string_view orderings[] = { "created", "email=user_email", "expiration_time",
    "full_name=user_full_name", "native_name", "role=role_name", "username=user_username" };

const View users_view { table, fields, filters, R"("user_full_name", "role_name", "uuid")", orderings, true,
    "uuid", everyone };

struct Grant {
    std::string role, user;
    std::optional<Instant> expires;
};

/// The day or the instant at which a role ends; null is never.
std::optional<Instant> expiration_from(const Call& call, Fields& given)
{
    if (given.is_null("expiration_time"))
        return std::nullopt;
    const auto* value = given.any("expiration_time", Fields::Need::optional);
    if (!value)
        return std::nullopt;
    const std::string text(value->is_string() ? std::string_view(value->get_string()) : std::string_view());
    const auto day = call.zone.day(text);
    const auto found = day ? day : call.zone.read(text);
    if (!found)
        given.wrong("expiration_time",
            "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DD, "
            "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
    else if (*found < call.now)
        given.wrong("expiration_time", "Expiration time should be greater than current time.");
    return found;
}

std::variant<Grant, Response> grant_from(const Call& call)
{
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    Grant grant;
    const auto role = given.text("role", {});
    const auto user = given.own_uuid("user", Fields::Need::required);
    grant.expires = expiration_from(call, given);
    if (role) {
        const auto known = call.database.row(ProjectSql::role_named, { uuid_from(*role).value_or(*role) });
        if (!known)
            given.wrong("role", "Role is not found.");
        else if (text_of(known->at(1)) != "project")
            given.wrong("role", "Role is not valid for this scope.");
        else
            grant.role = text_of(known->front());
    }
    if (user && !call.database.row(ProjectSql::user, { *user }))
        given.wrong("user", "User is not found.");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    grant.user = *user;
    return grant;
}

/// What each change does first. A removed project is seen, and has no team to change.
std::variant<Grant, Response> permitted_grant(const Call& call)
{
    if (auto refusal = hidden_project(call, Removed::shown))
        return *refusal;
    if (standing_in(call, call.uuid) < Standing::manager)
        return forbidden();
    if (hidden_project(call))
        return field_error("non_field_errors", "Cannot manage team members for terminated projects.");
    return grant_from(call);
}

std::optional<Row> active_role(const Call& call, const Grant& grant)
{
    return call.database.row(ProjectSql::active_role, { call.uuid, grant.user, grant.role, call.stamp() });
}

Value stamp_of(const Grant& grant)
{
    return grant.expires ? Value(std::int64_t { grant.expires->time_since_epoch().count() }) : Value();
}

Response expiration_answer(const Call& call, const Grant& grant, int status)
{
    json::object answer { { "expiration_time", nullptr } };
    if (grant.expires)
        answer["expiration_time"] = call.zone.write(*grant.expires);
    return json_answer(status, answer);
}

Response has_no_such_role()
{
    return json_answer(400, texts("User does not have this role in this scope."));
}

} // namespace

Response list_project_users(const Call& call)
{
    if (auto refusal = hidden_project(call))
        return *refusal;
    return list(call, users_view);
}

Response add_project_user(const Call& call)
{
    const auto read = permitted_grant(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& grant = std::get<Grant>(read);
    if (active_role(call, grant))
        return json_answer(400, texts("User already has role within this scope."));
    call.database.run(ProjectSql::add_role,
        { uuid_random(), grant.user, grant.role, {}, call.uuid, call.stamp(), call.user.uuid,
            stamp_of(grant) });
    return expiration_answer(call, grant, 201);
}

Response update_project_user(const Call& call)
{
    const auto read = permitted_grant(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& grant = std::get<Grant>(read);
    const auto role = active_role(call, grant);
    if (!role)
        return has_no_such_role();
    call.database.run(ProjectSql::put_expiration, { role->front(), stamp_of(grant) });
    return expiration_answer(call, grant, 200);
}

Response delete_project_user(const Call& call)
{
    const auto read = permitted_grant(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto role = active_role(call, std::get<Grant>(read));
    if (!role)
        return has_no_such_role();
    call.database.run(ProjectSql::end_role, { role->front() });
    return empty_answer(200);
}

} // namespace site
