#include "endpoint/http_server.hpp"

#include "endpoint/listening_socket.hpp"
#include "net/http_date.hpp"
#include "support/http_exchange.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <poll.h>

namespace site {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

HttpResponse echo(const Request& request)
{
    std::string said = request.method + " " + request.path + "?" + request.query;
    for (const auto& [name, value] : request.headers)
        said += "\n" + name + ": " + value;
    return { 200, { { "Content-Type", "text/plain" }, { "X-Own", "1" } }, said };
}

struct HttpServerTest : testing::Test {
    HttpServer& start(HttpServer::Handler handler = echo, const HttpServerSettings& settings = {})
    {
        socket = ListeningSocket::open(where, "", Takeover::no).value();
        server = HttpServer::start(socket->fd(), std::move(handler), clock, settings).value();
        return *server;
    }
    /// What comes on a connection after these bytes, until the server closes it.
    std::string after(std::string_view bytes)
    {
        const Fd fd = connection_to(where);
        send_all(fd, bytes);
        return read_to_end(fd);
    }

    TempDir dir;
    const ListenAddress where { .socket = dir.path() / "e.sock" };
    const ManualClock clock { parse_instant("2026-11-05T08:00:00Z").value() };
    std::unique_ptr<ListeningSocket> socket;
    std::unique_ptr<HttpServer> server;
};

TEST_F(HttpServerTest, HandsOverTheRequestAndTheAnswer)
{
    start();
    const auto reply = ask(where, "GET", "/a/b/?c=%20d&e", "X-Mine: yes\r\n");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("X-Own"), "1");
    EXPECT_EQ(reply.header("Date"), "Thu, 05 Nov 2026 08:00:00 GMT");
    EXPECT_EQ(reply.header("Cache-Control"), "no-store");
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.body, "GET /a/b/?c=%20d&e\nHost: localhost\nConnection: close\nX-Mine: yes");
}

