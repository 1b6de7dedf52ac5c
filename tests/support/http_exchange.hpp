#pragma once

#include "api/fd.hpp"
#include "config/listen_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <utility>
#include <vector>

namespace site {

/// An answer as it came over the wire.
struct HttpReply {
    int status = 0; ///< 0: none came
    std::vector<std::pair<std::string, std::string>> headers {};
    std::string body {};

    [[nodiscard]] std::string header(std::string_view name) const
    {
        for (const auto& [key, value] : headers)
            if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0)
                return value;
        return {};
    }
};

/// A connection to a Unix socket or to a port of this machine; none when nobody listens. Reads give up after
/// half a minute.
inline Fd connection_to(const ListenAddress& where)
{
    Fd fd(::socket(where.is_socket() ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience { 30, 0 };
    ::setsockopt(fd.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_un file {};
    file.sun_family = AF_UNIX;
    std::strncpy(file.sun_path, where.socket.c_str(), sizeof file.sun_path - 1);
    sockaddr_in port {};
    port.sin_family = AF_INET;
    port.sin_port = htons(where.port);
    port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* address = where.is_socket() ? reinterpret_cast<const sockaddr*>(&file)
                                            : reinterpret_cast<const sockaddr*>(&port);
    const auto size = static_cast<socklen_t>(where.is_socket() ? sizeof file : sizeof port);
    return ::connect(fd.number(), address, size) == 0 ? std::move(fd) : Fd {};
}

inline bool send_all(const Fd& fd, std::string_view text)
{
    while (!text.empty()) {
        const auto sent = ::send(fd.number(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Everything until the peer closes.
inline std::string read_to_end(const Fd& fd)
{
    std::string all;
    char piece[8192];
    for (;;) {
        const auto got = ::recv(fd.number(), piece, sizeof piece, 0);
        if (got <= 0)
            return all;
        all.append(piece, static_cast<std::size_t>(got));
    }
}

/// Takes one answer off what came; `head`: it has no body, whatever its length says.
inline HttpReply take_reply(std::string& raw, bool head = false)
{
    HttpReply reply;
    const auto end = raw.find("\r\n\r\n");
    if (end == std::string::npos || raw.size() < 12)
        return reply;
    std::from_chars(raw.data() + 9, raw.data() + 12, reply.status);
    for (auto at = raw.find("\r\n") + 2; at < end + 2;) {
        const auto line = raw.substr(at, raw.find("\r\n", at) - at);
        at += line.size() + 2;
        if (const auto colon = line.find(": "); colon != std::string::npos)
            reply.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    std::size_t length = 0;
    const auto text = reply.header("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    reply.body = raw.substr(end + 4, head ? 0 : length);
    raw.erase(0, end + 4 + reply.body.size());
    return reply;
}

/// One request on a connection of its own. Host is localhost unless `headers`, lines that end in CRLF, have
/// one.
inline HttpReply ask(const ListenAddress& where, std::string_view method, std::string_view target,
    const std::string& headers = {})
{
    const Fd fd = connection_to(where);
    if (!fd)
        return {};
    const std::string host = headers.find("Host:") == std::string::npos ? "Host: localhost\r\n" : "";
    send_all(fd,
        std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n" + host + "Connection: close\r\n"
            + headers + "\r\n");
    auto raw = read_to_end(fd);
    return take_reply(raw, method == "HEAD");
}

} // namespace site
