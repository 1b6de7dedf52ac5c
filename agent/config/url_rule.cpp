#include "config/text_rule.hpp"

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace site::detail {
namespace {

namespace urls = boost::urls;

Error bad(std::string why)
{
    return { Errc::invalid, std::move(why) };
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// Written out as such; a name that only resolves to a loopback address does not count.
bool loopback(std::string_view host)
{
    if (host.size() > 2 && host.front() == '[') {
        const auto address = urls::parse_ipv6_address({ host.data() + 1, host.size() - 2 });
        return address && address->is_loopback();
    }
    const auto address = urls::parse_ipv4_address({ host.data(), host.size() });
    return (address && address->is_loopback()) || lower(std::string(host)) == "localhost";
}

bool plain_host(std::string_view host)
{
    if (host.size() > 2 && host.front() == '[')
        return !!urls::parse_ipv6_address({ host.data() + 1, host.size() - 2 });
    return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-'
        && std::all_of(host.begin(), host.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
                   || c == '-' || c == '_';
           });
}

bool plain_port(std::string_view port)
{
    unsigned value = 0;
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), value);
    return ec == std::errc {} && end == port.data() + port.size() && value >= 1 && value <= 65535;
}

std::string host_of(const urls::url_view& url)
{
    return std::string(url.encoded_host());
}

/// What holds for every URL of the file: a host, no credentials, nothing after the path.
Result<urls::url_view> parse_plain(std::string_view text)
{
    constexpr std::size_t most = 1024;
    if (text.size() > most)
        return bad("is longer than " + std::to_string(most) + " characters");
    const auto parsed = urls::parse_uri({ text.data(), text.size() });
    if (!parsed || !parsed->has_authority())
        return bad("is not a URL");
    if (parsed->has_userinfo())
        return bad("has credentials in it");
    if (parsed->has_query() || parsed->has_fragment())
        return bad("has a ? or # part");
    // Boost.URL 1.81 takes `//10.0.0.1.example.org` for the address 10.0.0.1 and a path `.example.org`.
    const std::string path(parsed->encoded_path());
    if (!plain_host(host_of(*parsed)) || (!path.empty() && path.front() != '/'))
        return bad("has no proper host");
    if (parsed->has_port() && !plain_port(std::string(parsed->port())))
        return bad("has no proper port");
    return *parsed;
}

Result<urls::url_view> parse_secure(std::string_view text)
{
    auto url = parse_plain(text);
    if (!url)
        return url;
    const auto scheme = lower(std::string(url->scheme()));
    if (scheme != "https" && scheme != "http")
        return bad("is not https");
    if (scheme == "http" && !loopback(host_of(*url)))
        return bad("is not https, and its host is not a loopback one");
    for (const auto& segment : url->segments())
        if (segment == "." || segment == "..")
            return bad("has a . or .. in its path");
    return url;
}

/// Scheme and host compare without case, so they are kept in lower case.
std::string origin(const urls::url_view& url)
{
    return lower(std::string(url.scheme())) + "://" + lower(std::string(url.encoded_host_and_port()));
}

} // namespace

Result<std::string> checked_base_url(std::string_view text)
{
    const auto url = parse_secure(text);
    if (!url)
        return url.error();
    const std::string whole(url->encoded_path());
    std::string_view path = whole;
    const auto drop_slashes = [&] {
        while (!path.empty() && path.back() == '/')
            path.remove_suffix(1);
    };
    drop_slashes();
    constexpr std::string_view suffix = "/api"; // the whole segment: `/myapi` stays
    if (path.size() >= suffix.size() && path.substr(path.size() - suffix.size()) == suffix) {
        path.remove_suffix(suffix.size());
        drop_slashes();
    }
    return origin(*url) + std::string(path);
}

Result<std::string> checked_token_url(std::string_view text)
{
    const auto url = parse_secure(text);
    if (!url)
        return url.error();
    return origin(*url) + std::string(url->encoded_path());
}

Result<std::string> checked_ldap_url(std::string_view text)
{
    constexpr std::string_view socket = "ldapi://";
    if (lower(std::string(text.substr(0, socket.size()))) == socket) {
        const auto path = text.substr(socket.size());
        if (path.size() > 256 || path.find_first_of("/?# \"") != std::string_view::npos
            || !lower(std::string(path)).starts_with("%2f"))
            return bad("does not name a socket by its path, each / as %2F");
        return std::string(socket) + std::string(path);
    }
    const auto url = parse_plain(text);
    if (!url)
        return url.error();
    const auto scheme = lower(std::string(url->scheme()));
    if (scheme != "ldap" && scheme != "ldaps")
        return bad("is not ldap, ldaps or ldapi");
    if (!url->encoded_path().empty() && url->encoded_path() != "/")
        return bad("has a path");
    return origin(*url);
}

bool is_loopback_url(std::string_view text)
{
    const auto url = parse_plain(text);
    return url && loopback(host_of(*url));
}

Result<std::string> checked_proxy(std::string_view text)
{
    const auto url = parse_plain(text);
    if (!url)
        return url.error();
    if (lower(std::string(url->scheme())) != "http")
        return bad("is not http");
    if (!url->has_port())
        return bad("has no port");
    if (!url->encoded_path().empty() && url->encoded_path() != "/")
        return bad("has a path");
    return origin(*url);
}

} // namespace site::detail
