#include "accounting/report.hpp"

#include "unit/accounting/job_fixture.hpp"

namespace site {
namespace {

using namespace test;

Uuid uuid(char digit)
{
    return Uuid::parse(std::string(32, digit)).value();
}

Decimal decimal(const char* text)
{
    return Decimal::parse(text).value();
}

/// Node-seconds, and as many CPU-seconds again times ten.
LedgerRow usage(const char* account, const char* user, std::uint64_t node)
{
    LedgerRow row;
    row.day = day(2026, 11, 1);
    row.month = november;
    row.account = Name(account);
    row.user = Name(user);
    row.spent = { .node_seconds = node, .cpu_seconds = node * 10 };
    return row;
}

/// One line a row, so that a whole report can be compared at once.
std::vector<std::string> show(const std::vector<OutboxRow>& rows)
{
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        std::string line
            = row.resource.text().substr(0, 1) + " " + text(row.month) + " " + std::string(name(row.call));
        if (!row.component.empty())
            line += " " + row.component + ":";
        for (const auto& [type, value] : row.amounts)
            line += " " + type + "=" + value.text();
        for (const auto& [user, value] : row.users)
            line += " " + user + "=" + value.text();
        lines.push_back(line);
    }
    return lines;
}

using Lines = std::vector<std::string>;

class ReportTest : public testing::Test {
protected:
    ReportTest()
    {
        config_.components = { { "node", { Measure::node, 3600 } }, { "cpu", { Measure::cpu, 3600 } } };
        config_.per_user = false;
    }
    std::vector<OutboxRow> rows(const std::vector<LedgerRow>& month_rows)
    {
        return rows_to_report(
            month_rows, november, instant("2026-11-05T08:00:00Z"), resources_, config_, reported_, waiting_)
            .rows;
    }
    /// As the store does when the portal has acknowledged.
    void acknowledge(const std::vector<OutboxRow>& sent)
    {
        for (const auto& row : sent) {
            for (const auto& [type, amount] : row.amounts)
                reported_[{ row.resource, row.month, type, "" }] = amount;
            for (const auto& [user, amount] : row.users)
                reported_[{ row.resource, row.month, row.component, user }] = amount;
        }
    }

