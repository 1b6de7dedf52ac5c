#include "net/connection.hpp"

#include "model/identifier.hpp"
#include "net/into.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <cerrno>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

namespace site {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// A name look-up that may outlive the one who asked: getaddrinfo can't be interrupted.
struct Lookup {
    explicit Lookup(asio::any_io_executor executor) : resolver(std::move(executor)) { }
    tcp::resolver resolver;
    tcp::resolver::results_type found;
    error_code ec;
    bool done = false;
    bool wanted = true;
};

Result<std::unique_ptr<asio::ssl::context>> tls_context(const std::filesystem::path& ca_file)
{
    try {
        auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
        error_code ec;
        // Not set_default_verify_paths, which obeys SSL_CERT_FILE and SSL_CERT_DIR of the environment.
        if (ca_file.empty())
            context->add_verify_path(X509_get_default_cert_dir(), ec);
        else
            context->load_verify_file(ca_file.string(), ec);
        if (ec)
            return Error { Errc::invalid,
                "reading the certificate authorities from " + site::cited(ca_file.string(), 256) + ": "
                    + ec.message() };
        auto* native = context->native_handle();
        SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
        SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
        return context;
    } catch (const std::exception& problem) {
        return Error { Errc::internal, std::string("preparing TLS: ") + problem.what() };
    }
}

/// Tells OpenSSL which name the certificate must bear. False: it could not be told.
bool expect_host(SSL* ssl, const std::string& host)
{
    auto* verify = SSL_get0_param(ssl);
    if (is_ip_address(host))
        return X509_VERIFY_PARAM_set1_ip_asc(verify, host.c_str()) == 1;
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(verify, host.c_str(), host.size()) == 1
        && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

} // namespace

Error step_error(std::string_view step, const error_code& ec)
{
    if (ec == beast::error::timeout)
        return { Errc::timed_out, std::string(step) + ": no answer within the time limit" };
    return { Errc::unreachable, std::string(step) + ": " + ec.message() };
}

Result<Route> Route::of(HttpSettings settings)
{
    Route route;
    const auto& origin = settings.origin;
    if (settings.connections == 0 || origin.host.empty())
        return Error { Errc::invalid, "an HTTP client needs a host and at least one connection" };
    if (origin.scheme == Scheme::http && !origin.is_loopback())
        return Error { Errc::invalid,
            "plain http to " + site::cited(origin.host) + " is refused; only https leaves this machine" };
    if (!settings.proxy.empty()) {
        auto proxy = parse_url(settings.proxy);
        if (!proxy)
            return proxy.error().in("the proxy's address");
        if (proxy->scheme != Scheme::http)
            return Error { Errc::invalid, "the proxy's address must begin with http://" };
        route.proxy = *proxy;
    }
    if (origin.scheme == Scheme::https) {
        auto context = tls_context(settings.ca_file);
        if (!context)
            return context.error();
        route.tls = std::move(*context);
    }
    route.settings = std::move(settings);
    return route;
}

void Connection::close()
{
    closed_ = true;
    wake_.cancel();
    tcp.close();
}

bool Connection::is_quiet()
{
    char byte = 0;
    const auto got = ::recv(tcp.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<Result<void>> Connection::open(const Route& route)
{
    // Plain http is for loopback only, where no proxy stands in between.
    const bool through_proxy = route.proxy && route.tls;
    const Url& peer = through_proxy ? *route.proxy : route.settings.origin;
    Result<void> done = co_await connect(route, peer);
    if (!done)
        co_return through_proxy ? done.error().in("the proxy") : done.error();
    if (through_proxy) {
        done = co_await tunnel(route);
        if (!done)
            co_return done.error();
    }
    if (route.tls) {
        done = co_await shake_hands(route);
        if (!done)
            co_return done.error();
    }
    co_return Result<void> {};
}

asio::awaitable<Result<Connection::Endpoints>> Connection::addresses(const Route& route, const Url& peer)
{
    error_code ec;
    const auto literal = asio::ip::make_address(peer.host, ec);
    if (!ec)
        co_return Endpoints { tcp::endpoint { literal, peer.port } };

    auto lookup = std::make_shared<Lookup>(tcp.get_executor());
    wake_.expires_after(route.settings.connect_timeout);
    lookup->resolver.async_resolve(peer.host, std::to_string(peer.port),
        [lookup, wake = &wake_](error_code result, tcp::resolver::results_type found) {
            lookup->ec = result;
            lookup->found = std::move(found);
            lookup->done = true;
            if (lookup->wanted) // else the timer may be gone
                wake->cancel();
        });
    co_await wake_.async_wait(into(ec));
    lookup->wanted = false;

    const auto step = "looking up " + site::cited(peer.host);
    if (closed_)
        co_return Error { Errc::unreachable, step + ": given up" };
    if (!lookup->done)
        co_return Error { Errc::timed_out, step + ": no answer within the time limit" };
    if (lookup->ec)
        co_return step_error(step, lookup->ec);
    Endpoints found;
    for (const auto& entry : lookup->found)
        found.push_back(entry.endpoint());
    if (found.empty())
        co_return Error { Errc::unreachable, step + ": it has no address" };
    co_return found;
}

asio::awaitable<Result<void>> Connection::connect(const Route& route, const Url& peer)
{
    Result<Endpoints> found = co_await addresses(route, peer);
    if (!found)
        co_return found.error();
    // Each address gets its share of what is left, so that one dead address doesn't take it all.
    auto left = route.settings.connect_timeout;
    error_code ec;
    for (std::size_t i = 0; i < found->size() && !closed_; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        tcp.expires_after(left / static_cast<int>(found->size() - i));
        co_await tcp.async_connect((*found)[i], into(ec));
        if (!ec)
            break;
        error_code ignored;
        tcp.socket().close(ignored);
        left -= std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun);
    }
    if (ec)
        co_return step_error("connecting to " + site::cited(peer.authority(), 256), ec);
    if (closed_)
        co_return Error { Errc::unreachable,
            "connecting to " + site::cited(peer.authority(), 256) + ": given up" };
    tcp.socket().set_option(tcp::no_delay(true), ec);
    // Asio opens sockets without it, and this process starts outside programs.
    ::fcntl(tcp.socket().native_handle(), F_SETFD, FD_CLOEXEC);
    co_return Result<void> {};
}

asio::awaitable<Result<void>> Connection::tunnel(const Route& route)
{
    const auto& origin = route.settings.origin;
    const bool bracketed = origin.host.find(':') != std::string::npos;
    const auto target
        = (bracketed ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
    const auto step = "asking the proxy " + site::cited(route.proxy->authority(), 256) + " for a tunnel";

    http::request<http::empty_body> request { http::verb::connect, target, 11 };
    request.set(http::field::host, target);
    request.set(http::field::user_agent, route.settings.user_agent);
    error_code ec;
    tcp.expires_after(route.settings.connect_timeout);
    co_await http::async_write(tcp, request, into(ec));
    if (ec)
        co_return step_error(step, ec);

    http::response_parser<http::empty_body> parser;
    parser.skip(true);
    parser.header_limit(route.settings.most_header);
    beast::flat_buffer buffer { std::size_t { route.settings.most_header } * 2 };
    co_await http::async_read_header(tcp, buffer, parser, into(ec));
    if (ec)
        co_return step_error(step, ec);
    const auto status = parser.get().result_int();
    if (status < 200 || status > 299)
        co_return Error { Errc::unreachable, step + ": it answered " + std::to_string(status) };
    if (buffer.size() != 0)
        co_return Error { Errc::unreachable, step + ": it sent more than its answer" };
    co_return Result<void> {};
}

asio::awaitable<Result<void>> Connection::shake_hands(const Route& route)
{
    const auto& origin = route.settings.origin;
    const auto step = "TLS with " + site::cited(origin.authority(), 256);
    tls.emplace(tcp, *route.tls);
    auto* ssl = tls->native_handle();
    if (!expect_host(ssl, origin.host))
        co_return Error { Errc::invalid, step + ": no certificate can be checked for that name" };
    error_code ec;
    tcp.expires_after(route.settings.connect_timeout);
    co_await tls->async_handshake(asio::ssl::stream_base::client, into(ec));
    const auto verdict = SSL_get_verify_result(ssl);
    if (ec && ec != beast::error::timeout && verdict != X509_V_OK)
        co_return Error { Errc::unreachable,
            step + ": its certificate is not trusted: " + X509_verify_cert_error_string(verdict) };
    if (ec)
        co_return step_error(step, ec);
    co_return Result<void> {};
}

} // namespace site
