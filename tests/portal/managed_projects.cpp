#include "managed_projects.hpp"

#include "answers.hpp"
#include "managed_reviews.hpp"
#include "sql_projects.hpp"

namespace site {
namespace {

using enum Field::Form;
constexpr auto shown = Field::Null::shown;
constexpr auto left_out = Field::Null::left_out;
constexpr auto nobody = "00000000000000000000000000000000";
constexpr auto no_project = R"({"url": "", "uuid": "00000000000000000000000000000000", "name": ""})";

constexpr Field fields[] = {
    { "state" },
    { "created", instant },
    { "reviewed_at", instant },
    { "reviewed_by_full_name", text, {}, left_out, "" },
    { "reviewed_by_uuid", hex, {}, left_out, nobody },
    { "identifier" },
    { "destination" },
    { "details", json },
    { "project", url, "projects", shown, "" },
    { "project_data", linked, {}, shown, no_project },
    { "project_template", url, "openportal-project-template" },
    { "project_template_data", linked },
    { "review_comment" },
    { "local_identifier" },
};

constexpr std::string_view states[] = { "draft", "pending", "approved", "rejected", "canceled" };

// It is the only list that takes a text filter more than once.
constexpr std::string_view any_identifier
    = "EXISTS (SELECT 1 FROM json_each({value}) WHERE instr(lower(identifier), lower(value)) > 0)";
constexpr std::string_view anywhere
    = R"(instr(lower(identifier || char(10) || COALESCE(project_name, '') || char(10) || template_name
         || char(10) || COALESCE(details_name, '')), lower({value})) > 0)";

constexpr Filter filters[] = {
    { "hide_embargoed", "", Filter::Form::boolean, {}, "NOT {value} OR COALESCE(embargo, 0) <= {now}" },
    { "identifier", "", Filter::Form::words, {}, any_identifier },
    { "local_identifier", "local_identifier", Filter::Form::contains },
    { "project", "project_uuid", Filter::Form::url },
    { "project_template", "project_template_uuid", Filter::Form::url },
    { "project_template_uuid", "project_template_uuid", Filter::Form::uuid },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
    { "query", "", Filter::Form::text, {}, anywhere },
    { "state", "state", Filter::Form::words, states },
};

constexpr std::string_view orderings[] = { "created", "state", "identifier", "details__name=details_name",
    "project_template__name=template_name", "project__customer__name=customer_name",
    "project_template__offering=offering_uuid" };

// Members of the project, and owners of the customer that it is for or of the one that provides.
constexpr std::string_view scope = R"((project_uuid IN (SELECT project_uuid FROM visible_projects
           WHERE user_uuid = {user} AND (expires IS NULL OR expires > {now}))
         OR EXISTS (SELECT 1 FROM user_roles WHERE user_uuid = {user} AND is_active
           AND (expires IS NULL OR expires > {now}) AND customer_uuid IN (template_customer_uuid, provider_uuid))))";

Response show(const Call& call)
{
    const auto found = visible_managed_project(call);
    if (const auto* refusal = std::get_if<Response>(&found))
        return *refusal;
    return retrieve(call.of(std::get<ManagedProject>(found).uuid), managed_projects_view);
}

} // namespace

const View managed_projects_view { "managed_project_list", fields, filters,
    R"("created", "identifier", "uuid")", orderings, false, "uuid", scope };

std::variant<ManagedProject, Response> visible_managed_project(const Call& call)
{
    const auto row
        = call.database.row(ProjectSql::managed, { call.names.identifier, call.names.destination });
    if (!row || !is_visible(call.of(text_of(row->at(0))), managed_projects_view))
        return not_found();
    return ManagedProject { text_of(row->at(0)), text_of(row->at(1)), text_of(row->at(2)),
        text_of(row->at(3)), text_of(row->at(4)) };
}

void add_managed_project_routes(Routes& routes)
{
    const std::string all = "/api/openportal-managed-projects/";
    const std::string one = all + "{identifier}/{destination}/";
    routes.push_back(
        { all, { { "GET", [](const Call& call) { return list(call, managed_projects_view); } } } });
    routes.push_back({ one, { { "GET", show } } });
    routes.push_back({ one + "approve/", { { "POST", approve_managed_project } } });
    routes.push_back({ one + "reject/", { { "POST", reject_managed_project } } });
    routes.push_back({ one + "attach/", { { "POST", attach_project } } });
    routes.push_back({ one + "detach/", { { "POST", detach_project } } });
    routes.push_back({ one + "delete/", { { "DELETE", delete_managed_project } } });
    // The one that takes dots on every server.
    routes.push_back({ all + "{identifier*}/{destination*}/add-note/", { { "POST", add_note } } });
}

} // namespace site
