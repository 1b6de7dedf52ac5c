#include "portal/wire.hpp"
#include "unit/portal/rig.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

/// One allocation with that uuid and whatever else is written.
AllocationRow allocation(const std::string& members)
{
    const auto text = R"([{"uuid":")" + hex('a') + "\"" + (members.empty() ? "" : "," + members) + "}]";
    return read_allocations(text).value().at(0);
}

TEST(Wire, ReadsAnAllocationInFull)
{
    EXPECT_EQ(allocation(R"("name":"alloc1","backend_id":"climate.brics","groupname":"projb","node_limit":100,
        "node_usage":"12.50","is_active":false,"state":"UPDATE_SCHEDULED",
        "service_settings_uuid":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","customer_name":"Met \u00d6ffice",
        "customer_abbreviation":"MO","project_name":"Climate","marketplace_resource_state":"OK",
        "marketplace_resource_uuid":"CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC",
        "marketplace_offering_uuid":"dddddddddddddddddddddddddddddddd")"),
        (AllocationRow { .uuid = uuid('a'),
            .name = "alloc1",
            .backend_id = "climate.brics",
            .groupname = "projb",
            .node_limit = 100,
            .node_usage = Decimal::hundredths(1250),
            .is_active = false,
            .state = PortalState::update_scheduled,
            .service_settings = uuid('b'),
            .customer_name = "Met \xc3\x96"
                             "ffice",
            .customer_abbreviation = "MO",
            .project_name = "Climate",
            .resource = uuid('c'),
            .resource_state = "OK",
            .offering = uuid('d'),
            .broken = {} }));
}

TEST(Wire, PortalClient6NullMissingAndNewMembersStopNothing)
{
    const auto rows = read_allocations(R"([
        {"uuid":"a1000000000000000000000000000000","name":"alloc1","groupname":null,"node_limit":100,
         "node_usage":"12.50","is_active":true,"brand_new":{"x":1}},
        {"uuid":"a2000000000000000000000000000000","name":"alloc2","groupname":"projb","node_usage":3}])")
                          .value();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].groupname, std::nullopt);
    EXPECT_EQ(rows[0].node_limit, 100);
    EXPECT_EQ(rows[0].node_usage, Decimal::hundredths(1250));
    EXPECT_EQ(rows[0].broken, "");
    EXPECT_EQ(rows[1].node_limit, std::nullopt);
    EXPECT_EQ(rows[1].node_usage, Decimal::hundredths(300));
    EXPECT_EQ(rows[1].groupname, "projb");
    EXPECT_TRUE(rows[1].is_active);
    EXPECT_EQ(rows[1].broken, "");
}

TEST(Wire, PortalClient6OneBadRecordNeverStopsTheList)
{
    const auto rows = read_allocations(R"([
        {"uuid":"a1000000000000000000000000000000","node_limit":"many"},
        {"uuid":"a2000000000000000000000000000000","node_limit":7}])")
                          .value();
    EXPECT_EQ(rows[0].broken, "node_limit: not an integer");
    EXPECT_EQ(rows[0].node_limit, std::nullopt);
    EXPECT_EQ(rows[1].broken, "");
}

TEST(Wire, ALimitIsAnIntegerOrTheRowIsBroken)
{
    for (const auto* number : { "0", "-1", "9223372036854775807" })
        EXPECT_EQ(allocation("\"node_limit\":" + std::string(number)).broken, "") << number;
    for (const auto* number : { "1.5", "100.0", "1e3", "9223372036854775808", "\"100\"", "true", "[]", "{}" })
        EXPECT_EQ(allocation("\"node_limit\":" + std::string(number)).broken, "node_limit: not an integer")
            << number;
}

