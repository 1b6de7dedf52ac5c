#include "integration/portal/real_portal.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

struct Case {
    std::string name;
    std::string order; ///< for every matching request until it is taken back
    Errc code;
    std::string words; ///< part of the error
};

void PrintTo(const Case& shown, std::ostream* out)
{
    *out << shown.order;
}

class FaultyListing : public RealPortal, public testing::WithParamInterface<Case> { };

TEST_P(FaultyListing, IsAnErrorAndNeverAShortListing)
{
    const auto& [name, order, code, words] = GetParam();
    const auto portal = open();
    process_.fault(order);
    const auto listing = portal->listing(ours);
    ASSERT_FALSE(listing);
    EXPECT_EQ(site::name(listing.error().code), site::name(code)) << listing.error().text;
    EXPECT_THAT(listing.error().text, HasSubstr(words));

    process_.control("DELETE", "faults");
    const auto again = portal->listing(ours);
    ASSERT_TRUE(again) << again.error().text;
    EXPECT_EQ(again->allocations.size(), 4U);
    EXPECT_EQ(again->associations.size(), 14U);
}

std::string on(const std::string& kind, const std::string& more,
    const std::string& match = R"("path":"/api/openportal-associations/")")
{
    return R"({"kind":")" + kind + R"(","times":-1,"match":{)" + match + "}" + more + "}";
}

const std::string later_page = R"("path":"/api/openportal-associations/","query":"page=4")";
const std::string counting = R"("method":"HEAD","path":"/api/openportal-associations/")";
const std::string getting = R"("method":"GET","path":"/api/openportal-associations/")";

