// Each kind of fault, and which requests a fault meets.
#include "portal_test.hpp"

namespace site {
namespace {

using Strings = std::vector<std::string>;

class FaultOrders : public PortalTest { };

TEST_F(FaultOrders, MeetOnlyWhatTheyMatch)
{
    portal.fault(
        R"({"kind":"status","status":503,"times":-1,"match":{"method":"GET","path":"/api/openportal-a","query":"page=2"}})");
    EXPECT_EQ(get(allocations).status, 200);
    EXPECT_EQ(portal.ask("HEAD", "/api/openportal-associations/?page=2").status, 200);
    EXPECT_EQ(get("/api/openportal-associations/?page=2").status, 503);
    EXPECT_EQ(get("/api/version/?page=2").status, 200);
}

TEST_F(FaultOrders, SkipSomeAndThenHitSome)
{
    portal.fault(R"({"kind":"status","status":500,"skip":1,"times":2,"match":{"path":"/api/version/"}})");
    std::string seen;
    for (int i = 0; i < 5; ++i)
        seen += std::to_string(get("/api/version/").status) + " ";
    EXPECT_EQ(seen, "200 500 500 200 200 ");
    const auto shown = parsed(portal.control("GET", "faults/")).at(0);
    EXPECT_EQ(shown.at("seen"), 5);
    EXPECT_EQ(shown.at("hits"), 2);
    EXPECT_EQ(shown.at("kind"), "status");
}

TEST_F(FaultOrders, TheNextOneTakesOverWhenOneIsUsedUp)
{
    portal.fault(R"({"kind":"status","status":500})");
    portal.fault(R"({"kind":"status","status":502})");
    EXPECT_EQ(get(allocations).status, 500);
    EXPECT_EQ(get(allocations).status, 502);
    EXPECT_EQ(get(allocations).status, 200);
}

TEST_F(FaultOrders, AreCleared)
{
    portal.fault(R"({"kind":"status","times":-1})");
    EXPECT_EQ(get(allocations).status, 500);
    EXPECT_EQ(portal.control("DELETE", "faults/").status, 204);
    EXPECT_EQ(get(allocations).status, 200);
    EXPECT_EQ(portal.control("GET", "faults/").body, "[]");
}

TEST_F(FaultOrders, AreRefusedWhenTheyMakeNoSense)
{
    EXPECT_EQ(portal.control("POST", "faults/", R"({"kind":"earthquake"})").body,
        R"({"error":"unknown kind \"earthquake\""})");
    EXPECT_EQ(portal.control("POST", "faults/", R"({"kind":"delay","dealy_ms":1})").body,
        R"({"error":"unknown setting \"dealy_ms\""})");
    EXPECT_EQ(portal.control("POST", "faults/", R"({"kind":"delay","match":"/api/"})").status, 400);
    EXPECT_THROW(portal.fault("{}"), std::runtime_error);
}

