#include "auth.hpp"

#include "answers.hpp"
#include "body.hpp"
#include "sql.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

constexpr auto portal_version = "8.1.2";
// What clients assume when the provider does not say how long a token lives.
constexpr std::int64_t unspoken_lifetime = 300;

Response unauthorized(std::string_view text)
{
    auto response = detail(401, text);
    set_header(response.headers, "WWW-Authenticate", "Token");
    return response;
}

std::string lower(std::string_view text)
{
    std::string made(text);
    for (char& c : made)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return made;
}

User user_from(const Row& row)
{
    return { .id = number_of(row.at(0)),
        .uuid = text_of(row.at(1)),
        .username = text_of(row.at(2)),
        .email = text_of(row.at(7)),
        .full_name = text_of(row.at(8)),
        .short_name = text_of(row.at(9)),
        .is_staff = number_of(row.at(3)) != 0,
        .has_role = number_of(row.at(5)) != 0,
        .may_write = number_of(row.at(6)) != 0,
        .is_scoped = number_of(row.at(10)) != 0 };
}

/// An OAuth error, as RFC 6749 section 5.2 has it.
Response oauth_error(int status, std::string_view code)
{
    return json_answer(status, json::object { { "error", code } });
}

Response me(const Call& call)
{
    json::object user {
        { "url", call.request.origin + "/api/users/" + call.user.uuid + "/" },
        { "uuid", call.user.uuid },
        { "username", call.user.username },
        { "is_staff", call.user.is_staff },
        { "is_support", false },
        { "is_active", true },
        { "token_lifetime", nullptr },
        { "email", call.user.email },
        { "full_name", call.user.full_name },
        { "first_name", call.user.full_name.substr(0, call.user.full_name.find(' ')) },
        { "last_name", call.user.full_name.substr(call.user.full_name.rfind(' ') + 1) },
        { "registration_method", "default" },
    };

    json::object wanted;
    for (const auto& name : call.query.all("field"))
        if (const auto* value = user.if_contains(name))
            wanted[name] = *value;
    return json_answer(200, wanted.empty() ? user : wanted);
}

Response version(const Call&)
{
    return json_answer(
        200, json::object { { "version", portal_version }, { "latest_version", portal_version } });
}

} // namespace

void put_user(Database& database, const Account& account)
{
    const auto& [uuid, username, token, email, full_name, short_name, is_staff, is_scoped, is_active]
        = account;
    database.run(Sql::put_user,
        { uuid.empty() ? uuid_named("user " + username) : uuid, username, token, std::int64_t { is_staff },
            email.empty() ? username + "@portal.example.org" : email,
            full_name.empty() ? username : full_name, short_name, std::int64_t { is_scoped },
            std::int64_t { is_active } });
}

std::variant<User, Response> identify(const Request& request, Database& database, Instant now)
{
    const std::string header(request.header("Authorization"));
    const auto space = header.find(' ');
    const auto word = lower(std::string_view(header).substr(0, space));
    if (word != "token" && word != "bearer")
        return unauthorized("Authentication credentials were not provided.");
    const auto key = space == std::string::npos ? std::string() : header.substr(space + 1);
    if (key.empty())
        return unauthorized("Invalid token header. No credentials provided.");
    if (key.find(' ') != std::string::npos)
        return unauthorized("Invalid token header. Token string should not contain spaces.");

    const auto row = word == "token"
        ? database.row(Sql::user_of_token, { key })
        : database.row(Sql::user_of_bearer, { key, std::int64_t { now.time_since_epoch().count() } });
    if (!row)
        return unauthorized("Invalid token.");
    if (number_of(row->at(4)) == 0)
        return unauthorized("User inactive or deleted.");
    return user_from(*row);
}

Response oauth_token(const Request& request, Database& database, Instant now)
{
    if (request.method != "POST")
        return oauth_error(405, "invalid_request");
    const auto body = body_object(request);
    if (!std::holds_alternative<json::object>(body))
        return oauth_error(400, "invalid_request");
    Fields given(std::get<json::object>(body));
    const auto grant = given.text("grant_type", {});
    const auto id = given.text("client_id", {});
    const auto secret = given.text("client_secret", {});
    if (grant && *grant != "client_credentials")
        return oauth_error(400, "unsupported_grant_type");
    if (!grant || !id || !secret)
        return oauth_error(400, "invalid_request");
    const auto client = database.row(Sql::oauth_client, { *id, *secret });
    if (!client)
        return oauth_error(401, "invalid_client");

    // Three parts as a JWT has; nobody but this portal is to look inside.
    const auto token
        = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + uuid_random() + uuid_random() + "." + uuid_random();
    const auto told = number_of(client->at(1));
    const auto expires = now + std::chrono::seconds { told > 0 ? told : unspoken_lifetime };
    database.run(Sql::add_bearer,
        { token, text_of(client->at(0)), std::int64_t { expires.time_since_epoch().count() } });
    json::object answer { { "access_token", token }, { "token_type", "Bearer" } };
    if (told > 0)
        answer["expires_in"] = told;
    return json_answer(200, answer);
}

void add_account_routes(Routes& routes)
{
    routes.push_back({ "/api/version/", { { "GET", version } } });
    routes.push_back({ "/api/users/me/", { { "GET", me } } });
}

} // namespace site
