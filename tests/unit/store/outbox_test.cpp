#include "store/outbox.hpp"

#include "unit/store/store_fixture.hpp"

namespace site {
namespace {

using namespace test;

constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;
constexpr Month december = std::chrono::year { 2026 } / std::chrono::December;

Decimal decimal(const char* text)
{
    return Decimal::parse(text).value();
}

OutboxRow totals(unsigned resource, Month month, const char* node)
{
    return { .resource = uuid(resource),
        .month = month,
        .call = OutboxCall::set_usage,
        .component = "",
        .amounts = { { "node", decimal(node) }, { "gpu", decimal("0.00") } },
        .measured = at(1000) };
}

OutboxRow shares(unsigned resource, Month month, const char* mia)
{
    return { .resource = uuid(resource),
        .month = month,
        .call = OutboxCall::set_user_usages,
        .component = "node",
        .users = { { "mia", decimal(mia) } },
        .measured = at(1000) };
}

class OutboxTest : public testing::Test {
protected:
    void put(const OutboxRow& row)
    {
        commit(*database_, [&](Transaction& transaction) { outbox_.put(transaction, row, at(1001)); });
    }
    void sent(const OutboxRow& row)
    {
        commit(*database_, [&](Transaction& transaction) { outbox_.sent(transaction, row); });
    }
    void failed(const OutboxRow& row, Instant next)
    {
        commit(*database_, [&](Transaction& transaction) { outbox_.failed(transaction, row, "no", next); });
    }
    void refused(const OutboxRow& row)
    {
        commit(*database_, [&](Transaction& transaction) { outbox_.refused(transaction, row, "closed"); });
    }
    std::vector<OutboxRow> rows() { return outbox_.rows().value(); }

    std::unique_ptr<Database> database_ = memory();
    Outbox outbox_ { *database_ };
};

TEST_F(OutboxTest, KeepsARowUntilThePortalHasIt)
{
    put(totals(1, november, "12.35"));
    auto waiting = rows();
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(waiting[0].resource, uuid(1));
    EXPECT_EQ(waiting[0].month, november);
    EXPECT_EQ(waiting[0].call, OutboxCall::set_usage);
    EXPECT_EQ(waiting[0].amounts, totals(1, november, "12.35").amounts);
    EXPECT_EQ(waiting[0].measured, at(1000));
    EXPECT_EQ(waiting[0].attempts, 0U);
    EXPECT_FALSE(waiting[0].next_try);
    EXPECT_TRUE(outbox_.reported(november).value().empty());

    sent(waiting[0]);
    EXPECT_TRUE(rows().empty());
    const Reported reported { { { uuid(1), november, "node", "" }, decimal("12.35") },
        { { uuid(1), november, "gpu", "" }, decimal("0") } };
    EXPECT_EQ(outbox_.reported(november).value(), reported);
    EXPECT_TRUE(outbox_.reported(october).value().empty());
}

TEST_F(OutboxTest, ANewerRowReplacesTheOneThatWaits)
{
    put(totals(1, november, "1"));
    const auto first = rows()[0];
    put(totals(1, november, "2"));
    const auto now = rows();
    ASSERT_EQ(now.size(), 1U);
    EXPECT_EQ(now[0].amounts[0].amount, decimal("2"));
    EXPECT_GT(now[0].version, first.version);
}

TEST_F(OutboxTest, AnIdenticalRowIsLeftAsItIs)
{
    put(totals(1, november, "1"));
    const auto first = rows()[0];
    auto same = totals(1, november, "1");
    same.measured = at(2000);
    put(same);
    EXPECT_EQ(rows()[0].version, first.version);
    EXPECT_EQ(rows()[0].measured, at(1000));
}

TEST_F(OutboxTest, AnAcknowledgementTakesOnlyTheVersionThatWasSent)
{
    put(totals(1, november, "1"));
    const auto first = rows()[0];
    put(totals(1, november, "2"));
    sent(first);
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].amounts[0].amount, decimal("2"));
    EXPECT_EQ((outbox_.reported(november).value().at({ uuid(1), november, "node", "" })), decimal("1"));
}