TEST_F(FaultOrders, StatusComesWithBodyAndHeaders)
{
    portal.fault(
        R"({"kind":"status","status":429,"body":"slow down","content_type":"text/plain","headers":{"Retry-After":"7"}})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(reply.body, "slow down");
    EXPECT_EQ(reply.header("Content-Type"), "text/plain");
    EXPECT_EQ(reply.header("Retry-After"), "7");
    portal.fault(R"({"kind":"status","status":503,"body":""})");
    EXPECT_EQ(get(allocations).header("Content-Type"), "");
}

TEST_F(FaultOrders, AStatusInPlaceOfAPostAppliesNothing)
{
    portal.fault(R"({"kind":"status","status":503})");
    EXPECT_EQ(set_usage(R"([{"type":"node","amount":"1.00"}])").status, 503);
    EXPECT_EQ(portal.control("GET", "component_usages").body, "[]");
}

TEST_F(FaultOrders, HtmlIsALoginPage)
{
    portal.fault(R"({"kind":"html"})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("Content-Type"), "text/html; charset=utf-8");
}

TEST_F(FaultOrders, RedirectNamesTheTarget)
{
    portal.fault(R"({"kind":"redirect","url":"http://evil.example.net/api/"})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.status, 302);
    EXPECT_EQ(reply.header("Location"), "http://evil.example.net/api/");
}

TEST_F(FaultOrders, RevokedTokenIsA401)
{
    portal.fault(R"({"kind":"revoked_token"})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.header("WWW-Authenticate"), "Token");
}

TEST_F(FaultOrders, LostRoleHidesEverything)
{
    portal.fault(R"({"kind":"lost_role","times":2})");
    const auto list = get(allocations);
    EXPECT_EQ(list.status, 200);
    EXPECT_EQ(list.body, "[]");
    EXPECT_EQ(list.header("X-Result-Count"), "0");
    EXPECT_EQ(get(allocations + std::string(climate) + "/").status, 404);
    EXPECT_EQ(get(allocations).header("X-Result-Count"), "6");
}

TEST_F(FaultOrders, DelayStillAnswers)
{
    portal.fault(R"({"kind":"delay","delay_ms":20})");
    EXPECT_EQ(get(allocations).header("X-Result-Count"), "6");
    EXPECT_EQ(parsed(portal.control("GET", "faults")).at(0).at("hits"), 1);
}

TEST_F(FaultOrders, TruncateEndsBeforeTheContentLength)
{
    const auto whole = get(allocations);
    portal.fault(R"({"kind":"truncate"})");
    const auto half = get(allocations);
    EXPECT_EQ(half.status, 200);
    EXPECT_EQ(half.error, "the body is cut short");
    EXPECT_EQ(half.header("Content-Length"), std::to_string(whole.body.size()));
    EXPECT_EQ(half.body, whole.body.substr(0, whole.body.size() / 2));
}

TEST_F(FaultOrders, TruncateWithoutTheLastChunk)
{
    portal.fault(R"({"kind":"truncate","chunked":true,"bytes":1000000})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(reply.error, "the body is cut short");
    EXPECT_EQ(column(reply, "name").size(), 6u); // all of it, and yet it never ended
}

TEST_F(FaultOrders, AnAnswerToHeadHasNoBodyToSpoil)
{
    for (const auto* kind : { "truncate", "slow" }) {
        portal.fault(R"({"kind":")" + std::string(kind) + "\"}");
        const auto reply = portal.ask("HEAD", allocations);
        EXPECT_EQ(reply.header("X-Result-Count"), "6") << kind;
        EXPECT_EQ(reply.body, "") << kind;
    }
}

TEST_F(FaultOrders, SlowComesByteByByteAndWhole)
{
    portal.fault(R"({"kind":"slow","interval_ms":1})");
    const auto reply = get("/api/version/");
    EXPECT_EQ(reply.error, "");
    EXPECT_EQ(parsed(reply).at("version"), "8.1.2");
}

TEST_F(FaultOrders, ResetGivesNoAnswerAndAppliesNothing)
{
    portal.fault(R"({"kind":"reset"})");
    const auto reply = set_usage(R"([{"type":"node","amount":"1.00"}])");
    EXPECT_EQ(reply.status, 0);
    EXPECT_EQ(reply.error, "Connection reset by peer");
    EXPECT_EQ(portal.control("GET", "component_usages").body, "[]");
    EXPECT_EQ(portal.requests("POST /api/marketplace-component-usages/set_usage/"), 1u);
}

TEST_F(FaultOrders, ResetAfterApplyHasCarriedOutThePost)
{
    portal.fault(R"({"kind":"reset_after_apply","match":{"method":"POST"}})");
    const auto reply = set_usage(R"([{"type":"node","amount":"1.00"}])");
    EXPECT_EQ(reply.status, 0);
    EXPECT_EQ(reply.error, "Connection reset by peer");
    EXPECT_EQ(column(portal.control("GET", "component_usages"), "usage"), Strings { "1.00" });
}

TEST_F(FaultOrders, RepeatRowsShowsOneTwiceAndAnotherNever)
{
    portal.fault(R"({"kind":"repeat_rows","times":-1})");
    const auto page = [&](const char* query) { return get(allocations + std::string(query)); };
    EXPECT_EQ(column(page("?page_size=3"), "name"), (Strings { "alpha", "beta", "climate" }));
    EXPECT_EQ(column(page("?page_size=3&page=2"), "name"), (Strings { "climate", "genome", "ocean" }));
    EXPECT_EQ(page("?page_size=3&page=2").header("X-Result-Count"), "6");
}

TEST_F(FaultOrders, SkipRowsLosesOneBetweenPages)
{
    portal.fault(R"({"kind":"skip_rows","rows":2,"times":-1})");
    const auto second = get("/api/openportal-allocations/?page_size=3&page=2");
    EXPECT_EQ(column(second, "name"), Strings { "plasma" });
    EXPECT_EQ(second.header("X-Result-Count"), "6");
}

TEST_F(FaultOrders, WrongCountIsOff)
{
    portal.fault(R"({"kind":"wrong_count","by":-2,"times":2})");
    EXPECT_EQ(get(allocations).header("X-Result-Count"), "4");
    EXPECT_EQ(portal.ask("HEAD", allocations).header("X-Result-Count"), "4");
}

TEST_F(FaultOrders, NoLinkLeavesTheHeaderOut)
{
    portal.fault(R"({"kind":"no_link"})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.header("Link"), "");
    EXPECT_EQ(reply.header("X-Result-Count"), "6");
}

TEST_F(FaultOrders, ForeignNextLeadsToAnotherHost)
{
    portal.fault(R"({"kind":"foreign_next","url":"https://evil.example.net"})");
    const auto link = get("/api/openportal-allocations/?page_size=2").header("Link");
    EXPECT_NE(
        link.find(R"(<https://evil.example.net/api/openportal-allocations/?page=2&page_size=2>; rel="next")"),
        std::string::npos);
    EXPECT_NE(link.find("<" + portal.url() + R"(/api/openportal-allocations/?page_size=2>; rel="first")"),
        std::string::npos);
}

TEST_F(FaultOrders, HugeSendsFarMoreThanAnAnswer)
{
    portal.fault(R"({"kind":"huge","bytes":8000000})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.status, 200);
    EXPECT_GE(reply.body.size(), 8'000'000u);
    EXPECT_EQ(reply.error, "the body is cut short");
}

TEST_F(FaultOrders, DeepJsonIsNested)
{
    portal.fault(R"({"kind":"deep_json","depth":50000})");
    const auto reply = get(allocations);
    EXPECT_EQ(reply.header("Content-Type"), "application/json");
    EXPECT_EQ(reply.body, std::string(50000, '[') + std::string(50000, ']'));
}

TEST_F(FaultOrders, BadJsonDoesNotParse)
{
    portal.fault(R"({"kind":"bad_json"})");
    boost::system::error_code error;
    json::parse(get(allocations).body, error);
    EXPECT_TRUE(error);
}

} // namespace
} // namespace site
