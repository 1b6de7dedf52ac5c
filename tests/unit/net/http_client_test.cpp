#include "unit/net/client_of.hpp"
#include "unit/net/scripted_server.hpp"

#include <condition_variable>
#include <cstdlib>
#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

Reply echo(const std::string& request)
{
    return { answer(200, request.substr(0, request.find('\r'))) };
}

std::vector<HttpRequest> numbered(int count)
{
    std::vector<HttpRequest> requests;
    for (int i = 0; i < count; ++i)
        requests.push_back({ .target = "/" + std::to_string(i) });
    return requests;
}

TEST(HttpClient, HandsOverStatusHeadersAndBody)
{
    ScriptedServer server([](const auto&) { return Reply { answer(201, "[1]", "X-Result-Count: 1\r\n") }; });
    auto client = HttpClient::open(settings_for(server.port())).value();
    const auto response = get(client).value();
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.header("x-result-count"), "1");
    EXPECT_TRUE(response.is("application/json"));
    EXPECT_EQ(response.body, "[1]");
}

TEST(HttpClient, SendsHostAndNameAndAsksForNoCompression)
{
    ScriptedServer server(echo);
    auto client = HttpClient::open(settings_for(server.port())).value();
    const HttpRequest request { .method = HttpMethod::post,
        .target = "/api/x/?a=b%20c",
        .headers = { { "Authorization", "Token abc" } },
        .body = "{}" };
    ASSERT_TRUE(client.exchange({ &request, 1 }).front());
    const auto seen = server.requests().front();
    EXPECT_THAT(seen, testing::StartsWith("POST /api/x/?a=b%20c HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
    EXPECT_THAT(seen, HasSubstr("User-Agent: site-agent/test\r\n"));
    EXPECT_THAT(seen, HasSubstr("Authorization: Token abc\r\n"));
    EXPECT_THAT(seen, HasSubstr("Content-Length: 2\r\n"));
    EXPECT_THAT(seen, Not(HasSubstr("Accept-Encoding")));
}

TEST(HttpClient, KeepsOneConnectionForRequestsThatFollowEachOther)
{
    ScriptedServer server(echo);
    auto client = HttpClient::open(settings_for(server.port())).value();
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(get(client));
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(client.count().connections, 1U);
    EXPECT_EQ(client.count().requests, 5U);
}

TEST(HttpClient, GivesResultsInTheOrderOfTheRequests)
{
    ScriptedServer server(echo);
    auto client = HttpClient::open(settings_for(server.port())).value();
    const auto requests = numbered(40);
    const auto results = client.exchange(requests);
    ASSERT_EQ(results.size(), 40U);
    for (std::size_t i = 0; i < results.size(); ++i)
        EXPECT_EQ(results[i].value().body, "GET /" + std::to_string(i) + " HTTP/1.1");
}

TEST(HttpClient, OpensNoMoreConnectionsThanItMay)
{
    ScriptedServer server(echo);
    auto settings = settings_for(server.port());
    settings.connections = 3;
    auto client = HttpClient::open(settings).value();
    client.exchange(numbered(30));
    client.exchange(numbered(30));
    EXPECT_LE(server.connections(), 3);
    EXPECT_EQ(server.requests().size(), 60U);
}

TEST(HttpClient, SendsSeveralAtOnce)
{
    std::mutex mutex;
    std::condition_variable arrived;
    int waiting = 0;
    ScriptedServer server([&](const std::string& request) {
        std::unique_lock lock(mutex);
        ++waiting;
        arrived.notify_all();
        arrived.wait_for(lock, std::chrono::seconds { 10 }, [&] { return waiting == 4; });
        return echo(request);
    });
    auto settings = settings_for(server.port());
    settings.connections = 4;
    auto client = HttpClient::open(settings).value();
    for (const auto& result : client.exchange(numbered(4)))
        EXPECT_TRUE(result);
    EXPECT_EQ(server.most_at_once(), 4);
}

TEST(HttpClient, SendsNothingForAnEmptyBatch)
{
    ScriptedServer server(echo);
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_TRUE(client.exchange({}).empty());
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, TakesTheHeadersOfAHeadAnswerAndWaitsForNoBody)
{
    ScriptedServer server([](const auto& request) {
        if (request.starts_with("HEAD"))
            return Reply { "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX-Result-Count: 7\r\n\r\n" };
        return echo(request);
    });
    auto client = HttpClient::open(settings_for(server.port())).value();
    const HttpRequest head { .method = HttpMethod::head, .target = "/" };
    EXPECT_EQ(client.exchange({ &head, 1 }).front().value().header("X-Result-Count"), "7");
    EXPECT_TRUE(get(client));
    EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, ReadsChunksAndPassesOverInterimAnswers)
{
    ScriptedServer server([](const auto&) {
        return Reply {
            "HTTP/1.1 100 Continue\r\n\r\n"
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        };
    });
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_EQ(get(client).value().body, "abcde");
}

TEST(HttpClient, TakesAnErrorStatusForAnAnswer)
{
    ScriptedServer server([](const auto&) { return Reply { answer(503, "", "Retry-After: 5\r\n") }; });
    auto client = HttpClient::open(settings_for(server.port())).value();
    const auto response = get(client).value();
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.header("retry-after"), "5");
}

TEST(HttpClient, CountsRequestsAndBytes)
{
    const auto bytes = answer(200, "0123456789");
    ScriptedServer server([&](const auto&) { return Reply { bytes }; });
    auto client = HttpClient::open(settings_for(server.port())).value();
    client.exchange(numbered(3));
    EXPECT_EQ(client.count().requests, 3U);
    EXPECT_EQ(client.count().bytes, 3 * bytes.size());
}

TEST(HttpClient, RefusesPlainHttpBeyondLoopback)
{
    for (const auto* host : { "portal.example.org", "10.0.0.1", "localhost.example.org", "::2" })
        EXPECT_EQ(HttpClient::open(settings_for(80, host)).error().code, Errc::invalid) << host;
    for (const auto* host : { "localhost", "127.0.0.1", "127.9.9.9", "::1" })
        EXPECT_TRUE(HttpClient::open(settings_for(80, host))) << host;
}

TEST(HttpClient, SendsNothingThatCouldEndALine)
{
    ScriptedServer server(echo);
    auto client = HttpClient::open(settings_for(server.port())).value();
    const HttpRequest header { .target = "/", .headers = { { "Authorization", "Token a\r\nX: secret" } } };
    const auto refused = client.exchange({ &header, 1 }).front();
    EXPECT_EQ(refused.error().code, Errc::invalid);
    EXPECT_THAT(refused.error().text, HasSubstr("Authorization"));
    EXPECT_THAT(refused.error().text, Not(HasSubstr("secret")));
    EXPECT_EQ(get(client, "/a b").error().code, Errc::invalid);
    EXPECT_EQ(get(client, "/a\r\nX: y").error().code, Errc::invalid);
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, TakesNoProxyFromTheEnvironment)
{
    ScriptedServer server(echo);
    for (const auto* variable : { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy" })
        ::setenv(variable, "http://127.0.0.1:1", 1);
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_TRUE(get(client));
    for (const auto* variable : { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy" })
        ::unsetenv(variable);
}

} // namespace
} // namespace site
