#include "config/listen_address.hpp"

#include "config/text_rule.hpp"

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>

#include <charconv>

namespace site {
namespace {

namespace urls = boost::urls;

constexpr std::string_view socket_mark = "unix:";
constexpr std::size_t longest_socket = 100;

Error bad(std::string why)
{
    return { Errc::invalid, std::move(why) };
}

Result<ListenAddress> parse_socket(std::string_view path)
{
    if (path.size() > longest_socket)
        return bad("names a socket of more than 100 characters");
    if (path.empty())
        return bad("names no socket");
    auto checked = detail::path_rule.checked(path);
    if (!checked)
        return checked.error();
    return ListenAddress { .socket = *checked };
}

} // namespace

bool ListenAddress::is_local() const
{
    if (is_socket())
        return true;
    if (const auto four = urls::parse_ipv4_address(host))
        return four->is_loopback();
    const auto six = urls::parse_ipv6_address(host);
    return six && six->is_loopback();
}

std::string text(const ListenAddress& address)
{
    if (address.is_socket())
        return std::string(socket_mark) + address.socket.string();
    const bool six = address.host.find(':') != std::string::npos;
    return (six ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Result<ListenAddress> parse_listen_address(std::string_view text)
{
    if (text.starts_with(socket_mark))
        return parse_socket(text.substr(socket_mark.size()));
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return bad("has no port");
    const auto digits = text.substr(colon + 1);
    unsigned port = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec != std::errc {} || end != digits.data() + digits.size() || port < 1 || port > 65535)
        return bad("has no proper port");
    ListenAddress out { .port = static_cast<std::uint16_t>(port) };
    const std::string host(text.substr(0, colon)); // Boost.URL 1.81 wants texts that end
    if (host == "localhost") {
        out.host = "127.0.0.1";
        return out;
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        out.host = host.substr(1, host.size() - 2);
        if (!urls::parse_ipv6_address(out.host))
            return bad("has no proper address");
        return out;
    }
    if (!urls::parse_ipv4_address(host))
        return bad("has no proper address");
    out.host = host;
    return out;
}

} // namespace site
