#include "unit/portal/rig.hpp"

#include <atomic>
#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

std::string counted(int count, std::string_view body, const std::string& more = {})
{
    return answer(200, body, "X-Result-Count: " + std::to_string(count) + "\r\n" + more);
}

/// Two short lists.
Reply small_portal(const std::string& request)
{
    const bool head = request.starts_with("HEAD");
    const auto target = target_of(request);
    std::string text;
    if (target.starts_with("/base/api/openportal-allocations/"))
        text = counted(1, R"([{"uuid":")" + hex('a') + R"(","node_limit":5}])",
            "Date: Thu, 05 Nov 2026 08:00:09 GMT\r\n");
    else
        text = counted(1, R"([{"uuid":")" + hex('b') + R"(","allocation":")" + hex('a') + R"("}])");
    return { head ? text.substr(0, text.find("\r\n\r\n") + 4) : text };
}

TEST(RestPortalListing, CostsThePagesAndTwoCounts)
{
    Rig rig(small_portal);
    const auto portal = rig.portal();
    const auto listing = portal->listing({}).value();
    EXPECT_EQ(listing.allocations.size(), 1U);
    EXPECT_EQ(listing.associations.size(), 1U);
    EXPECT_EQ(listing.taken, some_time());
    EXPECT_EQ(listing.skew, Seconds { 9 });
    EXPECT_EQ(portal->traffic().requests, 4U);
    EXPECT_EQ(rig.server.count("GET /base/api/openportal-allocations/?field=uuid&field=name&"), 1);
    EXPECT_EQ(rig.server.count("GET /base/api/openportal-associations/?page=1&page_size=100 "), 1);
    EXPECT_EQ(rig.server.count("HEAD "), 2);
    for (const auto& request : rig.server.requests())
        EXPECT_THAT(request, HasSubstr("User-Agent: site-agent/0."));
}

TEST(RestPortalListing, PortalClient5AnEmptyListIsHandedOverAsOne)
{
    Rig rig([](const auto& request) {
        const auto text = counted(0, "[]");
        return Reply { request.starts_with("HEAD") ? text.substr(0, text.find("\r\n\r\n") + 4) : text };
    });
    EXPECT_TRUE(rig.portal()->listing({}).value().allocations.empty());
}

TEST(RestPortalListing, StopsWhenAsked)
{
    std::atomic<bool> asked = false;
    Rig rig([&](const auto&) {
        asked = true;
        return Reply { "", Reply::Then::hang };
    });
    rig.config.retries = 4;
    const auto listing = rig.portal([&] { return asked.load(); })->listing({});
    EXPECT_EQ(listing.error().code, Errc::timed_out);
}

TEST(RestPortalRow, IsThereWhenItsUuidComesBack)
{
    Rig rig([](const auto&) { return Reply { answer(200, R"({"uuid":")" + hex('a') + "\"}") }; });
    EXPECT_TRUE(rig.portal()->is_there(RowFamily::allocation, uuid('a')).value());
    EXPECT_EQ(rig.server.count("GET /base/api/openportal-allocations/" + hex('a') + "/?field=uuid "), 1);
    EXPECT_FALSE(rig.portal()->is_there(RowFamily::association, uuid('b')));
}

TEST(RestPortalRow, IsNotThereOnlyWhenThePortalItselfSaysSo)
{
    Rig json([](const auto&) { return Reply { answer(404, R"({"detail":"Not found."})") }; });
    EXPECT_FALSE(json.portal()->is_there(RowFamily::allocation, uuid('a')).value());
    Rig html([](const auto&) { return Reply { answer(404, "<h1>Not Found</h1>", "", "text/html") }; });
    EXPECT_EQ(html.portal()->is_there(RowFamily::allocation, uuid('a')).error().code, Errc::not_found);
    Rig ill([](const auto&) { return Reply { answer(500, "") }; });
    EXPECT_EQ(ill.portal()->is_there(RowFamily::allocation, uuid('a')).error().code, Errc::unreachable);
}

const std::vector<UserAmount> two_users { { "alice", Decimal::hundredths(100) },
    { "bob", Decimal::hundredths(50) } };

