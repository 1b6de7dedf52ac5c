#include "store/ledger.hpp"

#include "unit/store/store_fixture.hpp"

namespace site {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr Day day(unsigned month, unsigned number)
{
    return std::chrono::year { 2026 } / std::chrono::month { month } / std::chrono::day { number };
}

constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;

LedgerRow row(Day on, Month month, const char* account, const char* user, std::uint64_t seconds)
{
    return { .day = on,
        .month = month,
        .account = Name(account),
        .user = Name(user),
        .spent = { seconds, seconds * 2, seconds * 3, seconds * 4, seconds * 5 },
        .jobs = 1,
        .wait_seconds = 10 };
}

class LedgerTest : public testing::Test {
protected:
    void replace(const LedgerDay& on, const std::vector<LedgerRow>& rows)
    {
        commit(*database_, [&](Transaction& transaction) { ledger_.replace_day(transaction, c1, on, rows); });
    }
    std::uint64_t spent(Month month, const char* account)
    {
        const auto sums = ledger_.spent(c1, month).value();
        const auto found = sums.find(Name(account));
        return found == sums.end() ? 0 : found->second.node_seconds;
    }
    std::unique_ptr<Database> database_ = memory();
    Ledger ledger_ { *database_ };
};

TEST_F(LedgerTest, AddsUpAMonthByAccountAndUser)
{
    replace({ .day = day(11, 1), .read = at(1), .whole = true },
        { row(day(11, 1), november, "a", "mia", 10), row(day(11, 1), november, "b", "mia", 5) });
    replace({ .day = day(11, 2), .read = at(2), .whole = true },
        { row(day(11, 2), november, "a", "anna", 1), row(day(11, 2), november, "a", "mia", 20) });
    const auto rows = ledger_.month(c1, november).value();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].user, Name("anna"));
    EXPECT_EQ(rows[1].user, Name("mia"));
    EXPECT_EQ(rows[1].account, Name("a"));
    EXPECT_EQ(rows[1].day, day(11, 1));
    EXPECT_EQ(rows[1].month, november);
    EXPECT_EQ(rows[1].spent.node_seconds, 30U);
    EXPECT_EQ(rows[1].spent.cpu_seconds, 60U);
    EXPECT_EQ(rows[1].spent.gpu_seconds, 90U);
    EXPECT_EQ(rows[1].spent.memory_mb_seconds, 120U);
    EXPECT_EQ(rows[1].spent.billing_seconds, 150U);
    EXPECT_EQ(rows[1].jobs, 2U);
    EXPECT_EQ(rows[1].wait_seconds, 20U);
    EXPECT_EQ(spent(november, "a"), 31U);
    EXPECT_EQ(spent(november, "b"), 5U);
    EXPECT_EQ(spent(october, "a"), 0U);
}

TEST_F(LedgerTest, ADayTakesThePlaceOfWhatItHad)
{
    replace({ .day = day(11, 1), .read = at(1) }, { row(day(11, 1), november, "a", "mia", 10) });
    replace({ .day = day(11, 1), .read = at(2) }, { row(day(11, 1), november, "b", "mia", 7) });
    EXPECT_EQ(spent(november, "a"), 0U);
    EXPECT_EQ(spent(november, "b"), 7U);
    EXPECT_EQ(ledger_.days(c1, day(11, 1), day(11, 2)).value().size(), 1U);
}

TEST_F(LedgerTest, ADayMayHoldTwoBillingMonths)
{
    replace({ .day = day(10, 31), .read = at(1) },
        { row(day(10, 31), october, "a", "mia", 10), row(day(10, 31), november, "a", "mia", 3) });
    replace({ .day = day(11, 1), .read = at(1) }, { row(day(11, 1), november, "a", "mia", 4) });
    EXPECT_EQ(spent(october, "a"), 10U);
    EXPECT_EQ(spent(november, "a"), 7U);
}