    UsageConfig config_;
    ResourceOf resources_ { { Name("a"), uuid('1') }, { Name("b"), uuid('2') } };
    Reported reported_;
    std::vector<OutboxRow> waiting_;
};

TEST(Amount, IsInThePortalsUnitAndRoundedHalfUpOnce)
{
    const ComponentConfig hours { Measure::node, 3600 };
    const auto of = [&](std::uint64_t seconds) { return amount({ .node_seconds = seconds }, hours).text(); };
    EXPECT_EQ(of(0), "0.00");
    EXPECT_EQ(of(17), "0.00"); // 0.0047
    EXPECT_EQ(of(18), "0.01"); // 0.005
    EXPECT_EQ(of(44448), "12.35"); // 12.346666
    EXPECT_EQ(of(3600ULL * 1'000'000'000), "1000000000.00");
}

TEST(Amount, TakesTheMeasureThatIsConfigured)
{
    const Spent spent { 1, 2, 3, 4, 5 };
    EXPECT_EQ(amount(spent, { Measure::node, 1 }).text(), "1.00");
    EXPECT_EQ(amount(spent, { Measure::cpu, 1 }).text(), "2.00");
    EXPECT_EQ(amount(spent, { Measure::gpu, 1 }).text(), "3.00");
    EXPECT_EQ(amount(spent, { Measure::memory, 1 }).text(), "4.00");
    EXPECT_EQ(amount(spent, { Measure::billing, 1 }).text(), "5.00");
}

TEST_F(ReportTest, AllComponentsOfAResourceGoInOneRowAndAZeroIsASignOfLife)
{
    const auto made
        = rows({ usage("a", "mia", 3600), usage("a", "olu", 1800), usage("unknown", "mia", 99999) });
    EXPECT_EQ(show(made),
        (Lines { "1 2026-11 set_usage cpu=15.00 node=1.50", "2 2026-11 set_usage cpu=0.00 node=0.00" }));
    EXPECT_EQ(made[0].measured, instant("2026-11-05T08:00:00Z"));
}

TEST_F(ReportTest, OnlyWhatChangedIsSent)
{
    acknowledge(rows({ usage("a", "mia", 3600), usage("b", "mia", 3600) }));
    EXPECT_EQ(show(rows({ usage("a", "mia", 3600), usage("b", "mia", 3600) })), Lines {});
    EXPECT_EQ(show(rows({ usage("a", "mia", 3600), usage("b", "mia", 7200) })),
        (Lines { "2 2026-11 set_usage cpu=20.00 node=2.00" }));
}

TEST_F(ReportTest, ALowerTotalIsHeldBackUntilItIsReleased)
{
    acknowledge(rows({ usage("a", "mia", 3600), usage("b", "mia", 3600) }));
    const std::vector<LedgerRow> less { usage("a", "mia", 1800), usage("b", "mia", 7200) };
    const auto reports = [&](const std::set<Uuid>& released) {
        return rows_to_report(less, november, instant("2026-11-05T08:00:00Z"), resources_, config_, reported_,
            waiting_, {}, released);
    };
    const auto held = reports({});
    EXPECT_EQ(show(held.rows), (Lines { "2 2026-11 set_usage cpu=20.00 node=2.00" }));
    ASSERT_EQ(held.fewer.size(), 2U); // both components of a
    EXPECT_EQ(held.fewer[1].type, "node");
    EXPECT_EQ(held.fewer[1].portal.text(), "1.00");
    EXPECT_EQ(held.fewer[1].now.text(), "0.50");

    const auto let_go = reports({ uuid('1') });
    EXPECT_EQ(show(let_go.rows),
        (Lines { "1 2026-11 set_usage cpu=5.00 node=0.50", "2 2026-11 set_usage cpu=20.00 node=2.00" }));
    EXPECT_TRUE(let_go.fewer.empty());
    EXPECT_TRUE(let_go.agreed.empty()); // not before the portal has it
    acknowledge(let_go.rows);
    EXPECT_EQ(reports({ uuid('1') }).agreed, std::set<Uuid> { uuid('1') });
}

TEST_F(ReportTest, OfATotalThatIsHeldBackTheOtherComponentsGoOn)
{
    acknowledge(rows({ usage("a", "mia", 3600), usage("b", "mia", 0) }));
    auto moved = usage("a", "mia", 3600);
    moved.spent.node_seconds = 1800;
    moved.spent.cpu_seconds += 3600;
    EXPECT_EQ(
        show(rows({ moved, usage("b", "mia", 0) })), (Lines { "1 2026-11 set_usage cpu=11.00 node=1.00" }));
}

// Field case "Portal client 7": what rounds to the figure that the portal has is no change.
TEST_F(ReportTest, WhatIsEqualAfterRoundingIsNotSent)
{
    acknowledge(rows({ usage("a", "mia", 44448), usage("b", "mia", 0) }));
    // node 12.3466 and 12.3469, both 12.35; the CPUs move by more than a hundredth, so leave them out
    config_.components.erase("cpu");
    EXPECT_EQ(show(rows({ usage("a", "mia", 44449), usage("b", "mia", 14) })), Lines {});
}

TEST_F(ReportTest, AComponentThatWasAddedIsSentWithTheOthers)
{
    acknowledge(rows({ usage("a", "mia", 3600) }));
    config_.components["gpu"] = { Measure::gpu, 3600 };
    EXPECT_EQ(show(rows({ usage("a", "mia", 3600) })),
        (Lines { "1 2026-11 set_usage cpu=10.00 gpu=0.00 node=1.00",
            "2 2026-11 set_usage cpu=0.00 gpu=0.00 node=0.00" }));
}

TEST_F(ReportTest, NothingIsReportedWithoutComponents)
{
    config_.components.clear();
    EXPECT_EQ(show(rows({ usage("a", "mia", 3600) })), Lines {});
}

TEST_F(ReportTest, WhatAlreadyWaitsIsNotPutAgainButANewFigureIs)
{
    waiting_ = rows({ usage("a", "mia", 3600) });
    EXPECT_EQ(show(rows({ usage("a", "mia", 3600) })), Lines {});
    EXPECT_EQ(show(rows({ usage("a", "mia", 7200) })), (Lines { "1 2026-11 set_usage cpu=20.00 node=2.00" }));
}

TEST_F(ReportTest, AFigureThatWentBackReplacesTheOneThatWaits)
{
    acknowledge(rows({ usage("a", "mia", 3600) }));
    waiting_ = rows({ usage("a", "mia", 7200) });
    EXPECT_EQ(show(rows({ usage("a", "mia", 3600) })), (Lines { "1 2026-11 set_usage cpu=10.00 node=1.00" }));
}

TEST_F(ReportTest, AClosedMonthIsNotTriedAgain)
{
    config_.per_user = true;
    waiting_ = rows({ usage("a", "mia", 3600), usage("b", "mia", 3600) });
    ASSERT_EQ(waiting_[0].call, OutboxCall::set_usage);
    waiting_[0].refused = true;
    for (const auto& line : show(rows({ usage("a", "mia", 7200), usage("b", "mia", 7200) })))
        EXPECT_EQ(line.front(), '2') << line;
}

TEST_F(ReportTest, AnotherMonthsRowsDoNotCount)
{
    waiting_ = rows({ usage("a", "mia", 3600) });
    for (auto& row : waiting_)
        row.month = october;
    reported_[{ uuid('1'), october, "node", "" }] = decimal("1.00");
    EXPECT_EQ(rows({ usage("a", "mia", 3600) }).size(), 2U);
}

TEST_F(ReportTest, TwoAccountsOfOneResourceAreAddedUp)
{
    resources_ = { { Name("a"), uuid('1') }, { Name("b"), uuid('1') }, { Name("c"), Uuid {} } };
    EXPECT_EQ(show(rows({ usage("a", "mia", 3600), usage("b", "mia", 3600), usage("c", "mia", 3600) })),
        (Lines { "1 2026-11 set_usage cpu=20.00 node=2.00" }));
}

// Field case "Daemon 1": the period is kept with the figure, so it can't be filed under the month of the
// call.
TEST_F(ReportTest, TheMomentOfMeasuringLiesInTheMonth)
{
    config_.zone_offset = Seconds { 3 * 3600 };
    const std::vector<LedgerRow> no_usage;
    const auto late
        = rows_to_report(no_usage, october, instant("2026-11-01T00:00:03Z"), resources_, config_, {}, {})
              .rows;
    ASSERT_FALSE(late.empty());
    EXPECT_EQ(late[0].measured, instant("2026-10-31T20:59:59Z"));
    EXPECT_EQ(month_of(late[0].measured, config_.zone_offset), october);
    const auto early
        = rows_to_report(no_usage, november, instant("2026-10-01T00:00:00Z"), resources_, config_, {}, {})
              .rows;
    EXPECT_EQ(early.at(0).measured, instant("2026-10-31T21:00:00Z"));
}

class UserReportTest : public ReportTest {
protected:
    UserReportTest()
    {
        config_.per_user = true;
        config_.components.erase("cpu");
        resources_.erase(Name("b"));
    }
    /// The rows of users only.
    Lines shares(const std::vector<LedgerRow>& month_rows)
    {
        auto lines = show(rows(month_rows));
        std::erase_if(lines, [](const auto& line) { return line.find("user") == std::string::npos; });
        return lines;
    }
};

TEST_F(UserReportTest, UsersFollowTheTotalWithOneRowAComponent)
{
    config_.components["cpu"] = { Measure::cpu, 3600 };
    EXPECT_EQ(show(rows({ usage("a", "olu", 1800), usage("a", "mia", 3600), usage("a", "idle", 0) })),
        (Lines { "1 2026-11 set_usage cpu=15.00 node=1.50",
            "1 2026-11 set_user_usages cpu: mia=10.00 olu=5.00",
            "1 2026-11 set_user_usages node: mia=1.00 olu=0.50" }));
}

TEST_F(UserReportTest, OnlyUsersWhoseFigureChangedAreSent)
{
    acknowledge(rows({ usage("a", "mia", 3600), usage("a", "olu", 3600) }));
    EXPECT_EQ(shares({ usage("a", "mia", 3600), usage("a", "olu", 7200) }),
        (Lines { "1 2026-11 set_user_usages node: olu=2.00" }));
    EXPECT_EQ(shares({ usage("a", "mia", 3600), usage("a", "olu", 3600) }), Lines {});
}

TEST_F(UserReportTest, AUserWhoVanishedIsSentAsZeroOnce)
{
    acknowledge(rows({ usage("a", "mia", 3600), usage("a", "olu", 3600) }));
    const auto made = rows({ usage("a", "mia", 7200) });
    EXPECT_EQ(
        shares({ usage("a", "mia", 7200) }), (Lines { "1 2026-11 set_user_usages node: mia=2.00 olu=0.00" }));
    acknowledge(made);
    EXPECT_EQ(shares({ usage("a", "mia", 7200) }), Lines {});
}

TEST_F(UserReportTest, WithATotalThatIsHeldBackItsSharesAreToo)
{
    acknowledge(rows({ usage("a", "mia", 3600), usage("a", "olu", 3600) }));
    EXPECT_EQ(shares({ usage("a", "mia", 3600) }), Lines {});
}

TEST_F(UserReportTest, AWaitingRowIsReplacedWithAllThatThePortalMayHaveHeard)
{
    acknowledge(rows({ usage("a", "mia", 3600) }));
    waiting_ = rows({ usage("a", "mia", 3600), usage("a", "olu", 3600) });
    EXPECT_EQ(shares({ usage("a", "mia", 3600), usage("a", "olu", 3600) }), Lines {});
    // olu is gone again: the portal may have had him although the answer was lost
    EXPECT_EQ(
        shares({ usage("a", "mia", 7200) }), (Lines { "1 2026-11 set_user_usages node: mia=2.00 olu=0.00" }));
}

TEST_F(UserReportTest, UsageWithoutAUserCountsInTheTotalAlone)
{
    EXPECT_EQ(show(rows({ usage("a", "", 3600) })), (Lines { "1 2026-11 set_usage node=1.00" }));
}

TEST_F(UserReportTest, OneRefusedRowOfUsersDoesNotStopTheTotals)
{
    waiting_ = rows({ usage("a", "mia", 3600) });
    ASSERT_EQ(waiting_.at(1).call, OutboxCall::set_user_usages);
    waiting_[1].refused = true;
    EXPECT_EQ(show(rows({ usage("a", "mia", 7200) })), (Lines { "1 2026-11 set_usage node=2.00" }));
}

} // namespace
} // namespace site
