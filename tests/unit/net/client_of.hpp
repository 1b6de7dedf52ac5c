#pragma once

#include "net/http_client.hpp"

#include <string>

namespace site::test {

/// Settings for a server of ours on loopback, with time limits that no test waits out in vain.
inline HttpSettings settings_for(
    std::uint16_t port, const std::string& host = "127.0.0.1", Scheme scheme = Scheme::http)
{
    return { .origin = { .scheme = scheme, .host = host, .port = port, .path = {}, .query = {} },
        .user_agent = "site-agent/test",
        .connect_timeout = std::chrono::milliseconds { 20000 },
        .answer_timeout = std::chrono::milliseconds { 20000 } };
}

inline Result<HttpResponse> get(HttpClient& client, const std::string& target = "/api/")
{
    const HttpRequest request { .target = target };
    return client.exchange({ &request, 1 }).front();
}

/// The error's text, or nothing when there is none.
inline std::string failure(const Result<HttpResponse>& result)
{
    return result ? std::string {} : std::string(name(result.error().code)) + ": " + result.error().text;
}

} // namespace site::test
