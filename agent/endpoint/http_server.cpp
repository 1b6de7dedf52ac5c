#include "endpoint/http_server.hpp"

#include "net/http_date.hpp"
#include "net/into.hpp"
#include "system/os_error.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <set>
#include <thread>

namespace site {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using Protocol = asio::generic::stream_protocol; // a Unix socket or TCP alike
using Stream = beast::basic_stream<Protocol>;
using Parser = http::request_parser<http::string_body>;

constexpr std::chrono::milliseconds pause_without_descriptors { 100 };
constexpr std::chrono::seconds farewell { 1 }; // for a client to see why it was refused
constexpr std::size_t most_farewell = 256U << 10;

Request request_of(const http::request<http::string_body>& message)
{
    Request request;
    request.method = message.method_string();
    const std::string target(message.target());
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    request.query = mark == std::string::npos ? std::string {} : target.substr(mark + 1);
    for (const auto& field : message)
        request.headers.push_back({ std::string(field.name_string()), std::string(field.value()) });
    return request;
}

/// What a connection is told before it is closed; none: nothing is owed to it.
std::optional<int> refusal(const error_code& ec)
{
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
        return 431;
    if (ec == http::error::body_limit)
        return 413;
    const bool left = ec == http::error::end_of_stream || ec == http::error::partial_message;
    if (!left && ec.category() == http::make_error_code(http::error::bad_target).category())
        return 400;
    return std::nullopt;
}

std::string said(int status)
{
    if (status == 431)
        return "Request header fields are too large.";
    return status == 413 ? "The request body is too large." : "The request can't be understood.";
}

} // namespace

class HttpServer::State {
public:
    State(Handler handler, const Clock& clock, const HttpServerSettings& settings)
        : handler_(std::move(handler)), clock_(clock), settings_(settings)
    {
    }

    Result<void> start(const Fd& listening);
    void use(Handler handler);
    void stop();

private:
    struct Session {
        explicit Session(Protocol::socket&& socket) : stream(std::move(socket)) { }
        Stream stream;
        bool answering = false;
    };
    using Held = std::shared_ptr<Session>;

    asio::awaitable<void> accept();
    asio::awaitable<void> serve(Held session);
    asio::awaitable<void> converse(Session& session);
    asio::awaitable<bool> answer(Session& session, HttpResponse& response, bool head, bool keep);
    asio::awaitable<void> refuse(Session& session, int status);
    HttpResponse handled(const Request& request);
    void turn_away(Protocol::socket socket);
    void begin_stop();
    void ended(const Held& session);

    asio::io_context context_ { 1 };
    asio::basic_socket_acceptor<Protocol> acceptor_ { context_ };
    asio::steady_timer last_patience_ { context_ };
    asio::steady_timer pause_ { context_ };
    Handler handler_;
    const Clock& clock_;
    const HttpServerSettings settings_;
    std::set<Held> sessions_;
    bool stopping_ = false;
    std::thread thread_;
};

