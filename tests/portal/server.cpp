#include "server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace site {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

struct Server::State {
    Handler handler;
    asio::io_context io;
    tcp::acceptor acceptor { io };
    std::optional<asio::ssl::context> tls;
    std::string address; // host:port, for requests that name no host
    std::thread accepting;
    struct Worker {
        std::thread thread;
        std::atomic<bool> done { false };
    };
    // One a connection; those that are done are joined when the next one comes. Joined, not detached: OpenSSL
    // keeps memory for each thread, which a thread that outlives main() would leak.
    std::list<Worker> workers;
    std::atomic<std::uint64_t> accepted { 0 };

    std::mutex mutex; // guards what follows
    std::condition_variable changed;
    bool stopping = false;
    std::multiset<int> sockets; // a number may come back before its last user is forgotten

    bool stopped()
    {
        const std::lock_guard lock(mutex);
        return stopping;
    }

    /// Waits; false when the server stops meanwhile.
    bool pause(std::chrono::milliseconds time)
    {
        std::unique_lock lock(mutex);
        return !changed.wait_for(lock, time, [this] { return stopping; });
    }

    void accept();
    void join_finished();
    void serve(tcp::socket socket);
};

namespace {

// More than any client of the portal may send, and less than hurts.
constexpr std::uint64_t body_limit = 16 * 1024 * 1024;
constexpr std::uint32_t header_limit = 64 * 1024;

tcp::socket& socket_of(tcp::socket& stream)
{
    return stream;
}
tcp::socket& socket_of(asio::ssl::stream<tcp::socket>& stream)
{
    return stream.next_layer();
}

template <class Stream> bool send(Stream& stream, std::string_view text)
{
    error_code ec;
    asio::write(stream, asio::buffer(text.data(), text.size()), ec);
    return !ec;
}

/// Lets the kernel answer with RST: what a client sees when a server dies.
void reset(tcp::socket& socket)
{
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

std::string head_of(const Response& response, std::optional<std::uint64_t> length, bool keep)
{
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head += std::string_view(http::obsolete_reason(static_cast<http::status>(response.status)));
    head += "\r\n";
    for (const auto& [name, value] : response.headers)
        head += name + ": " + value + "\r\n";
    head += length ? "Content-Length: " + std::to_string(*length) + "\r\n"
                   : std::string("Transfer-Encoding: chunked\r\n");
    head += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

std::string chunk(std::string_view text)
{
    std::array<char, 16> size {};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16).ptr;
    return std::string(size.data(), end) + "\r\n" + std::string(text) + "\r\n";
}

/// Sends the answer as its delivery says. False when the connection is not to be used again.
template <class Stream>
bool deliver(Server::State& server, Stream& stream, const Answer& answer, bool head_only, bool keep)
{
    const auto& [wanted, bytes, interval] = answer.delivery;
    const auto& response = answer.response;
    const std::string_view body = response.body;
    // The other faults are in the body, which an answer to HEAD does not have.
    const auto kind = head_only && wanted != Delivery::Kind::reset ? Delivery::Kind::whole : wanted;
    switch (kind) {
    case Delivery::Kind::whole:
        return send(stream, head_of(response, body.size(), keep) + std::string(head_only ? "" : body))
            && keep;
    case Delivery::Kind::truncated: {
        const auto promised = std::max<std::uint64_t>(body.size(), bytes + 1);
        send(stream, head_of(response, promised, keep) + std::string(body.substr(0, bytes)));
        return false;
    }
    case Delivery::Kind::unfinished:
        send(stream, head_of(response, std::nullopt, keep) + chunk(body.substr(0, bytes)));
        return false;
    case Delivery::Kind::slow:
        if (!send(stream, head_of(response, body.size(), keep)))
            return false;
        for (std::size_t i = 0; i < body.size(); ++i)
            if (!server.pause(interval) || !send(stream, body.substr(i, 1)))
                return false;
        return keep;
    case Delivery::Kind::endless: {
        if (body.empty() || !send(stream, head_of(response, std::nullopt, false)))
            return false;
        const std::string piece = chunk(body);
        for (std::uint64_t sent = 0; sent < bytes && !server.stopped(); sent += body.size())
            if (!send(stream, piece))
                return false;
        return false;
    }
    case Delivery::Kind::reset:
        break;
    }
    reset(socket_of(stream));
    return false;
}

struct Heard {
    Request request;
    bool keep_alive = false;
};

/// Reads one request; nothing at the end of the connection or when it is not HTTP.
template <class Stream>
std::optional<Heard> hear(Stream& stream, boost::beast::flat_buffer& buffer, Request blank)
{
    error_code ec;
    http::request_parser<http::string_body> parser;
    parser.body_limit(body_limit);
    parser.header_limit(header_limit);
    http::read_header(stream, buffer, parser, ec);
    if (ec)
        return std::nullopt;
    if (parser.get()[http::field::expect] == "100-continue" && !send(stream, "HTTP/1.1 100 Continue\r\n\r\n"))
        return std::nullopt;
    http::read(stream, buffer, parser, ec);
    if (ec)
        return std::nullopt;

    auto message = parser.release();
    Heard heard { std::move(blank), message.keep_alive() };
    auto& request = heard.request;
    request.method = std::string_view(message.method_string());
    const std::string target(std::string_view(message.target()));
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    request.query = mark == std::string::npos ? "" : target.substr(mark + 1);
    for (const auto& field : message)
        request.headers.emplace_back(std::string_view(field.name_string()), std::string_view(field.value()));
    request.body = std::move(message.body());
    if (const auto host = request.header("Host"); !host.empty())
        request.origin = request.origin.substr(0, request.origin.find("//") + 2) + std::string(host);
    return heard;
}

/// Serves one connection to its end. True when that end is one to say goodbye at.
template <class Stream> bool converse(Server::State& server, Stream& stream, const Request& blank)
{
    boost::beast::flat_buffer buffer;
    for (;;) {
        const auto heard = hear(stream, buffer, blank);
        if (!heard)
            return true;
        const auto answer = server.handler(heard->request);
        if (answer.delay.count() > 0 && !server.pause(answer.delay))
            return false;
        if (!deliver(server, stream, answer, heard->request.method == "HEAD", heard->keep_alive))
            return answer.delivery.kind == Delivery::Kind::whole;
    }
}

} // namespace

void Server::State::serve(tcp::socket socket)
{
    error_code ec;
    const int handle = socket.native_handle();
    {
        const std::lock_guard lock(mutex);
        if (stopping)
            ::shutdown(handle, SHUT_RDWR);
        sockets.insert(handle);
    }
    socket.set_option(tcp::no_delay(true), ec);
    Request blank;
    blank.from_loopback = socket.remote_endpoint(ec).address().is_loopback();
    blank.origin = (tls ? "https://" : "http://") + address;

    const auto forget = [&] {
        const std::lock_guard lock(mutex);
        sockets.erase(sockets.find(handle));
    };
    if (!tls) {
        converse(*this, socket, blank);
        forget();
        socket.close(ec);
        return;
    }
    asio::ssl::stream<tcp::socket> stream(std::move(socket), *tls);
    stream.handshake(asio::ssl::stream_base::server, ec);
    if (!ec && converse(*this, stream, blank))
        stream.shutdown(ec);
    forget();
    stream.next_layer().close(ec);
}

void Server::State::accept()
{
    while (!stopped()) {
        error_code ec;
        tcp::socket socket(io);
        acceptor.accept(socket, ec);
        if (ec) {
            pause(std::chrono::milliseconds(10)); // out of file descriptors, or stopping
            continue;
        }
        ++accepted;
        join_finished();
        auto& worker = workers.emplace_back();
        worker.thread = std::thread([this, &worker, connection = std::move(socket)]() mutable {
            serve(std::move(connection));
            worker.done = true;
        });
    }
}

void Server::State::join_finished()
{
    for (auto worker = workers.begin(); worker != workers.end();) {
        if (!worker->done) {
            ++worker;
            continue;
        }
        worker->thread.join();
        worker = workers.erase(worker);
    }
}

Server::Server(Handler handler) : state_(std::make_unique<State>())
{
    state_->handler = std::move(handler);
}

Server::~Server()
{
    stop();
}

std::string Server::start(const Listen& listen)
{
    error_code ec;
    const auto address = asio::ip::make_address(listen.host, ec);
    if (ec)
        return "listening on \"" + listen.host + "\": " + ec.message();
    if (!listen.tls_certificate.empty()) {
        state_->tls.emplace(asio::ssl::context::tls_server);
        state_->tls->use_certificate_chain_file(listen.tls_certificate, ec);
        if (ec)
            return "reading the certificate \"" + listen.tls_certificate + "\": " + ec.message();
        state_->tls->use_private_key_file(listen.tls_key, asio::ssl::context::pem, ec);
        if (ec)
            return "reading the key \"" + listen.tls_key + "\": " + ec.message();
    }
    const tcp::endpoint endpoint(address, listen.port);
    auto& acceptor = state_->acceptor;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec)
        acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec)
        acceptor.bind(endpoint, ec);
    if (!ec)
        acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec)
        return "listening on " + listen.host + ":" + std::to_string(listen.port) + ": " + ec.message();
    state_->address = listen.host + ":" + std::to_string(port());
    state_->accepting = std::thread([state = state_.get()] { state->accept(); });
    return {};
}

std::uint16_t Server::port() const
{
    error_code ec;
    return state_->acceptor.local_endpoint(ec).port();
}

std::uint64_t Server::connections() const
{
    return state_->accepted;
}

void Server::stop()
{
    if (!state_->accepting.joinable())
        return;
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
        for (const int socket : state_->sockets)
            ::shutdown(socket, SHUT_RDWR);
        state_->changed.notify_all();
    }
    ::shutdown(state_->acceptor.native_handle(), SHUT_RDWR); // wakes accept()
    state_->accepting.join();
    for (auto& worker : state_->workers)
        worker.thread.join();
    state_->workers.clear();
}

} // namespace site
