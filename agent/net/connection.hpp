#pragma once
// Internal to net: the only header there that knows Asio.

#include "net/http_client.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <memory>
#include <optional>

namespace site {

/// What every connection of one client needs to know. Outlives them all.
struct Route {
    HttpSettings settings;
    std::optional<Url> proxy;
    std::unique_ptr<boost::asio::ssl::context> tls; ///< none for plain http

    static Result<Route> of(HttpSettings);
};

/// One connection, plain or with TLS on top. Not thread-safe.
class Connection {
public:
    explicit Connection(boost::asio::io_context& context) : tcp(context), wake_(context) { }

    /// Looks up, connects, asks the proxy, shakes hands and checks the certificate.
    boost::asio::awaitable<Result<void>> open(const Route& route);

    /// Every wait on it ends at once with an error.
    void close();

    /// Whether nothing came since the last answer. A byte or an end of stream now means that the peer gave
    /// the connection up, or speaks out of turn; either way it is not to be used again.
    bool is_quiet();

    boost::beast::tcp_stream tcp;
    std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls;

private:
    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
    boost::asio::awaitable<Result<Endpoints>> addresses(const Route& route, const Url& peer);
    boost::asio::awaitable<Result<void>> connect(const Route& route, const Url& peer);
    boost::asio::awaitable<Result<void>> tunnel(const Route& route);
    boost::asio::awaitable<Result<void>> shake_hands(const Route& route);

    boost::asio::steady_timer wake_;
    bool closed_ = false;
};

/// The error of a step that ended with `ec`: timed_out or unreachable.
Error step_error(std::string_view step, const boost::system::error_code& ec);

} // namespace site
