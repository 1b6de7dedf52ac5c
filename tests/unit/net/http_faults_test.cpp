#include "unit/net/client_of.hpp"
#include "unit/net/scripted_server.hpp"

#include <atomic>
#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

/// Answers the first `good` requests well and every other one with the fault.
ScriptedServer::Script after(int good, Reply fault)
{
    auto left = std::make_shared<std::atomic<int>>(good);
    return [left, fault](const std::string&) { return --*left >= 0 ? Reply { answer(200, "[]") } : fault; };
}

/// A fault, then well again: the fault must be an error and must cost the connection.
std::string failure_and_new_connection(const Reply& fault)
{
    std::atomic<int> asked = 0;
    ScriptedServer server(
        [&](const std::string&) { return ++asked == 1 ? fault : Reply { answer(200, "[]") }; });
    auto client = HttpClient::open(settings_for(server.port())).value();
    const auto text = failure(get(client, "/api/list/?token=secret"));
    EXPECT_TRUE(get(client));
    EXPECT_EQ(server.connections(), 2) << text;
    EXPECT_THAT(text, HasSubstr("GET /api/list/: "));
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    return text;
}

TEST(HttpFaults, PortalClient3ABodyCutShortIsAnErrorEvenIfItIsGoodJson)
{
    EXPECT_EQ(failure_and_new_connection({ "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n"
                                           "Content-Type: application/json\r\n\r\n[{\"uuid\":\"a1\"}]",
                  Reply::Then::close }),
        "unreachable: GET /api/list/: the connection was closed before the answer was whole");
}