TEST(RestPortalUserUsage, GoesInOneCall)
{
    Rig rig([](const auto&) { return Reply { answer(201, "", "", "") }; });
    EXPECT_TRUE(rig.portal()->set_user_usages(uuid('c'), some_time(), two_users));
    EXPECT_EQ(
        rig.server.count("POST /base/api/marketplace-component-usages/" + hex('c') + "/set_user_usages/ "),
        1);
    EXPECT_EQ(rig.server.requests().size(), 1U);
}

TEST(RestPortalUserUsage, GoesOneByOneWhereTheServerLacksTheBulkCall)
{
    for (const int status : { 404, 405 }) {
        Rig rig([&](const auto& request) {
            if (target_of(request).ends_with("/set_user_usages/"))
                return Reply { answer(status, "<h1>no</h1>", "", "text/html") };
            return Reply { answer(201, "", "", "") };
        });
        EXPECT_TRUE(rig.portal()->set_user_usages(uuid('c'), some_time(), two_users));
        EXPECT_EQ(
            rig.server.count("POST /base/api/marketplace-component-usages/" + hex('c') + "/set_user_usage/ "),
            2)
            << status;
    }
}

TEST(RestPortalUserUsage, AHiddenRecordIsNoMissingCall)
{
    Rig rig([](const auto&) { return Reply { answer(404, R"({"detail":"Not found."})") }; });
    EXPECT_EQ(rig.portal()->set_user_usages(uuid('c'), some_time(), two_users).error().code, Errc::not_found);
    EXPECT_EQ(rig.server.requests().size(), 1U);
}

TEST(RestPortalUserUsage, OfNobodyIsNotSent)
{
    Rig rig([](const auto&) { return Reply { answer(500, "") }; });
    EXPECT_TRUE(rig.portal()->set_user_usages(uuid('c'), some_time(), {}));
    EXPECT_TRUE(rig.portal()->set_usage(uuid('c'), some_time(), {}));
    EXPECT_TRUE(rig.server.requests().empty());
}

TEST(RestPortalUsage, PortalClient8AClosedMonthIsToldFromAMistake)
{
    std::string body;
    Rig rig([&](const auto&) { return Reply { answer(400, body) }; });
    const auto portal = rig.portal();
    const ComponentAmount amount { "node", Decimal::hundredths(100) };
    body = R"({"detail":"Only staff users can submit usage backfilling past billing periods."})";
    const auto closed = portal->set_usage(uuid('a'), some_time(), { &amount, 1 });
    EXPECT_EQ(closed.error().code, Errc::refused);
    EXPECT_TRUE(is_closed_month(closed.error()));
    body = R"({"cpu":["Component is not defined."]})";
    const auto mistake = portal->set_usage(uuid('a'), some_time(), { &amount, 1 });
    EXPECT_FALSE(is_closed_month(mistake.error()));
    EXPECT_THAT(mistake.error().text, HasSubstr("cpu: Component is not defined."));
    EXPECT_EQ(rig.server.requests().size(), 2U);
}

TEST(RestPortalUsage, PortalClient4APostThatDiesOnAKeptConnectionIsSentAgainAsTheSameTotal)
{
    std::atomic<int> asked = 0;
    Rig rig([&](const auto&) {
        return ++asked == 2 ? Reply { "", Reply::Then::reset } : Reply { answer(201, "", "", "") };
    });
    const auto portal = rig.portal();
    const ComponentAmount amount { "node", Decimal::hundredths(100) };
    EXPECT_TRUE(portal->set_usage(uuid('a'), some_time(), { &amount, 1 }));
    EXPECT_TRUE(portal->set_usage(uuid('a'), some_time(), { &amount, 1 }));
    EXPECT_EQ(asked, 3);
    const auto body = [](const std::string& request) { return request.substr(request.find("\r\n\r\n")); };
    const auto requests = rig.server.requests();
    EXPECT_EQ(body(requests[1]), body(requests[2]));
}