TEST(Wire, DecimalsComeAsNumberOrText)
{
    const auto usage
        = [](const std::string& text) { return allocation("\"node_usage\":" + text).node_usage; };
    EXPECT_EQ(usage("\"12.50\""), Decimal::hundredths(1250));
    EXPECT_EQ(usage("12.5"), Decimal::hundredths(1250));
    EXPECT_EQ(usage("12"), Decimal::hundredths(1200));
    EXPECT_EQ(usage("0.1"), Decimal::hundredths(10));
    EXPECT_EQ(usage("1.005"), Decimal::hundredths(101)); // as written, not as the nearest binary fraction
    EXPECT_EQ(usage("1e2"), Decimal::hundredths(10000));
    EXPECT_EQ(usage("null"), std::nullopt);
    for (const auto* text :
        { "\"\"", "\"12,50\"", "\"1e2\"", "\"nan\"", "true", "1e300", "18446744073709551615" })
        EXPECT_EQ(
            allocation("\"node_usage\":" + std::string(text)).broken, "node_usage: not a decimal number")
            << text;
}

TEST(Wire, NamesTheMemberThatIsOfAnotherForm)
{
    EXPECT_EQ(allocation(R"("backend_id":7)").broken, "backend_id: not a text");
    EXPECT_EQ(allocation(R"("groupname":["a"])").broken, "groupname: not a text");
    EXPECT_EQ(allocation(R"("is_active":"yes")").broken, "is_active: neither true nor false");
    EXPECT_EQ(allocation(R"("state":1)").broken, "state: not a text");
    EXPECT_EQ(allocation(R"("service_settings_uuid":"xyz")").broken, "service_settings_uuid: not a uuid");
    EXPECT_EQ(
        allocation(R"("marketplace_resource_uuid":{})").broken, "marketplace_resource_uuid: not a uuid");
    EXPECT_EQ(allocation(R"("marketplace_resource_uuid":"")").broken, "");
}

TEST(Wire, AMemberThatStandsTwiceBreaksItsRowOnly)
{
    const auto rows = read_allocations(R"([{"uuid":"a1000000000000000000000000000000","node_limit":0},
        {"uuid":"a2000000000000000000000000000000","node_limit":100,"node_limit":0},
        {"uuid":"a3000000000000000000000000000000","new":{"x":1,"y":{"x":1},"x":2}}])")
                          .value();
    EXPECT_EQ(rows[0].broken, "");
    EXPECT_EQ(rows[1].broken, "\"node_limit\": stands twice in one object");
    EXPECT_EQ(rows[2].broken, "\"x\": stands twice in one object");
}

TEST(Wire, ARowWithoutAUuidMakesThePageUnreadable)
{
    for (const auto* row :
        { "{}", R"({"uuid":null})", R"({"uuid":7})", R"({"uuid":"a1"})", "null", "[]", "\"a\"" })
        EXPECT_EQ(read_allocations("[" + std::string(row) + "]").error().code, Errc::invalid) << row;
}

TEST(Wire, WhatIsNoListIsUnreadable)
{
    for (const auto* text :
        { "", "{}", "null", "[", "[]x", "[{]", "<html>", "[{\"uuid\":}]", "[1,]", "[]//x", "[\"\xff\"]" })
        EXPECT_FALSE(read_allocations(text)) << text;
    EXPECT_TRUE(read_allocations(" [] \n").value().empty());
}

TEST(Wire, DepthIsBounded)
{
    const auto nested = [](std::size_t depth) {
        return R"([{"uuid":")" + hex('a') + R"(","x":)" + std::string(depth, '[') + std::string(depth, ']')
            + "}]";
    };
    EXPECT_TRUE(read_allocations(nested(20)));
    EXPECT_FALSE(read_allocations(nested(100000)));
}

TEST(Wire, ReadsAssociations)
{
    const auto rows = read_associations(R"([
        {"uuid":"a1000000000000000000000000000000","username":"alice.climate","groupname":"projb",
         "useridentifier":"alice.climate.brics",
         "allocation":"http://inner:8000/api/openportal-allocations/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/"},
        {"uuid":"a2000000000000000000000000000000","username":null,"groupname":null,"useridentifier":null,
         "allocation":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"},
        {"uuid":"a3000000000000000000000000000000","allocation":"https://portal/api/openportal-allocations/"},
        {"uuid":"a4000000000000000000000000000000"}])")
                          .value();
    EXPECT_EQ(rows[0],
        (AssociationRow { .uuid = rows[0].uuid,
            .allocation = uuid('b'),
            .username = "alice.climate",
            .groupname = "projb",
            .useridentifier = "alice.climate.brics",
            .broken = {} }));
    EXPECT_EQ(rows[1].allocation, uuid('b'));
    EXPECT_EQ(rows[1].username, std::nullopt);
    EXPECT_EQ(rows[1].broken, "");
    EXPECT_EQ(rows[2].broken, "allocation: its last part is not a uuid");
    EXPECT_EQ(rows[3].broken, "allocation: missing");
}

