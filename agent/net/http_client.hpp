#pragma once

#include "net/http.hpp"
#include "net/url.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace site {

struct HttpSettings {
    Url origin; ///< only scheme, host and port are used; http is refused unless the host is loopback
    std::string user_agent;
    std::filesystem::path ca_file {}; ///< PEM; empty: the distribution's own
    std::string proxy {}; ///< `http://host:port`, used with CONNECT for https; empty: none
    /// For each of: looking the name up, connecting (all addresses), the proxy's answer, the TLS handshake.
    std::chrono::milliseconds connect_timeout { 10000 };
    /// From the first byte of the request to the last byte of the answer.
    std::chrono::milliseconds answer_timeout { 60000 };
    std::uint32_t connections = 4; ///< at once
    std::uint64_t most_body = 16UL << 20; ///< bytes of one answer's body
    std::uint32_t most_header = 32U << 10; ///< bytes of one answer's status line and headers
};

struct HttpCount {
    std::uint64_t requests = 0; ///< written to a connection, repeats included
    std::uint64_t bytes = 0; ///< received, headers and bodies
    std::uint64_t connections = 0; ///< opened
};

/// HTTP/1.1 to one origin, over at most `connections` kept-alive connections. No proxy, credential or file is
/// ever taken from the environment by this class; no redirect is followed; no compression is asked for.
/// One thread at a time.
class HttpClient {
public:
    /// Connects to nothing yet. `stop` is asked about every 100 ms while waiting.
    /// Errors: Errc::invalid for a bad origin, proxy or CA file.
    static Result<HttpClient> open(HttpSettings, std::function<bool()> stop = {});

    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    /// A name look-up that is still running is waited for: the resolver can't be interrupted.
    ~HttpClient();

    /// Sends all, several at once, and waits for all. One result a request, in the same order.
    ///
    /// A response is an answer that came whole, of any status but 3xx. Everything else is an Error whose text
    /// begins with method and path: `unreachable` (no connection, no trust in the certificate, an answer cut
    /// short or malformed), `timed_out` (a deadline, or `stop`), `invalid` (a redirect, naming where to; an
    /// answer over its bound; a bad request). A connection that saw an error is not used again.
    ///
    /// When no connection can be made at all, the rest of the batch is not tried.
    std::vector<Result<HttpResponse>> exchange(std::span<const HttpRequest>);

    [[nodiscard]] HttpCount count() const;

private:
    class State;
    explicit HttpClient(std::unique_ptr<State>);
    std::unique_ptr<State> state_;
};

} // namespace site
