#include "mappings.hpp"

#include "answers.hpp"
#include "rights.hpp"
#include "sql_projects.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace site {
namespace json = boost::json;

namespace {

/// Each `identifier` as sent, with what it means or null.
template <class Meaning> Response mapped(const Call& call, Meaning meaning)
{
    json::object map;
    for (const auto& identifier : call.query.all("identifier"))
        map[identifier] = meaning(call, identifier);
    return json_answer(200, map);
}

json::value offering(const Call& call, const std::string& destination)
{
    const auto row = call.database.row(ProjectSql::offering_of_destination, { destination });
    if (!row)
        return nullptr;
    return json::object { { "uuid", text_of(row->at(0)) }, { "name", text_of(row->at(1)) },
        { "description", "" }, { "slug", text_of(row->at(2)) } };
}

json::value project(const Call& call, const std::string& identifier)
{
    const auto row = identifier.empty()
        ? std::nullopt
        : call.database.row(ProjectSql::project_of_identifier, { identifier });
    if (!row || !call.user.has_role || !sees_project(call, text_of(row->front())))
        return nullptr;
    return json::object { { "uuid", text_of(row->at(0)) }, { "name", text_of(row->at(1)) },
        { "customer_uuid", text_of(row->at(2)) }, { "customer_name", text_of(row->at(3)) } };
}

bool is_email(const std::string& identifier)
{
    return identifier.find('@') != std::string::npos;
}

/// Callers with roles know those with whom they share a project.
bool knows(const Call& call, const std::string& user)
{
    return call.user.has_role
        && (!call.user.is_scoped || user == call.user.uuid
            || call.database.row(ProjectSql::share_a_project, { call.user.uuid, user, call.stamp() }));
}

json::value user(const Call& call, const std::string& identifier)
{
    const auto row = call.database.row(
        is_email(identifier) ? ProjectSql::user_by_email : ProjectSql::user_by_identifier, { identifier });
    if (!row || !knows(call, text_of(row->front())))
        return nullptr;
    return json::object { { "uuid", text_of(row->at(0)) }, { "full_name", text_of(row->at(1)) },
        { "email", text_of(row->at(2)) }, { "username", text_of(row->at(3)) } };
}

Response user_mapping(const Call& call)
{
    const auto identifiers = call.query.all("identifier");
    const auto emails = std::ranges::count_if(identifiers, is_email);
    if (emails != 0 && emails != std::ssize(identifiers))
        return json_answer(400,
            json::object { { "error",
                "All identifiers in a request must be of one type: e-mail or user identifier." } });
    return mapped(call, user);
}

/// What the portal that asked for the project allows. Null: every domain.
Response email_policy(const Call& call)
{
    if (!call.user.has_role || !call.database.row(ProjectSql::project, { call.uuid })
        || !sees_project(call, call.uuid))
        return not_found();
    const auto row = call.database.row(ProjectSql::email_policy, { call.uuid });
    const auto domains = row ? text_of(row->front()) : std::string();
    return json_answer(
        200, json::object { { "allowed_domains", domains.empty() ? json::value() : json::parse(domains) } });
}

} // namespace

void add_mapping_routes(Routes& routes)
{
    const std::string all = "/api/openportal/";
    routes.push_back({ all + "offering_mapping/",
        { { "GET", [](const Call& call) { return mapped(call, offering); } } } });
    routes.push_back(
        { all + "project_mapping/", { { "GET", [](const Call& call) { return mapped(call, project); } } } });
    routes.push_back({ all + "user_mapping/", { { "GET", user_mapping } } });
    routes.push_back({ all + "project_email_policy/{uuid}/", { { "GET", email_policy } } });
}

} // namespace site
