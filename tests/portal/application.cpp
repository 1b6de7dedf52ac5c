#include "application.hpp"

#include "accept.hpp"
#include "allocations.hpp"
#include "answers.hpp"
#include "associations.hpp"
#include "auth.hpp"
#include "offerings.hpp"
#include "reports.hpp"
#include "resources.hpp"
#include "usages.hpp"
#include "user_usages.hpp"
#include "uuid.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace site {
namespace {

constexpr std::string_view id_mark = "{id}";

/// The segment that stands where the pattern has `{uuid}` or `{id}`; nothing when the path is another one.
std::optional<std::string> match(std::string_view pattern, std::string_view path)
{
    const auto place = pattern.find('{');
    if (place == std::string_view::npos)
        return pattern == path ? std::optional(std::string()) : std::nullopt;
    const auto before = pattern.substr(0, place);
    const auto after = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
        return std::nullopt;
    const auto segment = path.substr(before.size(), path.size() - before.size() - after.size());
    if (segment.find_first_of("/.") != std::string_view::npos)
        return std::nullopt;
    return std::string(segment);
}

std::optional<std::int64_t> whole_number(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct Match {
    const Route* route = nullptr;
    std::string segment;
};

/// The first route that fits: names such as `set_usage` stand before `{uuid}` in the table.
Match find_route(const Routes& routes, std::string_view path)
{
    for (const auto& route : routes)
        if (auto segment = match(route.path, path))
            return { &route, std::move(*segment) };
    return {};
}

Response missing_route()
{
    return html_answer(404, "Not Found", "The requested resource was not found on this server.");
}

Response slash_redirect(const Request& request)
{
    auto response = empty_answer(301);
    set_header(response.headers, "Content-Type", "text/html; charset=utf-8");
    set_header(response.headers, "Location",
        request.path + "/" + (request.query.empty() ? "" : "?" + request.query));
    return response;
}

Response wrong_method(const Request& request, const Route& route)
{
    std::string allowed;
    for (const auto& [method, handle] : route.methods)
        allowed += method == "GET" ? "GET, HEAD, " : method + ", ";
    auto response = detail(405, "Method \"" + request.method + "\" not allowed.");
    set_header(response.headers, "Allow", allowed + "OPTIONS");
    return response;
}

const Handle* handler_of(const Route& route, std::string_view method)
{
    const auto wanted = method == "HEAD" ? "GET" : method;
    const auto found
        = std::ranges::find_if(route.methods, [&](const auto& known) { return known.first == wanted; });
    return found == route.methods.end() ? nullptr : &found->second;
}

/// The page that a browser gets: same status, the JSON as text.
Response as_page(const Response& response)
{
    std::string text;
    for (const char c : response.body)
        text += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    auto page = html_answer(response.status, "Waldur API", "<pre>" + text + "</pre>");
    for (const auto& [name, value] : response.headers)
        if (name != "Content-Type")
            set_header(page.headers, name, value);
    return page;
}

Routes all_routes()
{
    Routes routes;
    add_account_routes(routes);
    add_allocation_routes(routes);
    add_association_routes(routes);
    add_offering_routes(routes);
    add_report_routes(routes);
    add_resource_routes(routes);
    add_usage_routes(routes);
    add_user_usage_routes(routes);
    return routes;
}

} // namespace

Application::Application(const Settings& settings)
    : database_(settings.database), zone_(settings.zone), requests_(settings.log),
      control_({ database_, clock_, zone_, faults_, requests_, settings.connections }), routes_(all_routes())
{
    if (!requests_.log_is_good())
        throw std::runtime_error("opening the log \"" + settings.log + "\"");
}

Answer Application::handle(const Request& request)
{
    const std::lock_guard lock(mutex_);
    try {
        return answer(request);
    } catch (const std::exception& error) {
        // A broken statement or a full disk: what a real portal shows as well.
        std::fprintf(stderr, "%s %s: %s\n", request.method.c_str(), request.path.c_str(), error.what());
        return { html_answer(500, "Server Error (500)", ""), {}, {} };
    }
}

Answer Application::answer(const Request& request)
{
    if (request.path.starts_with("/_control"))
        return { control_.answer(request), {}, {} };
    const auto fault = faults_.due(request);
    auto given = fault ? instead(*fault) : std::nullopt;
    if (!given)
        given = Answer { respond(request, fault), {}, {} };
    if (fault)
        spoil(*fault, *given);
    given->response.headers.emplace_back("Date", http_date(clock_.now()));
    requests_.note(request, given->delivery.kind == Delivery::Kind::reset ? 0 : given->response.status);
    return *given;
}

Response Application::respond(const Request& request, const std::optional<Fault>& fault)
{
    if (request.path == "/oauth/token" || request.path == "/oauth/token/")
        return oauth_token(request, database_, clock_.now());
    return api(request, fault);
}

// The checks stand in the order in which the portal's framework makes them.
Response Application::api(const Request& request, const std::optional<Fault>& fault)
{
    const auto [route, segment] = find_route(routes_, request.path);
    if (!route) {
        const bool slash_is_missing
            = !request.path.ends_with('/') && find_route(routes_, request.path + "/").route;
        return slash_is_missing ? slash_redirect(request) : missing_route();
    }
    const auto form = form_of(request.header("Accept"));
    if (form == Form::none)
        return detail(406, "Could not satisfy the request Accept header.");
    const auto known = identify(request, database_, clock_.now());
    if (const auto* refusal = std::get_if<Response>(&known))
        return *refusal;
    const auto* handle = handler_of(*route, request.method);
    if (!handle)
        return wrong_method(request, *route);

    auto user = std::get<User>(known);
    if (fault && fault->kind == Fault::Kind::lost_role)
        user.has_role = false;
    const bool by_id = route->path.find(id_mark) != std::string::npos;
    const auto uuid = uuid_from(segment);
    const auto id = whole_number(segment);
    if (!segment.empty() && !(by_id ? id.has_value() : uuid.has_value()))
        return not_found();
    const auto response = (*handle)({ .request = request,
        .query = Query(request.query),
        .database = database_,
        .zone = zone_,
        .now = clock_.now(),
        .user = user,
        .list_fault = fault ? list_fault(*fault) : ListFault {},
        .uuid = uuid.value_or(""),
        .id = id.value_or(0) });
    return form == Form::html ? as_page(response) : response;
}

} // namespace site
