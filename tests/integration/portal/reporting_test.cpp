#include "integration/portal/real_portal.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

class RealReporting : public RealPortal {
protected:
    static Decimal decimal(const char* text) { return Decimal::parse(text).value(); }
    static Month november() { return parse_month("2026-11").value(); }
    std::string shown(std::string_view what) { return process_.control("GET", what).body; }
};

TEST_F(RealReporting, SendsTotalsAndReadsThemBack)
{
    const auto portal = open();
    const std::vector<ComponentAmount> amounts { { "node", decimal("12.5") }, { "gpu", decimal("3") } };
    const auto sent = portal->set_usage(climate_resource, noon(), amounts);
    ASSERT_TRUE(sent) << sent.error().text;
    const auto records = portal->usage_records(climate_resource, november()).value();
    ASSERT_EQ(records.size(), 2U);
    for (const auto& record : records)
        EXPECT_EQ(record.usage, record.type == "node" ? decimal("12.50") : decimal("3.00")) << record.type;
}

TEST_F(RealReporting, TheSameSentTwiceIsThereOnce)
{
    const auto portal = open();
    const ComponentAmount amount { "node", decimal("7.25") };
    ASSERT_TRUE(portal->set_usage(climate_resource, noon(), { &amount, 1 }));
    ASSERT_TRUE(portal->set_usage(climate_resource, noon(), { &amount, 1 }));
    const auto records = portal->usage_records(climate_resource, november()).value();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].usage, amount.amount);
}

TEST_F(RealReporting, PortalClient4ATotalWhoseAnswerWasLostEndsUpThereOnce)
{
    config_.retries = 1;
    const auto portal = open();
    process_.fault(R"({"kind":"reset_after_apply","match":{"method":"POST"}})");
    const ComponentAmount amount { "node", decimal("7.25") };
    const auto sent = portal->set_usage(climate_resource, noon(), { &amount, 1 });
    ASSERT_TRUE(sent) << sent.error().text;
    EXPECT_EQ(process_.requests("POST /api/marketplace-component-usages/set_usage/"), 2U);
    const auto records = portal->usage_records(climate_resource, november()).value();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].usage, amount.amount);
}

TEST_F(RealReporting, KeepsMonthsApart)
{
    const auto portal = open();
    const ComponentAmount amount { "node", decimal("1") };
    ASSERT_TRUE(portal->set_usage(climate_resource, noon(), { &amount, 1 }));
    EXPECT_TRUE(portal->usage_records(climate_resource, parse_month("2026-10").value()).value().empty());
}

TEST_F(RealReporting, PortalClient8AClosedMonthIsToldFromAMistake)
{
    const auto portal = open();
    const ComponentAmount node { "node", decimal("1") };
    const auto closed
        = portal->set_usage(climate_resource, parse_instant("2026-09-10T00:00:00Z").value(), { &node, 1 });
    ASSERT_FALSE(closed);
    EXPECT_TRUE(is_closed_month(closed.error())) << closed.error().text;
    const ComponentAmount unknown { "furlong", decimal("1") };
    const auto mistake = portal->set_usage(climate_resource, noon(), { &unknown, 1 });
    ASSERT_FALSE(mistake);
    EXPECT_EQ(mistake.error().code, Errc::refused);
    EXPECT_FALSE(is_closed_month(mistake.error()));
    EXPECT_THAT(mistake.error().text, HasSubstr("furlong"));
}

TEST_F(RealReporting, SendsTheSharesOfUsersInOneCall)
{
    const auto portal = open();
    const ComponentAmount amount { "node", decimal("10") };
    ASSERT_TRUE(portal->set_usage(climate_resource, noon(), { &amount, 1 }));
    const auto record = portal->usage_records(climate_resource, november()).value().at(0).uuid;
    const std::vector<UserAmount> users { { "u001", decimal("6.25") }, { "u002", decimal("3.75") } };
    const auto sent = portal->set_user_usages(record, noon(), users);
    ASSERT_TRUE(sent) << sent.error().text;
    EXPECT_THAT(shown("user_usages"), HasSubstr("6.25"));
    EXPECT_THAT(shown("user_usages"), HasSubstr("3.75"));
    EXPECT_EQ(portal->usage_records(climate_resource, november()).value().at(0).usage, amount.amount);
}

TEST_F(RealReporting, SendsTheSharesOneByOneWhereTheBulkCallIsMissing)
{
    const auto portal = open();
    const ComponentAmount amount { "node", decimal("10") };
    ASSERT_TRUE(portal->set_usage(climate_resource, noon(), { &amount, 1 }));
    const auto record = portal->usage_records(climate_resource, november()).value().at(0).uuid;
    process_.fault(R"({"kind":"status","status":404,"body":"<h1>Not Found</h1>","content_type":"text/html",
        "match":{"method":"POST"}})");
    const std::vector<UserAmount> users { { "u001", decimal("6.25") }, { "u002", decimal("3.75") } };
    const auto before = portal->traffic().requests;
    const auto sent = portal->set_user_usages(record, noon(), users);
    ASSERT_TRUE(sent) << sent.error().text;
    EXPECT_EQ(portal->traffic().requests - before, 3U);
    EXPECT_THAT(shown("user_usages"), HasSubstr("6.25"));
    EXPECT_THAT(shown("user_usages"), HasSubstr("3.75"));
}

TEST_F(RealReporting, ARecordThatIsNotThereIsNotFound)
{
    const UserAmount user { "u001", decimal("1") };
    EXPECT_EQ(open()->set_user_usages(climate, noon(), { &user, 1 }).error().code, Errc::not_found);
}

TEST_F(RealReporting, MarksTroubleAndItsEnd)
{
    const auto portal = open();
    const auto state = [&] {
        const auto rows = portal->resources({ &our_offering, 1 }).value();
        const auto found = std::ranges::find(rows, climate_resource, &ResourceRow::uuid);
        return found == rows.end() ? std::string("missing") : found->state;
    };
    EXPECT_EQ(state(), "OK");
    ASSERT_TRUE(portal->set_as_erred(climate_resource, "no quota\non /scratch"));
    EXPECT_EQ(state(), "Erred");
    EXPECT_THAT(shown("resources"), HasSubstr("no quota on /scratch"));
    ASSERT_TRUE(portal->set_as_ok(climate_resource));
    EXPECT_EQ(state(), "OK");
    EXPECT_TRUE(portal->refresh_last_sync(climate_resource));
}

TEST_F(RealReporting, ReadsHowResourcesAreToBeTreated)
{
    process_.control("POST", "resources/set", R"({"resource":"climate","paused":true,"downscaled":true})");
    const auto portal = open();
    const auto rows = portal->resources({ &our_offering, 1 }).value();
    EXPECT_EQ(rows.size(), 4U);
    const auto found = std::ranges::find(rows, climate_resource, &ResourceRow::uuid);
    ASSERT_NE(found, rows.end());
    EXPECT_TRUE(found->paused);
    EXPECT_TRUE(found->downscaled);
    EXPECT_FALSE(found->restrict_member_access);
    EXPECT_EQ(portal->resources({}).value().size(), 6U);
}

TEST_F(RealReporting, ReadsTheComponentsOfAnOffering)
{
    const auto components = open()->components(our_offering).value();
    ASSERT_EQ(components.size(), 6U);
    const auto node = std::ranges::find(components, "node", &OfferingComponent::type);
    ASSERT_NE(node, components.end());
    EXPECT_EQ(node->billing_type, "usage");
    EXPECT_EQ(node->measured_unit, "hours");
}

} // namespace
} // namespace site