Result<void> HttpServer::State::start(const Fd& listening)
{
    sockaddr_storage address {};
    socklen_t size = sizeof address;
    if (::getsockname(listening.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return Error { Errc::internal, "the listening socket has no address" };
    const int own = ::fcntl(listening.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (own < 0)
        return os_error("taking the listening socket", errno);
    error_code ec;
    acceptor_.assign(Protocol(address.ss_family, 0), own, ec);
    if (ec) {
        ::close(own);
        return Error { Errc::internal, "taking the listening socket: " + ec.message() };
    }
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
    return {};
}

void HttpServer::State::use(Handler handler)
{
    asio::post(context_, [this, next = std::move(handler)]() mutable { handler_ = std::move(next); });
}

void HttpServer::State::stop()
{
    if (!thread_.joinable())
        return;
    asio::post(context_, [this] { begin_stop(); });
    thread_.join();
}

void HttpServer::State::begin_stop()
{
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& session : sessions_)
        if (!session->answering)
            session->stream.close();
    if (sessions_.empty())
        return;
    last_patience_.expires_after(settings_.stop_deadline);
    last_patience_.async_wait([this](error_code ec) {
        if (ec)
            return;
        for (const auto& session : sessions_)
            session->stream.close();
    });
}

void HttpServer::State::ended(const Held& session)
{
    session->stream.close();
    sessions_.erase(session);
    if (stopping_ && sessions_.empty())
        last_patience_.cancel();
}

asio::awaitable<void> HttpServer::State::accept()
{
    while (!stopping_) {
        error_code ec;
        Protocol::socket socket = co_await acceptor_.async_accept(into(ec));
        if (stopping_)
            break;
        if (ec) { // out of descriptors, or the client has left
            pause_.expires_after(pause_without_descriptors);
            co_await pause_.async_wait(into(ec));
            continue;
        }
        if (sessions_.size() >= settings_.most_connections) {
            turn_away(std::move(socket));
            continue;
        }
        Held session = std::make_shared<Session>(std::move(socket));
        sessions_.insert(session);
        asio::co_spawn(context_, serve(session), asio::detached);
    }
}

/// A few bytes, which a new connection always has room for.
void HttpServer::State::turn_away(Protocol::socket socket)
{
    constexpr std::string_view busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: "
                                      "0\r\nConnection: close\r\n\r\n";
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(busy.data(), busy.size()), 0, ignored);
    socket.shutdown(Protocol::socket::shutdown_send, ignored);
}

asio::awaitable<void> HttpServer::State::serve(Held session)
{
    try {
        co_await converse(*session);
    } catch (const std::exception&) {
        // Out of memory, say: this connection ends, the others go on.
    }
    ended(session);
}

asio::awaitable<void> HttpServer::State::converse(Session& session)
{
    beast::flat_buffer buffer { std::size_t { settings_.most_header } + settings_.most_body + (4U << 10) };
    while (!stopping_) {
        Parser parser;
        parser.header_limit(settings_.most_header);
        parser.body_limit(settings_.most_body);
        session.stream.expires_after(settings_.read_deadline);
        error_code ec;
        co_await http::async_read(session.stream, buffer, parser, into(ec));
        if (stopping_)
            co_return;
        if (ec) {
            if (const auto status = refusal(ec))
                co_await refuse(session, *status);
            co_return;
        }
        session.answering = true;
        const bool keep = parser.keep_alive();
        const Request request = request_of(parser.get());
        HttpResponse response = handled(request);
        const bool sent = co_await answer(session, response, request.method == "HEAD", keep);
        if (!sent || !keep)
            break;
        session.answering = false;
    }
    error_code ignored;
    session.stream.socket().shutdown(Protocol::socket::shutdown_send, ignored);
}

HttpResponse HttpServer::State::handled(const Request& request)
{
    try {
        return handler_(request);
    } catch (const std::exception&) {
        return html_answer(500, "Server Error (500)", "");
    }
}

asio::awaitable<bool> HttpServer::State::answer(
    Session& session, HttpResponse& response, bool head, bool keep)
{
    http::response<http::string_body> message;
    message.version(11);
    message.result(static_cast<unsigned>(response.status));
    for (const auto& [name, value] : response.headers)
        message.insert(name, value);
    message.set(http::field::date, http_date_text(clock_.now()));
    message.set("X-Content-Type-Options", "nosniff");
    message.set(http::field::cache_control, "no-store");
    message.content_length(response.body.size());
    message.keep_alive(keep && !stopping_);
    if (!head)
        message.body() = std::move(response.body);
    session.stream.expires_after(settings_.write_deadline);
    error_code ec;
    co_await http::async_write(session.stream, message, into(ec));
    co_return !ec;
}

/// Says why, and takes what still comes, for a reset would take the answer from the client again.
asio::awaitable<void> HttpServer::State::refuse(Session& session, int status)
{
    session.answering = true;
    HttpResponse response = detail(status, said(status));
    const bool sent = co_await answer(session, response, false, false);
    if (!sent)
        co_return;
    error_code ec;
    session.stream.socket().shutdown(Protocol::socket::shutdown_send, ec);
    session.stream.expires_after(farewell);
    std::array<char, 4096> rest {};
    for (std::size_t taken = 0; !ec && taken < most_farewell && !stopping_;)
        taken += co_await session.stream.async_read_some(asio::buffer(rest), into(ec));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state))
{
}

HttpServer::~HttpServer()
{
    state_->stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(
    const Fd& listening, Handler handler, const Clock& clock, const HttpServerSettings& settings)
{
    auto state = std::make_unique<State>(std::move(handler), clock, settings);
    if (auto started = state->start(listening); !started)
        return started.error();
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

void HttpServer::use(Handler handler)
{
    state_->use(std::move(handler));
}

} // namespace site