TEST(Wire, KnowsStatesInEverySpelling)
{
    EXPECT_EQ(portal_state("CREATION_SCHEDULED"), PortalState::creation_scheduled);
    EXPECT_EQ(portal_state("Creation Scheduled"), PortalState::creation_scheduled);
    EXPECT_EQ(portal_state("ok"), PortalState::ok);
    EXPECT_EQ(portal_state("Erred"), PortalState::erred);
    EXPECT_EQ(portal_state("Deleting"), PortalState::deleting);
    EXPECT_EQ(portal_state("HIBERNATING"), PortalState::unknown);
    EXPECT_EQ(portal_state(""), PortalState::unknown);
    for (auto state = 0; state < static_cast<int>(PortalState::unknown); ++state)
        EXPECT_EQ(portal_state(name(static_cast<PortalState>(state))), static_cast<PortalState>(state));
}

TEST(Wire, ReadsResourcesOrNoneAtAll)
{
    const auto rows
        = read_resources(R"([{"uuid":"a1000000000000000000000000000000","state":"OK","paused":true},
        {"uuid":"a2000000000000000000000000000000","state":"Erred","downscaled":true,
         "restrict_member_access":true,"offering_uuid":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}])")
              .value();
    EXPECT_TRUE(rows[0].row.paused);
    EXPECT_FALSE(rows[0].row.downscaled);
    EXPECT_TRUE(rows[1].row.downscaled);
    EXPECT_TRUE(rows[1].row.restrict_member_access);
    EXPECT_EQ(rows[1].offering, uuid('b'));
    EXPECT_EQ(read_resources(R"([{"uuid":"a1000000000000000000000000000000","paused":"no"}])").error().text,
        "resource 1: paused: neither true nor false");
    EXPECT_FALSE(read_resources(R"([{"state":"OK"}])"));
    EXPECT_FALSE(
        read_resources(R"([{"uuid":"a1000000000000000000000000000000","paused":true,"paused":false}])"));
}

/// The limits of one resource whose member `limits` is this text.
std::map<std::string, std::uint64_t> limits(const std::string& text)
{
    return read_resources(R"([{"uuid":"a1000000000000000000000000000000","limits":)" + text + "}]")
        .value()
        .at(0)
        .row.limits;
}

TEST(Wire, ALimitOfAResourceIsAWholeNumberOrNotKnown)
{
    using Limits = std::map<std::string, std::uint64_t>;
    EXPECT_EQ(limits("null"), Limits {});
    EXPECT_EQ(limits("{}"), Limits {});
    EXPECT_EQ(read_resources(R"([{"uuid":"a1000000000000000000000000000000"}])").value().at(0).row.limits,
        Limits {});
    EXPECT_EQ(limits(R"({"storage":500,"gpu":0,"files":18446744073709551615})"),
        (Limits { { "files", 18446744073709551615ULL }, { "gpu", 0 }, { "storage", 500 } }));
    for (const auto* amount :
        { "-1", "1.5", "500.0", "5e2", "18446744073709551616", "\"500\"", "true", "null", "[500]", "{}" })
        EXPECT_EQ(limits(R"({"storage":)" + std::string(amount) + R"(,"gpu":3})"), (Limits { { "gpu", 3 } }))
            << amount;
}

