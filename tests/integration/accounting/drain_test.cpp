#include "accounting/report.hpp"

#include "integration/portal/real_portal.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

const Uuid ocean_resource = Uuid::parse("4e500000000040008000000000000002").value();
constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;
constexpr auto set_usage = "POST /api/marketplace-component-usages/set_usage/";
constexpr auto records = "GET /api/marketplace-component-usages/";

Decimal decimal(const char* text)
{
    return Decimal::parse(text).value();
}

OutboxRow totals(Uuid resource, const char* node, Month month = november)
{
    return { .resource = resource,
        .month = month,
        .call = OutboxCall::set_usage,
        .amounts = { { "cpu", decimal("100") }, { "node", decimal(node) } },
        .measured = month == november ? noon() : start_of(november) - Seconds { 1 } };
}

OutboxRow shares(Uuid resource, const char* component, const char* u001, Month month = november)
{
    return { .resource = resource,
        .month = month,
        .call = OutboxCall::set_user_usages,
        .component = component,
        .users = { { "u001", decimal(u001) } },
        .measured = month == november ? noon() : start_of(november) - Seconds { 1 } };
}

class RealDrain : public RealPortal {
protected:
    void put(const std::vector<OutboxRow>& rows)
    {
        ASSERT_TRUE(database_->commit("putting", [&](Transaction& transaction) {
            for (const auto& row : rows)
                outbox_.put(transaction, row, clock_.now());
        }));
    }
    Drained drained(const std::function<bool()>& stop = {})
    {
        auto done = drain(*portal_, *database_, clock_, stop);
        EXPECT_TRUE(done) << done.error().text;
        return std::move(done).value();
    }
    std::vector<OutboxRow> rows() { return outbox_.rows().value(); }
    std::string amount_at_portal(Uuid resource, std::string_view type, Month month = november)
    {
        for (const auto& record : portal_->usage_records(resource, month).value())
            if (record.type == type)
                return record.usage.text();
        return "none";
    }
    std::size_t user_calls()
    {
        const auto body = process_.control("GET", "requests").body;
        std::size_t count = 0;
        for (auto at = body.find("/set_user_usages/\""); at != std::string::npos;
             at = body.find("/set_user_usages/\"", at + 1))
            ++count;
        return count;
    }

    std::unique_ptr<RestPortal> portal_ = open();
    std::unique_ptr<Database> database_ = Database::open(":memory:", Database::Access::write).value();
    Outbox outbox_ { *database_ };
};

TEST_F(RealDrain, SendsTotalsThenSharesAndBooksEachAcknowledgementByItself)
{
    put({ shares(climate_resource, "node", "6.25"), shares(climate_resource, "cpu", "60"),
        totals(climate_resource, "12.35") });
    const auto before = database_->commits();
    const auto done = drained();
    EXPECT_EQ(done.sent, 3U);
    EXPECT_EQ(done.failed, 0U);
    EXPECT_TRUE(done.errors.empty());
    EXPECT_EQ(database_->commits() - before, 3U);
    EXPECT_TRUE(rows().empty());
    EXPECT_EQ(amount_at_portal(climate_resource, "node"), "12.35");
    EXPECT_THAT(process_.control("GET", "user_usages").body, HasSubstr("6.25"));
    EXPECT_EQ(outbox_.reported(november).value(),
        (Reported { { { climate_resource, november, "cpu", "" }, decimal("100") },
            { { climate_resource, november, "cpu", "u001" }, decimal("60") },
            { { climate_resource, november, "node", "" }, decimal("12.35") },
            { { climate_resource, november, "node", "u001" }, decimal("6.25") } }));
}

TEST_F(RealDrain, LooksTheRecordsUpOnceForAllSharesOfAResource)
{
    put({ totals(climate_resource, "12.35"), shares(climate_resource, "node", "6.25"),
        shares(climate_resource, "cpu", "60") });
    EXPECT_EQ(drained().sent, 3U);
    EXPECT_EQ(process_.requests(records), 1U);
}

TEST_F(RealDrain, WhatWasSentIsNotReportedAgain)
{
    UsageConfig usage;
    usage.components = { { "node", { Measure::node, 3600 } } };
    LedgerRow row;
    row.month = november;
    row.account = Name("brics.climate");
    row.user = Name("u001");
    row.spent.node_seconds = 44448;
    const auto report = [&] {
        return rows_to_report(std::vector { row }, november, noon(), { { row.account, climate_resource } },
            usage, outbox_.reported(november).value(), rows())
            .rows;
    };
    put(report());
    EXPECT_TRUE(report().empty()); // it waits
    EXPECT_EQ(drained().sent, 2U);
    EXPECT_TRUE(report().empty()); // it is there
    EXPECT_EQ(amount_at_portal(climate_resource, "node"), "12.35");
}

// Field case "Portal client 8", first part: a closed month is final, and said once.
TEST_F(RealDrain, AClosedMonthIsRefusedWithItsSharesAndNotTriedAgain)
{
    put({ totals(climate_resource, "1.00", october), shares(climate_resource, "node", "1.00", october),
        totals(climate_resource, "2.00") });
    const auto done = drained();
    EXPECT_EQ(done.sent, 1U); // November goes on
    EXPECT_EQ(done.refused, 2U);
    EXPECT_EQ(done.failed, 0U);
    EXPECT_TRUE(done.errors.empty());
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_TRUE(kept[0].refused);
    EXPECT_THAT(kept[0].last_error, HasSubstr("past billing periods"));
    EXPECT_TRUE(kept[1].refused);
    EXPECT_EQ(kept[1].last_error, "the portal has closed the month");

    clock_.advance(Seconds { 86400 });
    const auto calls = process_.requests(set_usage);
    const auto again = drained();
    EXPECT_EQ(again.sent + again.refused + again.failed, 0U);
    EXPECT_EQ(process_.requests(set_usage), calls);
}

