#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace site {

/// Where the local endpoint listens: a Unix socket or an address and port.
struct ListenAddress {
    std::filesystem::path socket {}; ///< empty: an address
    std::string host {}; ///< an IPv4 or IPv6 address, the latter without brackets
    std::uint16_t port = 0;

    [[nodiscard]] bool is_socket() const { return !socket.empty(); }
    /// Whether only this machine can reach it: a socket, 127.0.0.0/8 or ::1.
    [[nodiscard]] bool is_local() const;

    bool operator==(const ListenAddress&) const = default;
};

std::string text(const ListenAddress&); ///< as parse_listen_address takes it

/// `unix:/run/site-agent/endpoint.sock`, `127.0.0.1:9470`, `[::1]:9470`, `localhost:9470` (which is
/// 127.0.0.1). Other names are refused: what they resolve to may change. A socket's path has at most 100
/// bytes, since sockaddr_un holds 108 with its end and a working name. The text of an error follows the
/// value and repeats none of it.
Result<ListenAddress> parse_listen_address(std::string_view);

} // namespace site