TEST(HttpFaults, PortalClient3AChunkedBodyWithoutItsLastChunkIsAnError)
{
    EXPECT_EQ(failure_and_new_connection(
                  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n", Reply::Then::close }),
        "unreachable: GET /api/list/: the connection was closed before the answer was whole");
}

TEST(HttpFaults, ASuccessThatDoesNotSayWhereItEndsIsAnError)
{
    EXPECT_EQ(failure_and_new_connection({ "HTTP/1.1 200 OK\r\n\r\n[]", Reply::Then::close }),
        "unreachable: GET /api/list/: the answer does not say where it ends");
}

TEST(HttpFaults, AnErrorPageMayEndWithTheConnection)
{
    ScriptedServer server(after(0, { "HTTP/1.0 503 No\r\n\r\n<html>", Reply::Then::close }));
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_EQ(get(client).value().status, 503);
}

TEST(HttpFaults, HeadersCutShortAreAnError)
{
    EXPECT_THAT(failure_and_new_connection({ "HTTP/1.1 200 OK\r\nContent-Le", Reply::Then::close }),
        HasSubstr("unreachable: "));
}

TEST(HttpFaults, AnAnswerThatIsNotHttpIsAnError)
{
    EXPECT_THAT(failure_and_new_connection({ "SSH-2.0-OpenSSH_9.2\r\n\r\n", Reply::Then::close }),
        HasSubstr("unreachable: "));
}

TEST(HttpFaults, ACompressedAnswerIsAnError)
{
    EXPECT_THAT(failure_and_new_connection({ answer(200, "xx", "Content-Encoding: gzip\r\n") }),
        HasSubstr("compressed"));
}

TEST(HttpFaults, ARedirectIsNotFollowedAndNamesItsTargetWithoutTheQuery)
{
    EXPECT_EQ(failure_and_new_connection({ answer(
                  302, "", "Location: https://login.example.org/auth?next=%2Fapi&token=secret\r\n") }),
        "invalid: GET /api/list/: redirected (302) to \"https://login.example.org/auth\"; no redirect is "
        "followed, the configured address may be wrong");
}

TEST(HttpFaults, ARelativeRedirectIsNotFollowedEither)
{
    EXPECT_THAT(failure_and_new_connection({ answer(301, "", "Location: /api/list2/?x=secret\r\n") }),
        HasSubstr("redirected (301) to \"/api/list2/\""));
}

TEST(HttpFaults, ABodyOverItsBoundIsAnError)
{
    for (const auto* head :
        { "Content-Length: 2000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1e8480\r\n" }) {
        ScriptedServer server(after(0,
            { "HTTP/1.1 200 OK\r\n" + std::string(head) + std::string(2000000, 'x'), Reply::Then::close }));
        auto settings = settings_for(server.port());
        settings.most_body = 100000;
        auto client = HttpClient::open(settings).value();
        EXPECT_EQ(failure(get(client)),
            "invalid: GET /api/: the answer's body is larger than the bound of 100000 bytes");
        EXPECT_LT(client.count().bytes, 1000000U);
    }
}

TEST(HttpFaults, HeadersOverTheirBoundAreAnError)
{
    EXPECT_THAT(
        failure_and_new_connection({ answer(200, "", "X-Long: " + std::string(200000, 'x') + "\r\n") }),
        HasSubstr("the answer's headers are larger than the bound of 32768 bytes"));
}

TEST(HttpFaults, NoAnswerWithinTheTimeLimitIsTimedOut)
{
    ScriptedServer server(after(0, { "", Reply::Then::hang }));
    auto settings = settings_for(server.port());
    settings.answer_timeout = std::chrono::milliseconds { 500 };
    auto client = HttpClient::open(settings).value();
    EXPECT_EQ(
        failure(get(client)), "timed_out: GET /api/: reading the answer: no answer within the time limit");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpFaults, TheTimeLimitIsForTheWholeBodyHoweverBusyTheLineIs)
{
    ScriptedServer server(
        after(0, { "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", Reply::Then::drip }));
    auto settings = settings_for(server.port());
    settings.answer_timeout = std::chrono::milliseconds { 300 };
    auto client = HttpClient::open(settings).value();
    EXPECT_THAT(failure(get(client)), HasSubstr("timed_out: "));
}

TEST(HttpFaults, AKeptConnectionThatDiesBeforeAByteIsReplacedOnce)
{
    std::atomic<int> asked = 0;
    ScriptedServer server([&](const std::string&) {
        return ++asked == 2 ? Reply { "", Reply::Then::reset } : Reply { answer(200, "[]") };
    });
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_TRUE(get(client));
    EXPECT_TRUE(get(client));
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(server.connections(), 2);
}

TEST(HttpFaults, PortalClient4ARequestThatMayNotBeRepeatedIsSentOnce)
{
    std::atomic<int> asked = 0;
    ScriptedServer server([&](const std::string&) {
        return ++asked == 2 ? Reply { "", Reply::Then::reset } : Reply { answer(200, "[]") };
    });
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_TRUE(get(client));
    const HttpRequest once { .method = HttpMethod::post, .target = "/", .body = "x", .repeat = Repeat::no };
    EXPECT_THAT(failure(client.exchange({ &once, 1 }).front()), HasSubstr("unreachable: POST /: "));
    EXPECT_EQ(asked, 2);
}

TEST(HttpFaults, ANewConnectionThatDiesIsNotReplaced)
{
    ScriptedServer server(after(0, { "", Reply::Then::reset }));
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_THAT(failure(get(client)), HasSubstr("unreachable: GET /api/: "));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpFaults, NothingIsRepeatedOnceAByteHasCome)
{
    ScriptedServer server(after(1, { "HTTP/1.1 200", Reply::Then::close }));
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_TRUE(get(client));
    EXPECT_FALSE(get(client));
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpFaults, AConnectionWithMoreThanItsAnswerIsNotUsedAgain)
{
    ScriptedServer server(after(0, { answer(200, "[]") + answer(200, "[\"for nobody\"]") }));
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_EQ(get(client).value().body, "[]");
    EXPECT_EQ(get(client).value().body, "[]");
    EXPECT_EQ(server.connections(), 2);
}

TEST(HttpFaults, AServerThatClosesAfterItsAnswerGetsANewConnection)
{
    ScriptedServer server(after(0, { answer(200, "[]", "Connection: close\r\n"), Reply::Then::close }));
    auto client = HttpClient::open(settings_for(server.port())).value();
    EXPECT_TRUE(get(client));
    EXPECT_TRUE(get(client));
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpFaults, StopEndsAWaitEarly)
{
    std::atomic<bool> asked = false;
    ScriptedServer server([&](const std::string&) {
        asked = true;
        return Reply { "", Reply::Then::hang };
    });
    auto client = HttpClient::open(settings_for(server.port()), [&] { return asked.load(); }).value();
    EXPECT_EQ(failure(get(client)), "timed_out: GET /api/: stopped before the answer came");
    EXPECT_TRUE(asked);
}

TEST(HttpFaults, WhatIsNotSentWhenStoppedSaysSo)
{
    ScriptedServer server([](const std::string&) { return Reply { "", Reply::Then::hang }; });
    auto settings = settings_for(server.port());
    settings.connections = 2;
    auto client = HttpClient::open(settings, [&] { return server.requests().size() == 2; }).value();
    const std::vector<HttpRequest> requests(10, HttpRequest { .target = "/" });
    for (const auto& result : client.exchange(requests))
        EXPECT_EQ(failure(result), "timed_out: GET /: stopped before the answer came");
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpFaults, WithoutAnyConnectionTheRestOfABatchIsNotTried)
{
    std::uint16_t port = 0;
    {
        const Listener nobody;
        port = nobody.port();
    }
    auto settings = settings_for(port);
    settings.connections = 1;
    auto client = HttpClient::open(settings).value();
    const std::vector<HttpRequest> requests(20, HttpRequest { .target = "/" });
    for (const auto& result : client.exchange(requests))
        EXPECT_EQ(failure(result),
            "unreachable: GET /: connecting to \"127.0.0.1:" + std::to_string(port)
                + "\": Connection refused");
    EXPECT_EQ(client.count().requests, 0U);
}

} // namespace
} // namespace site