TEST(RestPortalUsage, PortalClient9RecordsOfOtherMonthsAndResourcesAreLeftOut)
{
    Rig rig([](const auto&) {
        const auto row = [](char digit, const char* month, char resource) {
            return R"({"uuid":")" + hex(digit) + R"(","type":"node","usage":"20.00","billing_period":")"
                + month + R"(","resource_uuid":")" + hex(resource) + "\"}";
        };
        return Reply { counted(3,
            "[" + row('1', "2026-09-01", 'a') + "," + row('2', "2026-10-01", 'a') + ","
                + row('3', "2026-10-01", 'b') + "]") };
    });
    const auto records = rig.portal()->usage_records(uuid('a'), parse_month("2026-10").value()).value();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].uuid, uuid('2'));
    EXPECT_EQ(rig.server.count("GET /base/api/marketplace-component-usages/?resource_uuid=" + hex('a')
                  + "&billing_period=2026-10-01&field=uuid&"),
        1);
}

TEST(RestPortalResources, AreAskedForByOfferingAndCheckedRowByRow)
{
    Rig rig([](const auto& request) {
        const char digit
            = target_of(request).find("offering_uuid=" + hex('c')) != std::string::npos ? '1' : '2';
        return Reply { counted(2,
            R"([{"uuid":")" + hex(digit) + R"(","state":"OK","paused":true,"limits":{"storage":)" + digit
                + R"(},"offering_uuid":")" + hex(digit == '1' ? 'c' : 'd') + R"("},{"uuid":")" + hex('9')
                + R"(","offering_uuid":")" + hex('e') + R"("}])") };
    });
    const std::vector<Uuid> offerings { uuid('c'), uuid('d') };
    const auto rows = rig.portal()->resources(offerings).value();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0],
        (ResourceRow { .uuid = uuid('1'), .state = "OK", .paused = true, .limits = { { "storage", 1 } } }));
    EXPECT_EQ(rows[1].uuid, uuid('2'));
    EXPECT_EQ(rows[1].limits.at("storage"), 2U);
    for (const auto& request : rig.server.requests())
        EXPECT_NE(request.find("&field=limits&"), std::string::npos) << request;
}

TEST(RestPortalStatus, IsSentToTheResource)
{
    Rig rig([](const auto&) { return Reply { answer(200, "", "", "") }; });
    const auto portal = rig.portal();
    EXPECT_TRUE(portal->refresh_last_sync(uuid('a')));
    EXPECT_TRUE(portal->set_as_ok(uuid('a')));
    EXPECT_TRUE(portal->set_as_erred(uuid('a'), "quota full"));
    const auto path = "POST /base/api/marketplace-provider-resources/" + hex('a');
    EXPECT_EQ(rig.server.count(path + "/refresh_last_sync/ "), 1);
    EXPECT_EQ(rig.server.count(path + "/set_as_ok/ "), 1);
    EXPECT_EQ(rig.server.count(path + "/set_as_erred/ "), 1);
    EXPECT_THAT(rig.server.requests().back(), testing::EndsWith(R"({"error_message":"quota full"})"));
}

TEST(RestPortalStatus, SaysVersionAndWhoWeAre)
{
    Rig rig([](const auto& request) {
        return Reply { answer(200,
            target_of(request).find("version") != std::string::npos ? R"({"version":"7.1.0"})"
                                                                    : R"({"username":"site-agent"})") };
    });
    EXPECT_EQ(rig.portal()->version().value(), "7.1.0");
    EXPECT_EQ(rig.portal()->whoami().value(), "site-agent");
}

TEST(RestPortalOpening, RefusesWhatIsNotSafe)
{
    const SecretFile file("0123456789");
    const ManualClock clock { some_time() };
    PortalConfig config;
    config.name = "p";
    config.token = file.source();
    for (const auto* url :
        { "http://portal.example.org", "ftp://portal.example.org", "portal.example.org", "" }) {
        config.url = url;
        EXPECT_EQ(RestPortal::open(config, clock).error().code, Errc::invalid) << url;
    }
    config.url = "https://portal.example.org";
    EXPECT_TRUE(RestPortal::open(config, clock));
}

} // namespace
} // namespace site
