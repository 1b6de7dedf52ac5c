#include "support/portal_process.hpp"

#include <boost/json.hpp>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

extern char** environ;

namespace site {
namespace json = boost::json;

namespace {

constexpr int patience_ms = 30'000; // far more than a start or an answer takes on a busy machine
constexpr std::size_t longest_reply = 512u * 1024 * 1024;

bool same_name(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

/// A connection, plain or TLS without a check of the certificate, closed at its end.
class Wire {
public:
    Wire(std::uint16_t port, bool tls)
    {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience { patience_ms / 1000, 0 };
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        good_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        if (!good_ || !tls)
            return;
        context_.reset(SSL_CTX_new(TLS_client_method()));
        session_.reset(SSL_new(context_.get()));
        SSL_set_fd(session_.get(), socket_);
        good_ = SSL_connect(session_.get()) == 1;
    }
    ~Wire() { ::close(socket_); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    bool good() const { return good_; }
    bool write(std::string_view text)
    {
        while (!text.empty()) {
            const auto sent = session_ ? SSL_write(session_.get(), text.data(), static_cast<int>(text.size()))
                                       : ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Bytes read, 0 at the end, negative on an error.
    ssize_t read(char* into, std::size_t size)
    {
        if (!session_)
            return ::recv(socket_, into, size, 0);
        return SSL_read(session_.get(), into, static_cast<int>(size));
    }

private:
    struct Free {
        void operator()(SSL* session) const { SSL_free(session); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    int socket_ = -1;
    bool good_ = false;
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> session_;
};

void parse_head(std::string_view head, PortalProcess::Reply& reply)
{
    const auto line = head.substr(0, head.find("\r\n"));
    if (line.size() > 12)
        std::from_chars(line.data() + 9, line.data() + 12, reply.status);
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    while (!head.empty()) {
        const auto field = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(field.size() + 2, head.size()));
        const auto colon = field.find(": ");
        if (colon != std::string_view::npos)
            reply.headers.emplace_back(field.substr(0, colon), field.substr(colon + 2));
    }
}

/// The body of a chunked answer so far; complete when the last chunk came.
std::pair<std::string, bool> unchunked(std::string_view raw)
{
    std::string body;
    for (;;) {
        const auto line = raw.find("\r\n");
        std::size_t size = 0;
        if (line == std::string_view::npos
            || std::from_chars(raw.data(), raw.data() + line, size, 16).ec != std::errc {})
            return { body, false };
        raw.remove_prefix(line + 2);
        if (size == 0)
            return { body, true };
        body += raw.substr(0, size);
        if (raw.size() < size + 2)
            return { body, false };
        raw.remove_prefix(size + 2);
    }
}

PortalProcess::Reply reply_from(std::string_view raw, bool is_head, int failure)
{
    PortalProcess::Reply reply;
    const auto end = raw.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        reply.error = failure != 0 ? std::strerror(failure) : "closed without an answer";
        return reply;
    }
    parse_head(raw.substr(0, end), reply);
    reply.body = raw.substr(end + 4);
    bool whole = true;
    if (reply.header("Transfer-Encoding") == "chunked")
        std::tie(reply.body, whole) = unchunked(reply.body);
    else if (!is_head)
        whole = std::to_string(reply.body.size()) == reply.header("Content-Length");
    if (!whole)
        reply.error = "the body is cut short";
    return reply;
}

/// Everything until the peer closes, and the errno that ended it otherwise.
std::pair<std::string, int> read_all(Wire& wire)
{
    std::string raw;
    std::vector<char> piece(65536);
    while (raw.size() < longest_reply) {
        errno = 0;
        const auto got = wire.read(piece.data(), piece.size());
        if (got == 0)
            return { raw, 0 };
        if (got < 0)
            return { raw, errno };
        raw.append(piece.data(), static_cast<std::size_t>(got));
    }
    return { raw, EMSGSIZE };
}

/// The first line of the program's output, or what came of it before the patience was over.
std::string first_line(int pipe)
{
    std::string line;
    pollfd waiting { pipe, POLLIN, 0 };
    char c = 0;
    while (::poll(&waiting, 1, patience_ms) > 0 && ::read(pipe, &c, 1) == 1 && c != '\n')
        line += c;
    return line;
}

int wait_for(int pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) { }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

std::string PortalProcess::Reply::header(std::string_view name) const
{
    for (const auto& [key, value] : headers)
        if (same_name(key, name))
            return value;
    return {};
}

std::string PortalProcess::token()
{
    return "0123456789abcdef0123456789abcdef01234567";
}

std::string PortalProcess::sample_file()
{
    return SITE_TEST_PORTAL_SAMPLE;
}

PortalProcess::PortalProcess(Options options) : options_(std::move(options))
{
    if (options_.token.empty())
        options_.token = token();
    start();
}

PortalProcess::~PortalProcess()
{
    if (pid_ < 0)
        return;
    ::kill(pid_, SIGKILL);
    wait_for(pid_);
}

void PortalProcess::start()
{
    std::vector<std::string> arguments { SITE_TEST_PORTAL, "--listen", "127.0.0.1:" + std::to_string(port_),
        "--token", options_.token, "--die-with-parent" };
    if (options_.sample)
        arguments.insert(arguments.end(), { "--load", SITE_TEST_PORTAL_SAMPLE });
    if (options_.now != 0)
        arguments.insert(arguments.end(), { "--now", std::to_string(options_.now) });
    arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("making a pipe for the test portal");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int failure = ::posix_spawn(&pid_, SITE_TEST_PORTAL, &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    const auto line = failure == 0 ? first_line(ends[0]) : std::string();
    ::close(ends[0]);

    constexpr std::string_view greeting = "listening on ";
    if (!line.starts_with(greeting)) {
        if (failure == 0) {
            ::kill(pid_, SIGKILL);
            wait_for(pid_);
        }
        pid_ = -1;
        throw std::runtime_error("starting the test portal: it said \"" + line + "\"");
    }
    url_ = line.substr(greeting.size());
    const auto colon = url_.rfind(':');
    std::from_chars(url_.data() + colon + 1, url_.data() + url_.size(), port_);
}

int PortalProcess::stop()
{
    ::kill(pid_, SIGTERM);
    const int code = wait_for(pid_);
    pid_ = -1;
    return code;
}

PortalProcess::Reply PortalProcess::ask(
    std::string_view method, std::string_view target, std::string_view body, Headers headers)
{
    Wire wire(port_, url_.starts_with("https"));
    if (!wire.good())
        return { .error = "connecting to " + url_ };
    const auto has = [&](std::string_view name) {
        return std::ranges::any_of(
            headers, [&](const auto& header) { return same_name(header.first, name); });
    };
    if (!has("Authorization"))
        headers.emplace_back("Authorization", "Token " + options_.token);
    if (!body.empty() && !has("Content-Type"))
        headers.emplace_back("Content-Type", "application/json");
    std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
    text += "Host: " + url_.substr(url_.find("//") + 2) + "\r\nConnection: close\r\n";
    for (const auto& [name, value] : headers)
        if (!value.empty())
            text += name + ": " + value + "\r\n";
    if (!body.empty() || method == "POST")
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    wire.write(text + "\r\n" + std::string(body));
    const auto [raw, failure] = read_all(wire);
    return reply_from(raw, method == "HEAD", failure);
}

PortalProcess::Reply PortalProcess::control(
    std::string_view method, std::string_view path, std::string_view body)
{
    return ask(method, "/_control/" + std::string(path), body);
}

void PortalProcess::fault(std::string_view order)
{
    const auto reply = control("POST", "faults/", order);
    if (reply.status != 201)
        throw std::runtime_error("ordering a fault: " + reply.body + reply.error);
}

std::uint64_t PortalProcess::requests()
{
    return json::parse(control("GET", "requests/").body).at("total").to_number<std::uint64_t>();
}

std::uint64_t PortalProcess::requests(std::string_view method_and_path)
{
    const auto counts = json::parse(control("GET", "requests/").body).at("by_request").as_object();
    const auto* count = counts.if_contains(method_and_path);
    return count ? count->to_number<std::uint64_t>() : 0;
}

} // namespace site
