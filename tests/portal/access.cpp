#include "access.hpp"

#include "answers.hpp"
#include "sql_projects.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

struct Person {
    std::string uuid, email, short_name;
    bool is_active = true;
};

Person person_from(const Row& row)
{
    return { text_of(row.at(0)), text_of(row.at(1)), text_of(row.at(2)), number_of(row.at(3)) != 0 };
}

/// The member of the object, made when it is not there.
json::object& member(json::object& object, const std::string& key)
{
    if (!object.contains(key))
        object[key] = json::object {};
    return object[key].as_object();
}

json::object projects_of(const Call& call, const Person& person)
{
    json::object projects;
    for (const auto& row : call.database.rows(ProjectSql::access_of_user, { person.uuid, call.stamp() })) {
        auto& project = member(projects, text_of(row.at(0)));
        project["name"] = text_of(row.at(1));
        if (!project.contains("resources"))
            project["resources"] = json::array {};
        if (!is_null(row.at(2)) && !is_null(row.at(3)))
            project["resources"].as_array().push_back(
                json::object { { "name", text_of(row.at(2)) }, { "username", text_of(row.at(3)) } });
    }
    return projects;
}

json::object access(std::string_view email, std::string_view status, std::string_view short_name,
    std::string_view reason = {})
{
    return { { "email", email }, { "status", status }, { "short_name", short_name },
        { "projects", json::object {} }, { "invited_by", "" }, { "reason", reason } };
}

json::object access_of(const Call& call, const Person& person)
{
    if (!person.is_active)
        return access(person.email, "inactive", person.short_name, "User account is not active");
    auto projects = projects_of(call, person);
    auto answer = access(person.email, "active", person.short_name,
        projects.empty() ? "User account is not a member of any projects." : "");
    answer["projects"] = std::move(projects);
    return answer;
}

json::object by_email(const Call& call, const std::string& email)
{
    std::string reason = "Email address was not found";
    for (const auto& row : call.database.rows(ProjectSql::people_by_email, { email })) {
        const auto person = person_from(row);
        if (person.is_active && !projects_of(call, person).empty())
            return access_of(call, person);
        reason = person.is_active ? "User account is not a member of any projects."
                                  : "User account is not active";
    }
    if (const auto row = call.database.row(ProjectSql::invitation, { email })) {
        auto answer = access(text_of(row->at(1)), "invited", "");
        answer["invited_by"] = text_of(row->at(0));
        return answer;
    }
    return access(email, "unknown", "", reason);
}

json::array by_project(const Call& call, const std::string& project)
{
    json::array people;
    for (const auto& row : call.database.rows(ProjectSql::people_of_project, { project, call.stamp() }))
        people.push_back(access_of(call, person_from(row)));
    return people;
}

/// The API pages say a list; the server sends one object for one person.
Response one(const Call& call, const json::object& answer)
{
    return call.profile == Profile::newest ? json_answer(200, json::array { answer })
                                           : json_answer(200, answer);
}

Response refused(std::string_view text)
{
    return json_answer(401, json::object { { "error", text } });
}

std::string lower(std::string text)
{
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

Response access_for_email(const Call& call)
{
    const auto given = call.query.last("q");
    if (!given)
        return json_answer(400,
            json::object { { "error",
                "Search query parameter 'q' is required. You can search by email, short_name, project_name, "
                "or "
                "project_id." } });
    const auto query = given->substr(std::min(given->find_first_not_of(' '), given->size()));
    if (query.empty())
        return json_answer(400, json::object { { "error", "Search query cannot be empty." } });
    const bool sees_all = !call.user.is_scoped && call.user.has_role;

    if (query.find('@') != std::string::npos) {
        if (!sees_all && lower(query) != lower(call.user.email))
            return refused(
                "You can only search by your own email address. Staff users can search for any user.");
        return one(call, by_email(call, lower(query)));
    }
    if (const auto row = call.database.row(ProjectSql::person_by_short_name, { query })) {
        if (!sees_all && text_of(row->front()) != call.user.uuid)
            return refused(
                "You can only search by your own short name. Staff users can search for any user.");
        return one(call, access_of(call, person_from(*row)));
    }
    if (!sees_all)
        return refused(
            "You can only search by your own email address or short name. Project searches are only "
            "available to staff users.");
    if (const auto row = call.database.row(ProjectSql::project_searched, { query }))
        return json_answer(200, by_project(call, text_of(row->front())));
    return json_answer(404, json::object { { "error", "No results found for query: '" + query + "'." } });
}

} // namespace

void add_access_routes(Routes& routes)
{
    routes.push_back({ "/api/openportal/access_for_email/", { { "GET", access_for_email } } });
}

} // namespace site
