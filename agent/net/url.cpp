#include "net/url.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <arpa/inet.h>
#include <charconv>
#include <optional>

namespace site {
namespace {

namespace urls = boost::urls;

constexpr std::uint16_t default_port(Scheme scheme)
{
    return scheme == Scheme::https ? 443 : 80;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Error bad(std::string_view why)
{
    return { Errc::invalid, "reading a URL: " + std::string(why) };
}

// Not Boost's: parse_ipv4_address of 1.81 takes `127.0.0.1.example.org` for an address.
std::optional<in_addr> ip_v4(std::string_view text)
{
    in_addr address {};
    if (::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1)
        return std::nullopt;
    return address;
}

std::optional<in6_addr> ip_v6(std::string_view text)
{
    in6_addr address {};
    if (::inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1)
        return std::nullopt;
    return address;
}

/// Not Boost's port_number(), which wraps around in 1.81.
std::uint16_t port_of(std::string_view digits, Scheme scheme)
{
    if (digits.empty())
        return default_port(scheme);
    std::uint16_t port = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, port);
    return read.ec == std::errc {} && read.ptr == end ? port : 0;
}

} // namespace

std::string Url::authority() const
{
    const bool bracketed = host.find(':') != std::string::npos;
    const auto name = bracketed ? "[" + host + "]" : host;
    return port == default_port(scheme) ? name : name + ":" + std::to_string(port);
}

bool Url::is_loopback() const
{
    if (host == "localhost")
        return true;
    if (const auto v4 = ip_v4(host))
        return ntohl(v4->s_addr) >> 24 == 127;
    const auto v6 = ip_v6(host);
    return v6 && IN6_IS_ADDR_LOOPBACK(&*v6);
}

Result<Url> parse_url(std::string_view text)
{
    const auto parsed = urls::parse_uri(text);
    if (!parsed)
        return bad("it is not an absolute URL");
    Url url;
    if (parsed->scheme_id() == urls::scheme::http)
        url.scheme = Scheme::http;
    else if (parsed->scheme_id() != urls::scheme::https)
        return bad("its scheme is neither https nor http");
    if (parsed->has_userinfo())
        return bad("a user name or password in it is not allowed");
    url.host = lower(parsed->host_address());
    if (url.host.empty())
        return bad("it has no host");
    // A name that came out of percent-encoding could end a header line.
    for (const char c : url.host)
        if (c <= ' ' || c > '~' || std::string_view("/?#@\\%").find(c) != std::string_view::npos)
            return bad("its host has characters that a host name can't have");
    url.port = port_of(parsed->port(), url.scheme);
    if (url.port == 0)
        return bad("its port is not a number from 1 to 65535");
    // Boost.URL 1.81 ends the host of `127.0.0.1.example.org` after the fourth number.
    if (!parsed->encoded_path().empty() && !parsed->encoded_path().starts_with('/'))
        return bad("its host begins like an address but is none");
    url.path = parsed->encoded_path();
    url.query = parsed->encoded_query();
    return url;
}

bool is_ip_address(std::string_view host)
{
    return ip_v4(host).has_value() || ip_v6(host).has_value();
}

std::string encoded(std::string_view text)
{
    return urls::encode(text, urls::unreserved_chars);
}

std::string query_value(std::string_view query, std::string_view name)
{
    // Boost.URL 1.81 measures the text with strlen, whatever the view's end.
    const std::string ended(query);
    const auto parsed = urls::parse_query(ended);
    if (!parsed)
        return {};
    const urls::params_view params = *parsed;
    const auto found = params.find(name);
    return found == params.end() ? std::string {} : std::string((*found).value);
}

std::string_view without_query(std::string_view target)
{
    return target.substr(0, target.find_first_of("?#"));
}

} // namespace site
