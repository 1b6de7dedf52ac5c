#include "portal/calls.hpp"
#include "unit/portal/rig.hpp"

#include <atomic>
#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

/// The calls of a test: pauses of a few milliseconds, three tries.
class CallsToPortal : public testing::Test {
protected:
    Calls calls(const ScriptedServer& server, std::function<bool()> stop = {})
    {
        PortalConfig config;
        config.token = token_.source();
        const RetryBounds retry { .retries = 2,
            .pauses = { .first = std::chrono::milliseconds { 2 }, .most = std::chrono::milliseconds { 4 } },
            .most_wait = std::chrono::milliseconds { 5 } };
        Url url {
            .scheme = Scheme::http, .host = "127.0.0.1", .port = server.port(), .path = {}, .query = {}
        };
        auto client = HttpClient::open({ .origin = url, .user_agent = "t" }, stop).value();
        auto token = Token::open(config, clock_, retry, stop, "t").value();
        return Calls(std::move(client), std::move(token), "/base", retry, clock_, stop, [] { return 0.0; });
    }
    static std::string outcome(Calls& calls, const Call& call = { .path = "/api/x/", .query = "q=secret" })
    {
        const auto result = calls.accepted(call);
        return result ? "ok" : std::string(name(result.error().code)) + ": " + result.error().text;
    }

    SecretFile token_ { "tokentokentoken" };
    ManualClock clock_ { some_time() };
};

TEST_F(CallsToPortal, GoWithTokenAndTypesUnderTheBasePath)
{
    ScriptedServer server([](const auto&) { return Reply { answer(200, "{}") }; });
    auto to_portal = calls(server);
    EXPECT_EQ(outcome(to_portal, { .method = HttpMethod::post, .path = "/api/x/", .body = "{}" }), "ok");
    const auto seen = server.requests().front();
    EXPECT_THAT(seen, testing::StartsWith("POST /base/api/x/ HTTP/1.1"));
    EXPECT_THAT(seen, HasSubstr("Authorization: Token tokentokentoken\r\n"));
    EXPECT_THAT(seen, HasSubstr("Accept: application/json\r\n"));
    EXPECT_THAT(seen, HasSubstr("Content-Type: application/json\r\n"));
}

TEST_F(CallsToPortal, MeanWhatTheirStatusSays)
{
    const std::vector<std::pair<int, std::string>> table {
        { 400, "refused: GET /api/x/: 400: no" },
        { 401, "refused: GET /api/x/: token refused (401): no" },
        { 403, "refused: GET /api/x/: 403: no" },
        { 404, "not_found: GET /api/x/: 404: no" },
        { 405, "refused: GET /api/x/: 405: no" },
        { 409, "conflict: GET /api/x/: 409: no" },
        { 415, "refused: GET /api/x/: 415: no" },
        { 424, "refused: GET /api/x/: 424: no" },
        { 429, "unreachable: GET /api/x/: 429: no" },
        { 500, "unreachable: GET /api/x/: 500: no" },
        { 503, "unreachable: GET /api/x/: 503: no" },
    };
    for (const auto& [status, meaning] : table) {
        ScriptedServer server(
            [&, code = status](const auto&) { return Reply { answer(code, R"({"detail":"no"})") }; });
        auto to_portal = calls(server);
        EXPECT_EQ(outcome(to_portal), meaning);
    }
}

TEST_F(CallsToPortal, PortalClient8ARefusalIsNotRepeated)
{
    for (const int status : { 400, 401, 403, 404, 405, 409, 415, 424 }) {
        ScriptedServer server([&](const auto&) { return Reply { answer(status, "{}") }; });
        auto to_portal = calls(server);
        outcome(to_portal);
        EXPECT_EQ(server.requests().size(), 1U) << status;
    }
}

TEST_F(CallsToPortal, AreRepeatedWhenThePortalIsIll)
{
    for (const int status : { 408, 425, 429, 500, 502, 503, 504 }) {
        std::atomic<int> asked = 0;
        ScriptedServer server(
            [&](const auto&) { return Reply { answer(++asked < 3 ? status : 200, "{}") }; });
        auto to_portal = calls(server);
        EXPECT_EQ(outcome(to_portal), "ok") << status;
        EXPECT_EQ(asked, 3) << status;
    }
}

TEST_F(CallsToPortal, WhatMayNotBeDoneTwiceIsSentOnce)
{
    ScriptedServer server([](const auto&) { return Reply { answer(503, "") }; });
    auto to_portal = calls(server);
    const auto told = outcome(
        to_portal, { .method = HttpMethod::patch, .path = "/api/x/", .body = "{}", .repeatable = false });
    EXPECT_EQ(told, "unreachable: PATCH /api/x/: 503");
    EXPECT_EQ(server.count("PATCH"), 1);
}

TEST_F(CallsToPortal, AreGivenUpAfterTheirTries)
{
    ScriptedServer server([](const auto&) { return Reply { answer(502, "<html>", "", "text/html") }; });
    auto to_portal = calls(server);
    EXPECT_EQ(outcome(to_portal), "unreachable: GET /api/x/: 502: an HTML page");
    EXPECT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(to_portal.count().requests, 3U);
}

