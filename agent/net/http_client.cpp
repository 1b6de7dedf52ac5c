#include "net/http_client.hpp"

#include "model/identifier.hpp"
#include "net/connection.hpp"
#include "net/into.hpp"
#include "system/fault.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>

namespace site {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using Message = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

constexpr std::chrono::milliseconds poll_interval { 100 };
constexpr int most_interim_answers = 4; // 1xx before the answer proper

/// What became of one request on one connection.
struct Attempt {
    Result<HttpResponse> result { Error { Errc::internal, "not sent" } };
    bool silent = true; ///< not a byte of an answer came
    bool timed_out = false;
    bool reusable = false;
};

/// One call of `exchange`. Shared by its workers; all of them end before the call returns.
struct Batch {
    std::span<const HttpRequest> requests;
    std::vector<Result<HttpResponse>> results;
    std::size_t next = 0;
    std::uint32_t running = 0;
    bool any_connected = false;
    bool stopped = false;
    std::optional<Error> no_connection; ///< why the rest is not tried
};

/// However a worker ends, it is counted out.
struct Leave {
    Batch& batch;
    ~Leave() { --batch.running; }
};

Message message_of(const HttpRequest& request, const HttpSettings& settings)
{
    Message message { http::string_to_verb(name(request.method)), request.target, 11 };
    message.set(http::field::host, settings.origin.authority());
    message.set(http::field::user_agent, settings.user_agent);
    for (const auto& [name, value] : request.headers)
        message.set(name, value);
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

/// Where a redirect leads, without the query, which may hold a secret.
std::string destination(std::string_view location)
{
    if (location.empty())
        return "nowhere";
    const auto url = parse_url(location);
    if (!url)
        return site::cited(without_query(location), 200);
    const std::string scheme = url->scheme == Scheme::https ? "https://" : "http://";
    return site::cited(scheme + url->authority() + url->path, 200);
}

/// What may be wrong with an answer as soon as its header is there.
Result<void> check_header(const Parser& parser)
{
    const auto& header = parser.get();
    const auto status = header.result_int();
    if (status >= 300 && status < 400)
        return Error { Errc::invalid,
            "redirected (" + std::to_string(status) + ") to " + destination(header[http::field::location])
                + "; no redirect is followed, the configured address may be wrong" };
    if (status < 200 || status > 599)
        return Error { Errc::unreachable, "the answer has the impossible status " + std::to_string(status) };
    const auto coding = header[http::field::content_encoding];
    if (!coding.empty() && !same_word(coding, "identity"))
        return Error { Errc::unreachable, "the answer is compressed, which was not asked for" };
    // Proxies end their error pages so; in a success a cut could not be told from the end.
    if (status < 300 && !parser.is_done() && !parser.chunked() && !parser.content_length())
        return Error { Errc::unreachable, "the answer does not say where it ends" };
    return {};
}

Error read_error(const error_code& ec, const HttpSettings& settings)
{
    if (ec == http::error::body_limit)
        return { Errc::invalid,
            "the answer's body is larger than the bound of " + std::to_string(settings.most_body)
                + " bytes" };
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
        return { Errc::unreachable,
            "the answer's headers are larger than the bound of " + std::to_string(settings.most_header)
                + " bytes" };
    if (ec == http::error::partial_message || ec == asio::ssl::error::stream_truncated)
        return { Errc::unreachable, "the connection was closed before the answer was whole" };
    if (ec == http::error::end_of_stream)
        return { Errc::unreachable, "the connection was closed without an answer" };
    return step_error("reading the answer", ec);
}

HttpResponse response_of(http::response<http::string_body>&& message)
{
    HttpResponse response;
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message)
        response.headers.push_back({ std::string(field.name_string()), std::string(field.value()) });
    response.body = std::move(message.body());
    return response;
}

/// One request and its answer on one open stream.
template <class Stream>
asio::awaitable<Attempt> converse(
    Stream& stream, const HttpRequest& request, const HttpSettings& settings, HttpCount& count)
{
    Attempt attempt;
    error_code ec;
    auto& lowest = beast::get_lowest_layer(stream);
    lowest.expires_after(settings.answer_timeout);
    Message message = message_of(request, settings);
    ++count.requests;
    fault_point("sending");
    co_await http::async_write(stream, message, into(ec));
    if (ec) {
        attempt.timed_out = ec == beast::error::timeout;
        attempt.result = step_error("sending the request", ec);
        co_return attempt;
    }

    fault_point("sent");
    beast::flat_buffer buffer { std::size_t { settings.most_header } + (64U << 10) };
    std::optional<Parser> parser;
    for (int interim = 0;; ++interim) {
        parser.emplace();
        parser->header_limit(settings.most_header);
        parser->body_limit(settings.most_body);
        parser->skip(request.method == HttpMethod::head);
        const std::size_t got = co_await http::async_read_header(stream, buffer, *parser, into(ec));
        count.bytes += got;
        attempt.silent = attempt.silent && got == 0 && buffer.size() == 0;
        if (ec || parser->get().result_int() / 100 != 1 || interim == most_interim_answers)
            break;
    }
    if (!ec) {
        if (auto fit = check_header(*parser); !fit) {
            attempt.result = fit.error();
            co_return attempt;
        }
        const std::size_t got = co_await http::async_read(stream, buffer, *parser, into(ec));
        count.bytes += got;
    }
    if (ec) {
        attempt.timed_out = ec == beast::error::timeout;
        attempt.result = read_error(ec, settings);
        co_return attempt;
    }
    fault_point("answered");
    // Bytes beyond the answer would be taken for the answer to the next request.
    attempt.reusable = parser->keep_alive() && buffer.size() == 0;
    attempt.result = response_of(parser->release());
    lowest.expires_never();
    co_return attempt;
}

} // namespace