// Field case "Portal client 8", second part: a mistake is an error that is seen, and tried again with pauses.
TEST_F(RealDrain, AMistakeIsToldAndTriedAgainWithGrowingPauses)
{
    auto row = totals(climate_resource, "1.00");
    row.amounts[0].type = "furlong";
    put({ row, shares(climate_resource, "node", "1.00") });
    const auto done = drained();
    EXPECT_EQ(done.failed, 1U);
    ASSERT_EQ(done.errors.size(), 1U);
    EXPECT_THAT(
        done.errors[0], HasSubstr("set_usage of resource " + climate_resource.text() + " for 2026-11: "));
    EXPECT_THAT(done.errors[0], HasSubstr("furlong"));
    EXPECT_EQ(user_calls(), 0U); // shares wait for their total
    EXPECT_EQ(process_.requests(records), 0U);
    EXPECT_EQ(rows()[0].next_try, noon() + Seconds { 300 });
    EXPECT_THAT(rows()[0].last_error, HasSubstr("furlong"));

    clock_.advance(Seconds { 299 });
    EXPECT_EQ(drained().failed, 0U); // not due, and its shares still wait
    EXPECT_EQ(user_calls(), 0U);
    clock_.advance(Seconds { 1 });
    EXPECT_EQ(drained().failed, 1U);
    EXPECT_EQ(rows()[0].attempts, 2U);
    EXPECT_EQ(rows()[0].next_try, clock_.now() + Seconds { 600 });
}

TEST_F(RealDrain, OneResourcesMistakeDoesNotStopTheOthers)
{
    auto row = totals(climate_resource, "1.00");
    row.amounts[0].type = "furlong";
    put({ row, totals(ocean_resource, "2.00"), shares(ocean_resource, "node", "2.00") });
    const auto done = drained();
    EXPECT_EQ(done.failed, 1U);
    EXPECT_EQ(done.sent, 2U);
    EXPECT_EQ(amount_at_portal(ocean_resource, "node"), "2.00");
}

TEST_F(RealDrain, SharesWithoutARecordFailAndTheTotalStays)
{
    put({ totals(climate_resource, "1.00"), shares(climate_resource, "gpu", "1.00") });
    const auto done = drained();
    EXPECT_EQ(done.sent, 1U);
    EXPECT_EQ(done.failed, 1U);
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].last_error, "the portal has no usage record of component \"gpu\"");
}

TEST_F(RealDrain, ThePortalBeingAwayEndsTheRun)
{
    process_.fault(R"({"kind":"reset","times":-1})");
    put({ totals(climate_resource, "1.00"), totals(ocean_resource, "2.00") });
    const auto done = drained();
    EXPECT_EQ(done.sent, 0U);
    EXPECT_EQ(done.failed, 1U);
    EXPECT_EQ(process_.requests(set_usage), 1U);
    EXPECT_EQ(rows()[0].attempts, 1U);
    EXPECT_EQ(rows()[1].attempts, 0U);
    EXPECT_TRUE(outbox_.reported(november).value().empty());
}

TEST_F(RealDrain, AResourceThatAlwaysFailsDoesNotKeepTheOthersWaiting)
{
    put({ totals(climate_resource, "1.00"), totals(ocean_resource, "2.00") });
    process_.fault(R"({"kind":"status","status":500})"); // climate's
    EXPECT_EQ(drained().failed, 1U);
    clock_.advance(Seconds { 300 });
    process_.fault(R"({"kind":"status","status":500,"skip":1})");
    const auto done = drained(); // ocean's goes first now
    EXPECT_EQ(done.sent, 1U);
    EXPECT_EQ(done.failed, 1U);
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].resource, climate_resource);
}

// Field case "Portal client 4": the call was carried out, its answer was lost.
TEST_F(RealDrain, ALostAcknowledgementIsHeardTwiceAndCountedOnce)
{
    process_.fault(R"({"kind":"reset_after_apply","match":{"method":"POST"}})");
    put({ totals(climate_resource, "7.25") });
    EXPECT_EQ(drained().failed, 1U);
    EXPECT_EQ(amount_at_portal(climate_resource, "node"), "7.25");
    ASSERT_EQ(rows().size(), 1U);
    clock_.advance(Seconds { 300 });
    EXPECT_EQ(drained().sent, 1U);
    EXPECT_TRUE(rows().empty());
    EXPECT_EQ(amount_at_portal(climate_resource, "node"), "7.25");
}

TEST_F(RealDrain, StopsBetweenTwoCallsWhenAsked)
{
    put({ totals(climate_resource, "1.00"), totals(ocean_resource, "2.00") });
    int asked = 0;
    EXPECT_EQ(drained([&] { return ++asked > 1; }).sent, 1U);
    EXPECT_EQ(rows().size(), 1U);
}

TEST_F(RealDrain, NothingWaitingIsNoRequest)
{
    EXPECT_EQ(drained().sent, 0U);
    EXPECT_EQ(process_.requests(), 0U);
}

} // namespace
} // namespace site