TEST_F(LedgerTest, ByDayAddsUpTheBillingMonthsOfADayAndKeepsDaysApart)
{
    replace({ .day = day(10, 31), .read = at(1) },
        { row(day(10, 31), october, "a", "mia", 10), row(day(10, 31), november, "a", "mia", 3),
            row(day(10, 31), november, "a", "anna", 2) });
    replace({ .day = day(11, 1), .read = at(1) },
        { row(day(11, 1), november, "b", "", 4), row(day(11, 1), november, "a", "mia", 5) });
    replace({ .day = day(11, 2), .read = at(1) }, { row(day(11, 2), november, "a", "mia", 6) });
    const auto rows = ledger_.by_day(c1, day(10, 31), day(11, 2)).value();
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].user, Name("anna"));
    EXPECT_EQ(rows[1].day, day(10, 31));
    EXPECT_EQ(rows[1].month, october);
    EXPECT_EQ(rows[1].account, Name("a"));
    EXPECT_EQ(rows[1].user, Name("mia"));
    EXPECT_EQ(rows[1].spent.node_seconds, 13U);
    EXPECT_EQ(rows[1].spent.billing_seconds, 65U);
    EXPECT_EQ(rows[1].jobs, 2U);
    EXPECT_EQ(rows[1].wait_seconds, 20U);
    EXPECT_EQ(rows[2].day, day(11, 1));
    EXPECT_EQ(rows[2].spent.node_seconds, 5U);
    EXPECT_EQ(rows[3].account, Name("b"));
    EXPECT_TRUE(rows[3].user.empty());
    EXPECT_TRUE(ledger_.by_day(Name("c2"), day(10, 31), day(11, 2)).value().empty());
    EXPECT_TRUE(ledger_.by_day(c1, day(11, 3), day(11, 3)).value().empty());
}

TEST_F(LedgerTest, DaysComeAscendingWithHowTheyWereRead)
{
    replace(
        { .day = day(11, 2), .read = at(2), .whole = false, .final = false, .job_rows = 7, .unreadable = 1 },
        {});
    replace({ .day = day(11, 1), .read = at(1), .whole = true, .final = true, .job_rows = 3 }, {});
    replace({ .day = day(11, 3), .read = at(3) }, {});
    const auto days = ledger_.days(c1, day(11, 1), day(11, 3)).value();
    ASSERT_EQ(days.size(), 2U);
    EXPECT_EQ(days[0].day, day(11, 1));
    EXPECT_TRUE(days[0].whole);
    EXPECT_TRUE(days[0].final);
    EXPECT_EQ(days[0].job_rows, 3U);
    EXPECT_EQ(days[1].read, at(2));
    EXPECT_FALSE(days[1].whole);
    EXPECT_FALSE(days[1].final);
    EXPECT_EQ(days[1].unreadable, 1U);
}

TEST_F(LedgerTest, AMonthByDayHasItsRowsAloneInOrder)
{
    replace({ .day = day(10, 31), .read = at(1) },
        { row(day(10, 31), october, "a", "mia", 1), row(day(10, 31), november, "a", "mia", 2) });
    replace({ .day = day(11, 2), .read = at(2) },
        { row(day(11, 2), november, "b", "mia", 3), row(day(11, 2), november, "a", "tom", 4),
            row(day(11, 2), november, "a", "mia", 5) });
    replace({ .day = day(12, 1), .read = at(3) }, { row(day(12, 1), november, "a", "mia", 6) });
    std::string all;
    const auto rows = ledger_.month_by_day(c1, november).value();
    for (const auto& one : rows)
        all += text(one.day) + " " + one.account.text() + " " + one.user.text() + " "
            + std::to_string(one.spent.node_seconds) + "\n";
    EXPECT_EQ(all,
        "2026-10-31 a mia 2\n2026-11-02 a mia 5\n2026-11-02 a tom 4\n2026-11-02 b mia 3\n2026-12-01 a mia "
        "6\n");
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows[0].month, november);
    EXPECT_EQ(rows[0].spent.billing_seconds, 10U);
    EXPECT_EQ(rows[0].jobs, 1U);
    EXPECT_EQ(rows[0].wait_seconds, 10U);
    EXPECT_TRUE(ledger_.month_by_day(Name("c2"), november).value().empty());
}

TEST_F(LedgerTest, ClustersAreApart)
{
    replace({ .day = day(11, 1), .read = at(1) }, { row(day(11, 1), november, "a", "mia", 10) });
    EXPECT_TRUE(ledger_.spent(Name("c2"), november).value().empty());
    EXPECT_TRUE(ledger_.days(Name("c2"), day(11, 1), day(11, 2)).value().empty());
}

} // namespace
} // namespace site