class HttpClient::State {
public:
    State(Route route, std::function<bool()> stop) : route_(std::move(route)), stop_(std::move(stop)) { }

    std::vector<Result<HttpResponse>> exchange(std::span<const HttpRequest> requests);
    [[nodiscard]] const HttpCount& count() const { return count_; }

private:
    using Held = std::shared_ptr<Connection>;

    asio::awaitable<void> work(std::shared_ptr<Batch> batch);
    asio::awaitable<Result<HttpResponse>> answer(std::shared_ptr<Batch> batch, const HttpRequest& request);
    asio::awaitable<Attempt> attempt(Held connection, const HttpRequest& request);
    asio::awaitable<Result<Held>> connected(std::shared_ptr<Batch> batch);
    Held idle();
    void wait_for(const std::shared_ptr<Batch>& batch);
    void release(const Held& connection, bool reusable);

    asio::io_context context_ { 1 };
    Route route_;
    std::function<bool()> stop_;
    std::vector<Held> idle_; ///< the last one used is the last
    std::vector<Held> active_;
    HttpCount count_;
};

HttpClient::State::Held HttpClient::State::idle()
{
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_quiet()) {
            active_.push_back(connection);
            return connection;
        }
        connection->close();
    }
    return nullptr;
}

void HttpClient::State::release(const Held& connection, bool reusable)
{
    std::erase(active_, connection);
    if (reusable) {
        idle_.push_back(connection);
        return;
    }
    connection->close();
}

asio::awaitable<Result<HttpClient::State::Held>> HttpClient::State::connected(std::shared_ptr<Batch> batch)
{
    auto connection = std::make_shared<Connection>(context_);
    active_.push_back(connection);
    Result<void> open = co_await connection->open(route_);
    if (!open) {
        release(connection, false);
        if (!batch->any_connected)
            batch->no_connection = open.error();
        co_return open.error();
    }
    ++count_.connections;
    batch->any_connected = true;
    co_return connection;
}

asio::awaitable<Attempt> HttpClient::State::attempt(Held connection, const HttpRequest& request)
{
    Attempt made;
    if (connection->tls)
        made = co_await converse(*connection->tls, request, route_.settings, count_);
    else
        made = co_await converse(connection->tcp, request, route_.settings, count_);
    release(connection, made.reusable);
    co_return made;
}

asio::awaitable<Result<HttpResponse>> HttpClient::State::answer(
    std::shared_ptr<Batch> batch, const HttpRequest& request)
{
    if (auto fit = check(request); !fit)
        co_return fit.error();
    if (Held kept = idle()) {
        batch->any_connected = true;
        Attempt first = co_await attempt(kept, request);
        // The server closed the kept connection while the request was on its way.
        const bool stale = !first.result && first.silent && !first.timed_out && !batch->stopped;
        if (!stale || request.repeat == Repeat::no)
            co_return std::move(first.result);
    }
    Result<Held> fresh = co_await connected(batch);
    if (!fresh)
        co_return fresh.error();
    Attempt made = co_await attempt(*fresh, request);
    co_return std::move(made.result);
}

asio::awaitable<void> HttpClient::State::work(std::shared_ptr<Batch> batch)
{
    const Leave leave { *batch };
    while (batch->next < batch->requests.size() && !batch->stopped) {
        const auto index = batch->next++;
        const auto& request = batch->requests[index];
        if (batch->no_connection) {
            batch->results[index] = batch->no_connection->in(request.text());
            continue;
        }
        std::string thrown;
        try {
            Result<HttpResponse> result = co_await answer(batch, request);
            if (!result && !batch->stopped)
                result = result.error().in(request.text());
            if (result || !batch->stopped)
                batch->results[index] = std::move(result);
        } catch (const std::exception& problem) {
            thrown = problem.what();
        }
        if (!thrown.empty())
            batch->results[index] = Error { Errc::internal, request.text() + ": " + thrown };
    }
}

void HttpClient::State::wait_for(const std::shared_ptr<Batch>& batch)
{
    while (batch->running > 0) {
        if (!batch->stopped && stop_ && stop_()) {
            batch->stopped = true;
            for (const auto& connection : std::vector(active_))
                connection->close();
        }
        const auto slice_end = std::chrono::steady_clock::now() + poll_interval;
        while (batch->running > 0 && context_.run_one_until(slice_end) > 0)
            ;
    }
}

std::vector<Result<HttpResponse>> HttpClient::State::exchange(std::span<const HttpRequest> requests)
{
    auto batch = std::make_shared<Batch>();
    batch->requests = requests;
    for (const auto& request : requests)
        batch->results.emplace_back(
            Error { Errc::timed_out, request.text() + ": stopped before the answer came" });
    context_.restart();
    const auto workers = std::min<std::size_t>(route_.settings.connections, requests.size());
    batch->running = static_cast<std::uint32_t>(workers);
    for (std::size_t i = 0; i < workers; ++i)
        asio::co_spawn(context_, work(batch), asio::detached);
    wait_for(batch);
    return std::move(batch->results);
}

Result<HttpClient> HttpClient::open(HttpSettings settings, std::function<bool()> stop)
{
    auto route = Route::of(std::move(settings));
    if (!route)
        return route.error();
    return HttpClient(std::make_unique<State>(std::move(*route), std::move(stop)));
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state))
{
}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

std::vector<Result<HttpResponse>> HttpClient::exchange(std::span<const HttpRequest> requests)
{
    return state_->exchange(requests);
}

HttpCount HttpClient::count() const
{
    return state_->count();
}

} // namespace site
