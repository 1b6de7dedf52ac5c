#include "application.hpp"

#include "accept.hpp"
#include "access.hpp"
#include "accounting_summary.hpp"
#include "allocation_states.hpp"
#include "allocations.hpp"
#include "answers.hpp"
#include "associations.hpp"
#include "auth.hpp"
#include "managed_projects.hpp"
#include "mappings.hpp"
#include "offerings.hpp"
#include "reports.hpp"
#include "resources.hpp"
#include "unmanaged_projects.hpp"
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

/// The text up to the next slash; it and the slash are taken off `rest`.
std::string_view next_segment(std::string_view& rest)
{
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
    return segment;
}

/// What stood where a pattern has braces.
struct Segments {
    std::string object; ///< `{uuid}` or `{id}`
    Names names;
};

/// Whether one segment of a path fits one of a pattern; what a brace stood for is kept.
bool fits(std::string_view pattern, std::string_view segment, Profile profile, Segments& found)
{
    if (!pattern.starts_with('{'))
        return pattern == segment;
    const bool is_name = pattern.starts_with("{identifier") || pattern.starts_with("{destination");
    const bool takes_dots = pattern.ends_with("*}") || (is_name && profile == Profile::newest);
    if (segment.empty() || (!takes_dots && segment.find('.') != std::string_view::npos))
        return false;
    auto& place = !is_name                   ? found.object
        : pattern.starts_with("{identifier") ? found.names.identifier
                                             : found.names.destination;
    place = segment;
    return true;
}

/// Nothing when the path is another one.
std::optional<Segments> match(std::string_view pattern, std::string_view path, Profile profile)
{
    Segments found;
    if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/'))
        return std::nullopt;
    while (!pattern.empty() && !path.empty())
        if (!fits(next_segment(pattern), next_segment(path), profile, found))
            return std::nullopt;
    return pattern.empty() && path.empty() ? std::optional(std::move(found)) : std::nullopt;
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
    Segments segments;
};

/// The first route that fits: names such as `set_usage` stand before `{uuid}` in the table.
Match find_route(const Routes& routes, std::string_view path, Profile profile)
{
    const auto plain = percent_decoded(path);
    for (const auto& route : routes)
        if (auto segments = match(route.path, plain, profile))
            return { &route, std::move(*segments) };
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
    add_accounting_summary_routes(routes);
    add_access_routes(routes);
    add_allocation_routes(routes);
    add_association_routes(routes);
    add_managed_project_routes(routes);
    add_mapping_routes(routes);
    add_offering_routes(routes);
    add_report_routes(routes);
    add_resource_routes(routes);
    add_unmanaged_project_routes(routes);
    add_usage_routes(routes);
    add_user_usage_routes(routes);
    return routes;
}

} // namespace

Application::Application(const Settings& settings)
    : database_(settings.database), zone_(settings.zone), profile_(settings.profile), requests_(settings.log),
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
    const auto [route, segments] = find_route(routes_, request.path, profile_);
    if (!route) {
        const bool slash_is_missing
            = !request.path.ends_with('/') && find_route(routes_, request.path + "/", profile_).route;
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
    const auto uuid = uuid_from(segments.object);
    const auto id = whole_number(segments.object);
    if (!segments.object.empty() && !(by_id ? id.has_value() : uuid.has_value()))
        return not_found();
    settle_allocations(database_, clock_.now());
    const auto response = (*handle)({ .request = request,
        .query = Query(request.query),
        .database = database_,
        .zone = zone_,
        .now = clock_.now(),
        .user = user,
        .list_fault = fault ? list_fault(*fault) : ListFault {},
        .uuid = uuid.value_or(""),
        .id = id.value_or(0),
        .names = segments.names,
        .profile = profile_ });
    return form == Form::html ? as_page(response) : response;
}

} // namespace site