TEST(Wire, LimitsThatAreNoObjectOrStandTwiceAreToldAndNoResourceIsTaken)
{
    for (const auto* text : { "[]", "500", "\"\"", "true" })
        EXPECT_EQ(read_resources(
                      R"([{"uuid":"a1000000000000000000000000000000","limits":)" + std::string(text) + "}]")
                      .error()
                      .text,
            "resource 1: limits: not an object")
            << text;
    EXPECT_THAT(
        read_resources(R"([{"uuid":"a1000000000000000000000000000000","limits":{"storage":1,"storage":2}}])")
            .error()
            .text,
        HasSubstr("stands twice"));
}

TEST(Wire, ReadsUsageRecordsWithTheirMonth)
{
    const auto rows = read_usage_records(R"([{"uuid":"a1000000000000000000000000000000","type":"node",
        "usage":"12.35","billing_period":"2026-10-01"}])")
                          .value();
    EXPECT_EQ(rows[0].record.type, "node");
    EXPECT_EQ(rows[0].record.usage.text(), "12.35");
    EXPECT_EQ(rows[0].month, parse_month("2026-10").value());
    EXPECT_FALSE(read_usage_records(R"([{"uuid":"a1000000000000000000000000000000","type":"node"}])"));
}

TEST(Wire, ReadsComponents)
{
    const auto components = read_components(
        R"({"components":[{"type":"node","billing_type":"usage","measured_unit":"hours"},{"type":"gpu"}]})")
                                .value();
    ASSERT_EQ(components.size(), 2U);
    EXPECT_EQ(components[0].billing_type, "usage");
    EXPECT_EQ(components[1].type, "gpu");
    EXPECT_FALSE(read_components(R"({"components":[{"billing_type":"usage"}]})"));
    EXPECT_FALSE(read_components("{}"));
}

TEST(Wire, ReadsWhatAnIdentityProviderGrants)
{
    EXPECT_EQ(read_grant(R"({"access_token":"abc","expires_in":600})").value().lifetime, Seconds { 600 });
    EXPECT_EQ(read_grant(R"({"access_token":"abc","expires_in":"600"})").value().lifetime, Seconds { 600 });
    EXPECT_EQ(read_grant(R"({"access_token":"abc"})").value().lifetime, Seconds { 300 });
    EXPECT_EQ(read_grant(R"({"access_token":"abc","expires_in":-5})").value().lifetime, Seconds { 0 });
    EXPECT_EQ(read_grant(R"({"access_token":"abc","expires_in":1e99})").value().lifetime, Seconds { 86400 });
    for (const auto* text :
        { "{}", R"({"access_token":""})", R"({"access_token":"a\r\nb"})", R"({"access_token":7})", "[]" })
        EXPECT_FALSE(read_grant(text)) << text;
}

TEST(Wire, PortalClient7WritesAmountsWithExactlyTwoDecimals)
{
    const std::vector<ComponentAmount> amounts {
        { "node", Decimal::parse("12.346666666").value() },
        { "gpu", Decimal::parse("0.004").value() },
    };
    EXPECT_EQ(usage_json(uuid('a'), some_time(), amounts),
        R"({"resource":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","date":"2026-11-05T08:00:00Z",)"
        R"("usages":[{"type":"node","amount":"12.35"},{"type":"gpu","amount":"0.00"}]})");
}

TEST(Wire, WritesUsersWhateverTheirNames)
{
    const UserAmount user { "al\"ice\\", Decimal::hundredths(5) };
    EXPECT_EQ(user_usages_json(some_time(), { &user, 1 }),
        R"({"usages":[{"username":"al\"ice\\","usage":"0.05","date":"2026-11-05T08:00:00Z"}]})");
    EXPECT_EQ(user_usage_json(some_time(), user),
        R"({"username":"al\"ice\\","usage":"0.05","date":"2026-11-05T08:00:00Z"})");
}

TEST(Wire, AMessageForProjectMembersIsOneBoundedLine)
{
    EXPECT_EQ(erred_json("quota\nfull\x1b[31m"), R"({"error_message":"quota full?[31m"})");
    EXPECT_LT(erred_json(std::string(10000, 'x')).size(), 550U);
    EXPECT_EQ(erred_json("x\xe0\x89\x9e"), R"({"error_message":"x???"})"); // no JSON otherwise
}

} // namespace
} // namespace site
