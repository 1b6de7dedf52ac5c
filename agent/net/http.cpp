#include "net/http.hpp"

#include "net/url.hpp"

#include <algorithm>

namespace site {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool visible(char c)
{
    return c > ' ' && c <= '~';
}

} // namespace

std::string_view name(HttpMethod method)
{
    switch (method) {
    case HttpMethod::get:
        return "GET";
    case HttpMethod::head:
        return "HEAD";
    case HttpMethod::post:
        return "POST";
    case HttpMethod::put:
        return "PUT";
    case HttpMethod::patch:
        return "PATCH";
    case HttpMethod::remove:
        return "DELETE";
    }
    return "GET";
}

bool same_word(std::string_view a, std::string_view b)
{
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string HttpRequest::text() const
{
    return std::string(name(method)) + " " + std::string(without_query(target));
}

std::string_view HttpResponse::header(std::string_view wanted) const
{
    for (const auto& header : headers)
        if (same_word(header.name, wanted))
            return header.value;
    return {};
}

bool HttpResponse::is(std::string_view media_type) const
{
    auto type = header("Content-Type");
    type = type.substr(0, type.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
        type.remove_suffix(1);
    return same_word(type, media_type);
}

Result<void> check(const HttpRequest& request)
{
    const auto& target = request.target;
    if (target.empty() || target.front() != '/' || !std::all_of(target.begin(), target.end(), visible))
        return Error { Errc::invalid, "the path must begin with / and be encoded" };
    for (const auto& [name, value] : request.headers) {
        const auto fits = [](char c) { return visible(c) || c == ' '; };
        if (name.empty() || !std::all_of(name.begin(), name.end(), visible)
            || name.find(':') != std::string::npos)
            return Error { Errc::invalid, "a header has a bad name" };
        if (!std::all_of(value.begin(), value.end(), fits))
            return Error { Errc::invalid, "header " + name + " holds characters that a header can't have" };
    }
    return {};
}

} // namespace site
