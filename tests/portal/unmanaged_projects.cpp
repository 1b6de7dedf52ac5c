#include "unmanaged_projects.hpp"

#include "answers.hpp"
#include "project_changes.hpp"
#include "project_checklists.hpp"
#include "project_stats.hpp"
#include "project_users.hpp"
#include "rights.hpp"
#include "sql_projects.hpp"

namespace site {
namespace {

using enum Field::Form;
constexpr auto left_out = Field::Null::left_out;

constexpr Field fields[] = {
    { "url", url, "projects" },
    { "uuid", hex },
    { "name" },
    { "slug" },
    { "customer", url, "customers" },
    { "customer_uuid", hex },
    { "customer_name" },
    { "customer_slug" },
    { "customer_native_name" },
    { "customer_abbreviation" },
    { "description" },
    { "customer_display_billing_info_in_projects", boolean },
    { "display_credit_reports", boolean },
    { "created", instant },
    { "type" },
    { "type_name" },
    { "type_uuid" },
    { "backend_id" },
    { "start_date" },
    { "end_date" },
    { "end_date_requested_by", url, "users" },
    { "end_date_updated_at", instant },
    { "oecd_fos_2007_code" },
    { "oecd_fos_2007_label", text, {}, left_out },
    { "is_industry", boolean },
    { "image", address },
    { "resources_count", number },
    { "project_metadata", json },
    { "max_service_accounts", number },
    { "kind" },
    { "is_removed", boolean },
    { "termination_metadata", json },
    { "staff_notes", text, {}, left_out },
    { "grace_period_days", number },
    { "customer_grace_period_days", number },
    { "effective_end_date" },
    { "is_in_grace_period", boolean },
    { "user_email_patterns", json },
    { "user_affiliations", json },
    { "user_identity_sources", json },
    { "affiliation", linked },
    { "affiliation_uuid", hex },
    { "affiliation_name", text, {}, left_out },
    { "affiliation_code", text, {}, left_out },
    { "science_sub_domain", hex },
    { "science_sub_domain_name", text, {}, left_out },
    { "science_sub_domain_code", text, {}, left_out },
    { "science_domain_uuid", hex, {}, left_out },
    { "science_domain_name", text, {}, left_out },
    { "science_domain_code", text, {}, left_out },
    { "project_credit", number },
    { "marketplace_resource_count", json },
    { "billing_price_estimate", json },
};

constexpr std::string_view table = R"((SELECT l.*, CASE WHEN {staff} THEN notes_of_staff END AS staff_notes,
    COALESCE(end_date < {today} AND {today} <= effective_end_date, 0) AS is_in_grace_period
  FROM project_list l WHERE NOT EXISTS (SELECT 1 FROM managed_projects WHERE project_uuid = l.uuid)))";

constexpr std::string_view administered
    = R"(NOT {value} OR {staff} OR uuid IN (SELECT project_uuid FROM project_roles
         WHERE user_uuid = {user} AND role = 'PROJECT.ADMIN' AND (expires IS NULL OR expires > {now})))";
constexpr std::string_view managed
    = R"(NOT {value} OR {staff} OR uuid IN (SELECT project_uuid FROM project_roles
         WHERE user_uuid = {user} AND role = 'PROJECT.MANAGER' AND (expires IS NULL OR expires > {now})))";
constexpr std::string_view with_role_of_caller
    = R"(uuid IN (SELECT project_uuid FROM project_roles WHERE user_uuid = {user}
         AND role IN (SELECT value FROM json_each({value})) AND (expires IS NULL OR expires > {now})))";
constexpr std::string_view with_user
    = "uuid IN (SELECT project_uuid FROM user_roles WHERE user_uuid = {value})";
constexpr std::string_view with_active_user
    = R"(uuid IN (SELECT project_uuid FROM user_roles WHERE user_uuid = {value} AND is_active
         AND (expires IS NULL OR expires > {now})))";
// A removed project is only in the list when it is asked for.
constexpr std::string_view removed_too = "{value} OR NOT is_removed";
constexpr std::string_view anywhere
    = R"(instr(lower(name || char(10) || slug || char(10) || backend_id || char(10) || uuid), lower({value})) > 0)";

