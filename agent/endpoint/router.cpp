#include "endpoint/router.hpp"

#include <algorithm>
#include <optional>

namespace site {
namespace {

/// What stands where the route has `{id}`; none when the path is another one.
std::optional<std::string_view> matched(std::string_view route, std::string_view path)
{
    constexpr std::string_view mark = "{id}";
    const auto place = route.find(mark);
    if (place == std::string_view::npos)
        return route == path ? std::optional(std::string_view {}) : std::nullopt;
    const auto before = route.substr(0, place);
    const auto after = route.substr(place + mark.size());
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
        return std::nullopt;
    const auto id = path.substr(before.size(), path.size() - before.size() - after.size());
    return id.find_first_of("/.") == std::string_view::npos ? std::optional(id) : std::nullopt;
}

struct Match {
    const PageRoute* page = nullptr;
    std::string_view id;
};

Match find(const std::vector<PageRoute>& pages, std::string_view path)
{
    for (const auto& page : pages)
        if (const auto id = matched(page.path, path))
            return { &page, *id };
    return {};
}

HttpResponse with_slash(const Request& request)
{
    HttpResponse answer { 301, { { "Content-Type", "text/html; charset=utf-8" } }, {} };
    answer.headers.push_back(
        { "Location", request.path + "/" + (request.query.empty() ? "" : "?" + request.query) });
    return answer;
}

std::string_view trimmed(std::string_view text)
{
    while (text.starts_with(' ') || text.starts_with('\t'))
        text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t'))
        text.remove_suffix(1);
    return text;
}

/// Whether an Accept header lets JSON through. None at all lets everything through.
bool takes_json(std::string_view accept)
{
    if (trimmed(accept).empty())
        return true;
    while (true) {
        const auto range = accept.substr(0, accept.find(','));
        const auto type = trimmed(range.substr(0, range.find(';')));
        for (const auto* known : { "*/*", "application/*", "application/json" })
            if (same_word(type, known))
                return true;
        if (range.size() == accept.size())
            return false;
        accept.remove_prefix(range.size() + 1);
    }
}

/// Methods come from the client: only what is a plain word is repeated.
HttpResponse wrong_method(std::string_view method)
{
    const bool plain = !method.empty() && method.size() <= 20
        && std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    auto answer = detail(405, "Method \\\"" + std::string(plain ? method : "?") + "\\\" not allowed.");
    answer.headers.push_back({ "Allow", "GET, HEAD" });
    return answer;
}

} // namespace

HttpResponse Router::answer(const Request& request) const
{
    if (auto refused = admission_.wrong_host(request))
        return *refused;
    const auto [page, id] = find(pages_, request.path);
    if (!page) {
        if (!request.path.ends_with('/') && find(pages_, request.path + "/").page)
            return with_slash(request);
        return html_answer(404, "Not Found", "The requested resource was not found on this server.");
    }
    if (page->takes == Takes::json && !takes_json(request.header("Accept")))
        return detail(406, "Could not satisfy the request Accept header.");
    if (auto refused = admission_.wrong_token(request))
        return *refused;
    if (request.method != "GET" && request.method != "HEAD")
        return wrong_method(request.method);
    return page->answer(request, id);
}

} // namespace site