TEST_F(CallsToPortal, WaitNoLongerThanTheBoundWhateverRetryAfterAsks)
{
    std::atomic<int> asked = 0;
    ScriptedServer server([&](const auto&) {
        return Reply { ++asked == 1 ? answer(503, "", "Retry-After: 86400\r\n") : answer(200, "{}") };
    });
    auto to_portal = calls(server);
    EXPECT_EQ(outcome(to_portal), "ok"); // a day later it would have run into the test's time limit
}

TEST_F(CallsToPortal, StopEndsTheWaitForTheNextTry)
{
    std::atomic<bool> stop = false;
    ScriptedServer server([&](const auto&) {
        stop = true;
        return Reply { answer(503, "") };
    });
    auto to_portal = calls(server, [&] { return stop.load(); });
    outcome(to_portal);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CallsToPortal, Daemon7OneGoesAloneAfterAFailedRound)
{
    std::atomic<int> asked = 0;
    std::atomic<int> after_failure = 0;
    std::atomic<bool> back = false;
    ScriptedServer server([&](const auto&) {
        if (++asked <= 4)
            return Reply { answer(503, "") };
        if (!back)
            ++after_failure; // nobody else may be under way until this one is answered
        back = true;
        return Reply { answer(200, "[]") };
    });
    auto to_portal = calls(server);
    const std::vector<Call> all(4, Call { .path = "/api/x/" });
    for (const auto& result : to_portal.answers(all))
        EXPECT_EQ(result.value().status, 200);
    EXPECT_EQ(after_failure, 1);
    EXPECT_EQ(server.requests().size(), 8U);
}

TEST_F(CallsToPortal, OnlyWhatFailedIsSentAgain)
{
    std::atomic<int> failures = 0;
    ScriptedServer server([&](const auto& request) {
        if (target_of(request) == "/base/b/" && ++failures == 1)
            return Reply { answer(500, "") };
        return Reply { answer(200, "\"" + target_of(request) + "\"") };
    });
    auto to_portal = calls(server);
    const std::vector<Call> all { { .path = "/a/" }, { .path = "/b/" }, { .path = "/c/" } };
    const auto results = to_portal.answers(all);
    EXPECT_EQ(results[0].value().body, "\"/base/a/\"");
    EXPECT_EQ(results[1].value().body, "\"/base/b/\"");
    EXPECT_EQ(results[2].value().body, "\"/base/c/\"");
    EXPECT_EQ(server.count("GET /base/a/"), 1);
    EXPECT_EQ(server.count("GET /base/b/"), 2);
}

TEST_F(CallsToPortal, APageOfSomebodyElseIsNoSuccess)
{
    ScriptedServer server(
        [](const auto&) { return Reply { answer(200, "<html>Log in", "", "text/html; charset=utf-8") }; });
    auto to_portal = calls(server);
    EXPECT_EQ(outcome(to_portal), "unreachable: GET /api/x/: answered 200 with an HTML page instead of JSON");
    EXPECT_EQ(outcome(to_portal, { .method = HttpMethod::post, .path = "/api/y/", .body = "{}" }),
        "unreachable: POST /api/y/: answered 200 with an HTML page instead of JSON");
}

TEST_F(CallsToPortal, APostMayBeAnsweredWithNothing)
{
    ScriptedServer server([](const auto&) { return Reply { answer(201, "", "", "") }; });
    auto to_portal = calls(server);
    EXPECT_EQ(outcome(to_portal, { .method = HttpMethod::post, .path = "/api/y/", .body = "{}" }), "ok");
    EXPECT_THAT(outcome(to_portal), HasSubstr("instead of JSON"));
}

TEST_F(CallsToPortal, ATokenThatWasReplacedIsReadAgainAfterA401)
{
    ScriptedServer server([&](const auto& request) {
        const bool fresh = request.find("Token newnewnew") != std::string::npos;
        return Reply { answer(fresh ? 200 : 401, "{}") };
    });
    auto to_portal = calls(server);
    token_.write("newnewnew");
    EXPECT_EQ(outcome(to_portal), "ok");
    EXPECT_EQ(server.requests().size(), 2U);
    EXPECT_EQ(outcome(to_portal), "ok");
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(CallsToPortal, ATokenThatStaysRefusedIsSaidOnce)
{
    ScriptedServer server(
        [](const auto&) { return Reply { answer(401, R"({"detail":"Invalid token."})") }; });
    auto to_portal = calls(server);
    const std::vector<Call> all(3, Call { .path = "/api/x/" });
    for (const auto& result : to_portal.answers(all))
        EXPECT_EQ(result.value().status, 401);
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(CallsToPortal, NoErrorEverHoldsTheToken)
{
    ScriptedServer server([](const auto&) {
        return Reply { answer(403, R"({"detail":"tokentokentoken has no right; ask for tokentokentoken"})") };
    });
    auto to_portal = calls(server);
    EXPECT_EQ(outcome(to_portal), "refused: GET /api/x/: 403: [secret] has no right; ask for [secret]");
}

TEST_F(CallsToPortal, AnUnknownRouteSaysThatTheAddressMayBeWrong)
{
    ScriptedServer server([](const auto&) { return Reply { answer(404, "<h1>", "", "text/html") }; });
    auto to_portal = calls(server);
    EXPECT_EQ(outcome(to_portal),
        "not_found: GET /api/x/: 404 without such a route, this portal does not have it or the configured "
        "address is wrong: an HTML "
        "page");
}

} // namespace
} // namespace site
