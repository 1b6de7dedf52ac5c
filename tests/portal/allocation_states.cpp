#include "allocation_states.hpp"

#include "allocations.hpp"
#include "answers.hpp"
#include "body.hpp"
#include "rights.hpp"
#include "sql.hpp"
#include "sql_projects.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace site {
namespace json = boost::json;

namespace {

constexpr std::int64_t second = 1'000'000;

/// What follows a state by itself; nothing after the last: the record goes.
constexpr std::pair<std::string_view, std::string_view> next_states[] = {
    { "CREATION_SCHEDULED", "CREATING" },
    { "CREATING", "OK" },
    { "UPDATE_SCHEDULED", "UPDATING" },
    { "UPDATING", "OK" },
    { "DELETION_SCHEDULED", "DELETING" },
    { "DELETING", "" },
};

void settle(Database& database, const std::string& uuid, std::string_view state, std::int64_t when)
{
    const auto* step
        = std::ranges::find(next_states, state, &std::pair<std::string_view, std::string_view>::first);
    if (step == std::end(next_states)) { // somebody has set another state meanwhile
        database.run(ProjectSql::set_allocation_state, { uuid, std::string(state), {}, when });
        return;
    }
    if (step->second.empty()) {
        drop_allocation(database, uuid);
        return;
    }
    if (state == "CREATING")
        database.run(ProjectSql::name_new_allocation, { uuid });
    database.run(ProjectSql::set_allocation_state,
        { uuid, std::string(step->second), step->second == "OK" ? Value() : Value(when + second), when });
}

/// What a call for staff does first.
std::variant<Allocation, Response> for_staff(const Call& call)
{
    auto allocation = visible_allocation(call);
    if (const auto* found = std::get_if<Allocation>(&allocation))
        if (standing_in(call, found->project_uuid) < Standing::staff)
            return forbidden();
    return allocation;
}

} // namespace

bool Allocation::is_in(std::initializer_list<std::string_view> states) const
{
    return std::ranges::find(states, state) != states.end();
}

void settle_allocations(Database& database, Instant now)
{
    while (const auto row
        = database.row(ProjectSql::allocations_settle, { std::int64_t { now.time_since_epoch().count() } }))
        settle(database, text_of(row->at(0)), text_of(row->at(1)), number_of(row->at(2)));
}

std::variant<Allocation, Response> visible_allocation(const Call& call)
{
    if (!is_visible(call, allocations_view))
        return not_found();
    const auto row = call.database.row(ProjectSql::allocation, { call.uuid });
    if (!row)
        return not_found();
    return Allocation { text_of(row->at(0)), text_of(row->at(1)), text_of(row->at(2)) };
}

Response wrong_state(std::string_view states)
{
    return detail(409, "Valid states for operation: " + std::string(states) + ".");
}

void begin(const Call& call, std::string_view state)
{
    call.database.run(ProjectSql::set_allocation_state,
        { call.uuid, std::string(state), call.stamp() + second, call.stamp() });
}

Response pull_allocation(const Call& call)
{
    const auto read = visible_allocation(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& allocation = std::get<Allocation>(read);
    if (standing_in(call, allocation.project_uuid) < Standing::administrator)
        return forbidden();
    if (!allocation.is_in({ "OK", "ERRED" }))
        return wrong_state("ERRED, OK");
    if (allocation.backend_id.empty())
        return detail(409, "Resource without backend ID can't be pulled.");
    begin(call, "UPDATE_SCHEDULED");
    return json_answer(202, json::object { { "detail", "Pull operation was successfully scheduled." } });
}

Response set_allocation_erred(const Call& call)
{
    const auto allocation = for_staff(call);
    if (const auto* refusal = std::get_if<Response>(&allocation))
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
    call.database.run(ProjectSql::set_allocation_state, { call.uuid, "ERRED", {}, call.stamp() });
    call.database.run(ProjectSql::put_allocation_error, { call.uuid, message, traceback });
    change.commit();
    return detail(200, "Resource has been marked as erred.");
}

Response set_allocation_ok(const Call& call)
{
    const auto allocation = for_staff(call);
    if (const auto* refusal = std::get_if<Response>(&allocation))
        return *refusal;
    Database::Change change(call.database);
    call.database.run(ProjectSql::set_allocation_state, { call.uuid, "OK", {}, call.stamp() });
    call.database.run(ProjectSql::put_allocation_error, { call.uuid, "", "" });
    change.commit();
    return detail(200, "Resource has been marked as OK.");
}

Response set_allocation_limits(const Call& call)
{
    const auto read = for_staff(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    const auto limit = given.number("node_limit", Fields::Need::required);
    if (limit && *limit < -1)
        given.wrong("node_limit", "Ensure this value is greater than or equal to -1.");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    Database::Change change(call.database);
    call.database.run(ProjectSql::put_allocation_limit, { call.uuid, *limit });
    if (std::get<Allocation>(read).is_in({ "OK", "ERRED" }))
        begin(call, "UPDATE_SCHEDULED");
    change.commit();
    return json_answer(202, json::object { { "status", "Setting limits was scheduled." } });
}

Response unlink_allocation(const Call& call)
{
    const auto allocation = for_staff(call);
    if (const auto* refusal = std::get_if<Response>(&allocation))
        return *refusal;
    drop_allocation(call.database, call.uuid);
    return empty_answer(204);
}

} // namespace site