constexpr Filter filters[] = {
    { "accounting_is_running", "", Filter::Form::boolean, {}, "{value}" },
    { "affiliation_name", "affiliation_name", Filter::Form::contains },
    { "affiliation_uuid", "affiliation_uuid", Filter::Form::uuids },
    { "backend_id", "backend_id" },
    { "can_admin", "", Filter::Form::boolean, {}, administered },
    { "can_manage", "", Filter::Form::boolean, {}, managed },
    { "conceal_finished_projects", "", Filter::Form::boolean, {},
        "NOT {value} OR end_date IS NULL OR end_date >= {today}" },
    { "created", "created", Filter::Form::date_from },
    { "created_before", "created", Filter::Form::date_until },
    { "current_user_has_role", "", Filter::Form::words, {}, with_role_of_caller },
    { "customer", "customer_uuid", Filter::Form::uuids },
    { "customer_abbreviation", "customer_abbreviation", Filter::Form::contains },
    { "customer_name", "customer_name", Filter::Form::contains },
    { "customer_native_name", "customer_native_name", Filter::Form::contains },
    { "description", "description", Filter::Form::contains },
    { "has_affiliation", "", Filter::Form::boolean, {}, "{value} = (affiliation_uuid IS NOT NULL)" },
    { "include_terminated", "", Filter::Form::boolean, {}, removed_too, "false" },
    { "is_removed", "is_removed", Filter::Form::boolean },
    { "modified", "modified", Filter::Form::date_from },
    { "modified_before", "modified", Filter::Form::date_until },
    { "name", "name", Filter::Form::contains },
    { "name_exact", "name" },
    { "query", "", Filter::Form::text, {}, anywhere },
    { "science_domain_uuid", "science_domain_uuid", Filter::Form::uuid },
    { "science_sub_domain_uuid", "science_sub_domain", Filter::Form::uuid },
    { "slug", "slug" },
    { "user_uuid", "", Filter::Form::uuid, {}, with_user },
    { "user_uuid_with_active_role", "", Filter::Form::uuid, {}, with_active_user },
};

constexpr std::string_view orderings[] = { "created", "customer_abbreviation", "customer_name",
    "customer_native_name", "end_date", "estimated_cost", "name", "start_date" };

bool wants_removed(const Call& call)
{
    const auto given = call.query.last("include_terminated").value_or("");
    return given == "true" || given == "True";
}

Response show(const Call& call)
{
    if (const auto refusal = hidden_project(call, wants_removed(call) ? Removed::shown : Removed::hidden))
        return *refusal;
    return retrieve(call, unmanaged_projects_view);
}

} // namespace

const View unmanaged_projects_view { table, fields, filters, R"("name", "uuid")", orderings };

std::optional<Response> hidden_project(const Call& call, Removed removed)
{
    const auto row = call.database.row(ProjectSql::unmanaged_project, { call.uuid });
    if (!call.user.has_role || !row || !sees_project(call, call.uuid))
        return not_found();
    if (number_of(row->front()) != 0 && removed == Removed::hidden)
        return not_found();
    return std::nullopt;
}

void add_unmanaged_project_routes(Routes& routes)
{
    const std::string all = "/api/openportal-unmanaged-projects/";
    const std::string one = all + "{uuid}/";
    routes.push_back({ all,
        { { "GET", [](const Call& call) { return list(call, unmanaged_projects_view); } },
            { "POST", create_project } } });
    routes.push_back({ all + "checklist-template/", { { "GET", checklist_template } } });
    routes.push_back({ one,
        { { "GET", show }, { "PUT", [](const Call& call) { return update_project(call, Update::whole); } },
            { "PATCH", [](const Call& call) { return update_project(call, Update::part); } },
            { "DELETE", remove_project } } });
    routes.push_back({ one + "add_user/", { { "POST", add_project_user } } });
    routes.push_back({ one + "update_user/", { { "POST", update_project_user } } });
    routes.push_back({ one + "delete_user/", { { "POST", delete_project_user } } });
    routes.push_back({ one + "list_users/", { { "GET", list_project_users } } });
    routes.push_back({ one + "recover/", { { "POST", recover_project } } });
    routes.push_back({ one + "move_project/", { { "POST", move_project } } });
    routes.push_back({ one + "update_affiliation/", { { "POST", update_affiliation } } });
    routes.push_back({ one + "stats/", { { "GET", project_stats } } });
    routes.push_back({ one + "checklist/", { { "GET", project_checklist } } });
    routes.push_back({ one + "completion_status/", { { "GET", completion_status } } });
    routes.push_back({ one + "submit_answers/", { { "POST", submit_answers } } });
}

} // namespace site