TEST_F(OutboxTest, AVersionIsNeverUsedAgain)
{
    put(totals(1, november, "1"));
    const auto first = rows()[0];
    sent(first);
    put(totals(1, november, "2"));
    sent(first); // once more, late
    EXPECT_EQ(rows().size(), 1U);
}

TEST_F(OutboxTest, AUsersShareIsReportedUnderItsComponent)
{
    put(shares(1, november, "3.50"));
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].users, shares(1, november, "3.50").users);
    sent(rows()[0]);
    EXPECT_EQ((outbox_.reported(november).value()),
        (Reported { { { uuid(1), november, "node", "mia" }, decimal("3.50") } }));
}

TEST_F(OutboxTest, WithinAResourceTotalsComeBeforeShares)
{
    put(shares(2, november, "1"));
    put(shares(1, november, "1"));
    put(totals(1, november, "1"));
    put(totals(1, october, "1"));
    put(shares(1, october, "1"));
    std::vector<std::string> order;
    for (const auto& row : rows())
        order.push_back(
            row.resource.text().substr(31) + " " + text(row.month) + " " + std::string(name(row.call)));
    EXPECT_EQ(order,
        (std::vector<std::string> { "1 2026-10 set_usage", "1 2026-10 set_user_usages", "1 2026-11 set_usage",
            "1 2026-11 set_user_usages", "2 2026-11 set_user_usages" }));
}

TEST_F(OutboxTest, AFailureIsRememberedAndStaysWithANewerFigure)
{
    put(totals(1, november, "1"));
    failed(rows()[0], at(1300));
    EXPECT_EQ(rows()[0].attempts, 1U);
    EXPECT_EQ(rows()[0].next_try, at(1300));
    EXPECT_EQ(rows()[0].last_error, "no");
    put(totals(1, november, "2"));
    EXPECT_EQ(rows()[0].attempts, 1U);
    EXPECT_EQ(rows()[0].next_try, at(1300));
}

TEST_F(OutboxTest, AFailureOfAReplacedRowDoesNotTouchTheNewOne)
{
    put(totals(1, november, "1"));
    const auto first = rows()[0];
    put(totals(1, november, "2"));
    failed(first, at(1300));
    refused(first);
    EXPECT_EQ(rows()[0].attempts, 0U);
    EXPECT_FALSE(rows()[0].refused);
}

TEST_F(OutboxTest, ARefusedRowIsSeenUntilTheMonthAfterTheNextReplacesIt)
{
    put(totals(1, october, "1"));
    put(shares(1, october, "1"));
    for (const auto& row : rows())
        refused(row);
    ASSERT_EQ(rows().size(), 2U);
    EXPECT_TRUE(rows()[0].refused);
    EXPECT_EQ(rows()[0].last_error, "closed");
    put(totals(2, november, "1")); // another resource
    EXPECT_EQ(rows().size(), 3U);
    put(totals(1, november, "1")); // october is still measured, so it is known that the portal won't have it
    EXPECT_EQ(rows().size(), 4U);
    put(totals(1, december, "1"));
    EXPECT_EQ(rows().size(), 3U);
    for (const auto& row : rows())
        EXPECT_NE(row.month, october);
}

TEST_F(OutboxTest, ARowThatWaitsIsNotDroppedByANewerMonth)
{
    put(totals(1, october, "1"));
    put(totals(1, november, "1"));
    EXPECT_EQ(rows().size(), 2U);
}

TEST_F(OutboxTest, IsBoundedWhateverIsPut)
{
    for (int i = 0; i < 100; ++i) {
        put(totals(1, november, std::to_string(i).c_str()));
        put(shares(1, november, std::to_string(i).c_str()));
    }
    EXPECT_EQ(rows().size(), 2U);
}

} // namespace
} // namespace site