INSTANTIATE_TEST_SUITE_P(Every, FaultyListing,
    testing::Values(Case { "ServerError", on("status", ""), Errc::unreachable, ": 500: fault" },
        Case { "ServerErrorOnALaterPage", on("status", R"(,"status":502)", later_page), Errc::unreachable,
            ": 502" },
        Case { "ServerErrorWhileCounting", on("status", R"(,"status":503)", counting), Errc::unreachable,
            "HEAD " },
        Case { "Throttled", on("status", R"(,"status":429,"headers":{"Retry-After":"1"})"), Errc::unreachable,
            ": 429" },
        Case { "Forbidden", on("status", R"(,"status":403,"body":"{\"detail\":\"no right\"}")"),
            Errc::refused, "403: no right" },
        Case {
            "TokenRevoked", on("revoked_token", ""), Errc::refused, "token refused (401): Invalid token." },
        Case {
            "TokenRevokedOnALaterPage", on("revoked_token", "", later_page), Errc::refused, "token refused" },
        Case { "HtmlPage", on("html", ""), Errc::unreachable, "an HTML page instead of JSON" },
        Case { "Redirect", on("redirect", R"(,"url":"https://login.invalid/?next=1")"), Errc::invalid,
            "\"https://login.invalid/\"" },
        Case { "CutShort", on("truncate", "", later_page), Errc::unreachable, "before the answer was whole" },
        Case { "CutShortInChunks", on("truncate", R"(,"chunked":true)", later_page), Errc::unreachable,
            "before the answer was whole" },
        Case { "CutShortAtAWholeRow", on("truncate", R"(,"bytes":2)"), Errc::unreachable,
            "before the answer was whole" },
        Case { "Reset", on("reset", ""), Errc::unreachable, "" },
        Case { "RowsTwice", on("repeat_rows", R"(,"rows":3)"), Errc::conflict, "15 distinct rows of 17" },
        Case { "RowsSkipped", on("skip_rows", ""), Errc::conflict, "of 17" },
        Case { "CountTooHigh", on("wrong_count", "", getting), Errc::conflict, "of 18" },
        Case { "CountTooLow", on("wrong_count", R"(,"by":-1)", getting), Errc::conflict, "of 16" },
        Case { "CountOfOnePage", on("wrong_count", "", later_page), Errc::conflict, "changed from 17 to 18" },
        Case { "CountAtTheEnd", on("wrong_count", R"(,"by":-1)", counting), Errc::conflict, "now has 16" },
        Case { "NoLink", on("no_link", ""), Errc::unreachable, "no Link header" },
        Case { "NoLinkOnALaterPage", on("no_link", "", later_page), Errc::conflict,
            "page 4 of 6 has no next page" },
        Case { "ForeignNext", on("foreign_next", R"(,"url":"http://portal.invalid")"), Errc::refused,
            "\"portal.invalid\"" },
        Case { "Huge", on("huge", ""), Errc::invalid, "larger than the bound of 1048576 bytes" },
        Case { "Deep", on("deep_json", "", later_page), Errc::unreachable, "" },
        Case { "NotJson", on("bad_json", R"(,"body":"[{\"uuid\": ")", later_page), Errc::unreachable, "" }),
    [](const auto& chosen) { return chosen.param.name; });

class FaultyPortal : public RealPortal { };

TEST_F(FaultyPortal, PortalClient5ARoleThatWasLostLooksLikeAnEmptyList)
{
    process_.fault(R"({"kind":"lost_role","times":-1,"match":{"path":"/api/openportal-"}})");
    const auto listing = open()->listing(ours).value();
    EXPECT_TRUE(listing.allocations.empty()); // for the guards to judge
    EXPECT_TRUE(listing.associations.empty());
    EXPECT_EQ(listing.foreign_allocations, 0U);
}

TEST_F(FaultyPortal, AnAnswerThatTakesTooLongIsTimedOut)
{
    config_.request_timeout = Seconds { 1 };
    for (const auto& order : { on("slow", R"(,"interval_ms":20)"), on("delay", R"(,"delay_ms":8000)") }) {
        process_.control("DELETE", "faults");
        process_.fault(order);
        const auto listing = open()->listing(ours);
        EXPECT_EQ(listing.error().code, Errc::timed_out) << order;
        EXPECT_THAT(listing.error().text, HasSubstr("no answer within the time limit"));
    }
}

TEST_F(FaultyPortal, AShortIllnessIsSleptOver)
{
    config_.retries = 3;
    const auto portal = open();
    process_.fault(R"({"kind":"status","status":503,"headers":{"Retry-After":"0"},"times":2,
        "match":{"path":"/api/openportal-"}})");
    const auto listing = portal->listing(ours);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_EQ(listing->associations.size(), 14U);
}

TEST_F(FaultyPortal, ARowThatComesTwiceWhileNoneIsMissingIsUsedOnce)
{
    const auto portal = open();
    process_.fault(R"({"kind":"repeat_rows","times":-1,"match":{"path":"/api/openportal-associations/"}})");
    EXPECT_EQ(portal->listing(ours).value().associations.size(), 14U); // page 6 holds one row more for it
    EXPECT_EQ(portal->traffic().requests, 10U);
}

TEST_F(FaultyPortal, APageThatWasSkippedOnceIsReadAgain)
{
    const auto portal = open();
    process_.fault(
        R"({"kind":"skip_rows","times":1,"match":{"path":"/api/openportal-associations/","query":"page=3"}})");
    const auto listing = portal->listing(ours);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_EQ(listing->associations.size(), 14U);
    EXPECT_GT(portal->traffic().requests, 10U);
}

TEST_F(FaultyPortal, AResetOnAKeptConnectionIsNoError)
{
    const auto portal = open();
    ASSERT_TRUE(portal->listing(ours));
    process_.fault(R"({"kind":"reset","times":1,"match":{"path":"/api/openportal-associations/"}})");
    const auto listing = portal->listing(ours);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_EQ(portal->traffic().requests, 21U);
}

TEST_F(FaultyPortal, SurvivesARestartOfThePortal)
{
    const auto portal = open();
    ASSERT_TRUE(portal->listing(ours));
    process_.stop();
    const auto away = portal->listing(ours);
    EXPECT_EQ(away.error().code, Errc::unreachable);
    EXPECT_THAT(away.error().text, HasSubstr("Connection refused"));
    process_.start();
    EXPECT_EQ(portal->listing(ours).value().associations.size(), 14U);
}

} // namespace
} // namespace site
