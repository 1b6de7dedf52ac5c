#pragma once

#include "api/fd.hpp"
#include "endpoint/request.hpp"
#include "model/result.hpp"
#include "model/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace site {

struct HttpServerSettings {
    std::size_t most_connections = 64; ///< one more is answered 503
    std::uint32_t most_header = 16U << 10; ///< bytes; more is answered 431
    std::uint64_t most_body = 16U << 10; ///< bytes; more is answered 413. No page reads a body
    std::chrono::milliseconds read_deadline { 30'000 }; ///< until the next request of a connection is whole
    std::chrono::milliseconds write_deadline { 60'000 }; ///< for an answer to be taken whole
    std::chrono::milliseconds stop_deadline { 2'000 }; ///< for answers that are under way at a stop
};

/// HTTP/1.1 without TLS on one listening socket, with kept-alive connections, on one thread of its own. What
/// a connection does wrong ends that connection.
class HttpServer {
public:
    /// Called on the server's thread, one at a time. What it throws is answered 500.
    using Handler = std::function<HttpResponse(const Request&)>;

    /// The socket stays the caller's.
    static Result<std::unique_ptr<HttpServer>> start(
        const Fd& listening, Handler, const Clock&, const HttpServerSettings& = {});
    /// Takes no more requests, lets answers end that are under way, and joins the thread.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Requests that come from now on are answered by it. From any thread.
    void use(Handler);

    class State;

private:
    explicit HttpServer(std::unique_ptr<State>);
    std::unique_ptr<State> state_;
};

} // namespace site