TEST_F(HttpServerTest, AHeadHasTheHeadersOfItsGetAndNoBody)
{
    start();
    const auto reply = after("HEAD /a/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("Content-Length: 35\r\n"));
    EXPECT_TRUE(reply.ends_with("\r\n\r\n")) << reply;
}

TEST_F(HttpServerTest, AConnectionIsKeptAndItsRequestsAreAnsweredInOrder)
{
    start();
    auto raw = after("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
                     "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    for (const auto* path : { "/1", "/2", "/3" })
        EXPECT_THAT(take_reply(raw).body, HasSubstr("GET " + std::string(path) + "?"));
    EXPECT_EQ(raw, "");
}

TEST_F(HttpServerTest, ABodyIsReadAndPassedOver)
{
    start();
    const auto raw = after("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nGET "
                           "GET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(raw, HasSubstr("POST /?"));
    EXPECT_THAT(raw, HasSubstr("GET /2?"));
}

TEST_F(HttpServerTest, WhatIsTooLargeOrNoHttpIsToldSo)
{
    start();
    EXPECT_THAT(after("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n"),
        testing::AllOf(HasSubstr("HTTP/1.1 431 "), HasSubstr("Connection: close")));
    EXPECT_THAT(after("GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n"), HasSubstr("HTTP/1.1 431 "));
    EXPECT_THAT(
        after("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n"), HasSubstr("HTTP/1.1 413 "));
    EXPECT_THAT(after("GET / HTTP/1.1\r\nno colon\r\n\r\n"), HasSubstr("HTTP/1.1 400 "));
    EXPECT_THAT(after("\x16\x03\x01\x02 this is TLS\r\n\r\n"), HasSubstr("HTTP/1.1 400 "));
    EXPECT_EQ(ask(where, "GET", "/").status, 200);
}

TEST_F(HttpServerTest, ASlowClientIsLeftAndHoldsNobodyUp)
{
    start(echo, { .read_deadline = 300ms });
    const Fd slow = connection_to(where);
    ASSERT_TRUE(send_all(slow, "GET / HTTP/1.1\r\nX:"));
    std::string dripped;
    auto waiting = std::async(std::launch::async, [&] { return read_to_end(slow); });
    EXPECT_EQ(ask(where, "GET", "/").status, 200);
    while (waiting.wait_for(10ms) != std::future_status::ready)
        (void)send_all(slow, "a"); // a byte now and then does not put off the end
    EXPECT_EQ(waiting.get(), "");
}

TEST_F(HttpServerTest, AClientThatTakesNothingIsLeft)
{
    const std::string large(64U << 20, 'x');
    start([&](const Request&) { return HttpResponse { 200, {}, large }; }, { .write_deadline = 300ms });
    const Fd idle = connection_to(where);
    ASSERT_TRUE(send_all(idle, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    // Ended by the server, there is only what the kernel holds.
    pollfd ended { idle.number(), 0, 0 };
    ASSERT_EQ(::poll(&ended, 1, 30'000), 1);
    EXPECT_LT(read_to_end(idle).size(), large.size());
}

TEST_F(HttpServerTest, OneConnectionTooManyIsToldSoUntilAnotherEnds)
{
    start(echo, { .most_connections = 2 });
    Fd first = connection_to(where);
    const Fd second = connection_to(where);
    const std::string request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    char byte = 0;
    for (const Fd* fd :
        std::initializer_list<const Fd*> { &first, &second }) { // both are served, not only waiting
        ASSERT_TRUE(send_all(*fd, request));
        ASSERT_EQ(::recv(fd->number(), &byte, 1, 0), 1);
    }
    EXPECT_EQ(ask(where, "GET", "/").status, 503);
    first.reset();
    int status = 503;
    for (int i = 0; i < 500 && status == 503; ++i)
        status = ask(where, "GET", "/").status;
    EXPECT_EQ(status, 200);
}

TEST_F(HttpServerTest, WhatAHandlerThrowsIsA500)
{
    start([](const Request&) -> HttpResponse { throw std::runtime_error("secret of the store"); });
    const auto reply = ask(where, "GET", "/");
    EXPECT_EQ(reply.status, 500);
    EXPECT_EQ(reply.body.find("secret"), std::string::npos);
}

TEST_F(HttpServerTest, AStopLetsAnAnswerEndAndLeavesIdleConnections)
{
    std::promise<void> asked;
    std::promise<void> go;
    start([&](const Request&) {
        asked.set_value();
        go.get_future().wait();
        return HttpResponse { 200, {}, std::string(1U << 20, 'x') };
    });
    const Fd idle = connection_to(where);
    auto reply = std::async(std::launch::async, [&] { return ask(where, "GET", "/"); });
    asked.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { server.reset(); });
    go.set_value();
    EXPECT_EQ(reply.get().body.size(), 1U << 20);
    stopped.get();
    EXPECT_EQ(read_to_end(idle), "");
}

TEST_F(HttpServerTest, AStopDoesNotWaitForAClientThatTakesNothing)
{
    std::promise<void> asked;
    start(
        [&](const Request&) {
            asked.set_value();
            return HttpResponse { 200, {}, std::string(64U << 20, 'x') };
        },
        { .write_deadline = 10min, .stop_deadline = 100ms });
    const Fd idle = connection_to(where);
    ASSERT_TRUE(send_all(idle, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    asked.get_future().wait();
    server.reset();
    EXPECT_LT(read_to_end(idle).size(), 64U << 20);
}

TEST_F(HttpServerTest, AnotherHandlerTakesOverWhileConnectionsAreKept)
{
    auto& running = start([](const Request&) { return HttpResponse { 200, {}, "old" }; });
    const Fd kept = connection_to(where);
    ASSERT_TRUE(send_all(kept, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    std::string raw;
    char piece[1024];
    while (raw.find("old") == std::string::npos) {
        const auto got = ::recv(kept.number(), piece, sizeof piece, 0);
        ASSERT_GT(got, 0);
        raw.append(piece, static_cast<std::size_t>(got));
    }
    running.use([](const Request&) { return HttpResponse { 200, {}, "new" }; });
    EXPECT_EQ(ask(where, "GET", "/").body, "new");
    ASSERT_TRUE(send_all(kept, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    EXPECT_TRUE(read_to_end(kept).ends_with("new"));
}

TEST_F(HttpServerTest, ManyClientsAtOnceAreAllAnswered)
{
    start();
    std::vector<std::future<int>> clients;
    for (int i = 0; i < 8; ++i)
        clients.push_back(std::async(std::launch::async, [&, i] {
            int good = 0;
            for (int j = 0; j < 25; ++j) {
                const auto path = "/" + std::to_string(i) + "/" + std::to_string(j);
                good += ask(where, "GET", path).body.starts_with("GET " + path + "?") ? 1 : 0;
            }
            return good;
        }));
    for (auto& client : clients)
        EXPECT_EQ(client.get(), 25);
}

TEST(HttpDate, IsReadAsItIsWritten)
{
    for (const auto* moment : { "1970-01-01T00:00:00Z", "2026-02-28T23:59:59Z", "2028-02-29T12:00:00Z" }) {
        const auto instant = parse_instant(moment).value();
        EXPECT_EQ(parse_http_date(http_date_text(instant)).value(), instant) << http_date_text(instant);
    }
    EXPECT_EQ(http_date_text(parse_instant("1994-11-06T08:49:37Z").value()), "Sun, 06 Nov 1994 08:49:37 GMT");
}

} // namespace
} // namespace site
