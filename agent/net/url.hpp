#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace site {

enum class Scheme : std::uint8_t { http, https };

/// An absolute http or https URL, taken apart. Host names are in lower case, IPv6 without brackets.
struct Url {
    Scheme scheme = Scheme::https;
    std::string host;
    std::uint16_t port = 443;
    std::string path; ///< as written, still encoded; empty when there is none
    std::string query; ///< as written, without the question mark

    /// What goes into a Host header or a message: `host`, or `host:port` when not the scheme's own.
    [[nodiscard]] std::string authority() const;
    /// 127.0.0.0/8, ::1 or localhost: the only hosts that plain http is allowed for.
    [[nodiscard]] bool is_loopback() const;

    bool operator==(const Url&) const = default;
};

/// Refuses other schemes, a name or password before the host, and an empty host. A fragment is dropped.
/// Errors never repeat the text, which may hold secrets.
Result<Url> parse_url(std::string_view text);

/// Whether the host is written as an IP address.
bool is_ip_address(std::string_view host);

/// Percent-encoded for one path segment or one query name or value: letters, digits and `-._~` stay.
std::string encoded(std::string_view text);

/// The value of one query parameter, decoded; empty when it is missing or badly encoded.
std::string query_value(std::string_view query, std::string_view name);

/// A target without its query, for messages.
std::string_view without_query(std::string_view target);

} // namespace site
