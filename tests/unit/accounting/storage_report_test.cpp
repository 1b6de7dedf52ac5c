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

/// `set_usage node=1.00 storage=2.00` or `set_user_usages storage: mia=2.00`, a line a row.
std::vector<std::string> show(const std::vector<OutboxRow>& rows)
{
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        auto line = row.resource.text().substr(0, 1) + " " + std::string(name(row.call));
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

/// A resource with usage and storage.
class StorageReportTest : public testing::Test {
protected:
    StorageReportTest()
    {
        config_.components = { { "node", { Measure::node, 3600 } } };
        config_.storage_components = { { "storage", { .volume = "scratch" } } };
        config_.per_user = false;
        used(3600);
        stored("2.00");
    }
    void used(std::uint64_t node_seconds)
    {
        LedgerRow row;
        row.day = day(2026, 11, 1);
        row.month = november;
        row.account = Name("a");
        row.user = Name("mia");
        row.spent = { .node_seconds = node_seconds };
        usage_ = std::vector { row };
    }
    void stored(const char* amount) { stored_.totals[uuid('1')]["storage"] = decimal(amount); }
    void stored(const char* user, const char* amount)
    {
        stored_.users[uuid('1')]["storage"][user] = decimal(amount);
    }
    std::vector<OutboxRow> rows()
    {
        return rows_to_report(usage_, november, instant("2026-11-05T08:00:00Z"), { { Name("a"), uuid('1') } },
            config_, reported_, waiting_, stored_)
            .rows;
    }
    void acknowledge()
    {
        for (const auto& row : rows()) {
            for (const auto& [type, amount] : row.amounts)
                reported_[{ row.resource, row.month, type, "" }] = amount;
            for (const auto& [user, amount] : row.users)
                reported_[{ row.resource, row.month, row.component, user }] = amount;
        }
    }

    UsageConfig config_;
    std::optional<std::vector<LedgerRow>> usage_;
    StorageAmounts stored_;
    Reported reported_;
    std::vector<OutboxRow> waiting_;
};

TEST_F(StorageReportTest, StorageGoesInTheSameCallAsUsage)
{
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage node=1.00 storage=2.00" }));
    acknowledge();
    EXPECT_EQ(show(rows()), Lines {});
    stored("3.00");
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage node=1.00 storage=3.00" }));
}

TEST_F(StorageReportTest, AFallIsSentLikeARise)
{
    acknowledge();
    stored("0.00");
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage node=1.00 storage=0.00" }));
}

TEST_F(StorageReportTest, AFigureThatIsNotKnownAnyMoreIsNotSent)
{
    acknowledge();
    stored_ = {};
    EXPECT_EQ(show(rows()), Lines {});
    used(7200);
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage node=2.00" }));
}

TEST_F(StorageReportTest, WithoutComponentsOfUsageStorageIsStillReported)
{
    config_.components.clear();
    usage_.reset();
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage storage=2.00" }));
    acknowledge();
    EXPECT_EQ(show(rows()), Lines {});
    stored_ = {};
    reported_.clear();
    EXPECT_EQ(show(rows()), Lines {}); // nothing known: no empty call, no zero
}

TEST_F(StorageReportTest, AMonthThatIsNotWholeTellsOfStorageAlone)
{
    usage_.reset();
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage storage=2.00" }));
    config_.per_user = true;
    stored("mia", "1.00");
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage storage=2.00", "1 set_user_usages storage: mia=1.00" }));
}

TEST_F(StorageReportTest, WhatWaitsAndIsNotKnownNowWaitsOn)
{
    waiting_ = rows();
    stored_ = {};
    EXPECT_EQ(show(rows()), Lines {}); // the row that waits has both
    used(7200);
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage node=2.00 storage=2.00" }));
    usage_.reset();
    EXPECT_EQ(show(rows()), Lines {});
    stored("5.00");
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage node=1.00 storage=5.00" }));
}

TEST_F(StorageReportTest, AComponentThatWasTakenOutOfTheConfigurationLeavesWhatWaits)
{
    waiting_ = rows();
    config_.storage_components.clear();
    stored_ = {};
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage node=1.00" }));
}

TEST_F(StorageReportTest, AClosedMonthTakesNoStorage)
{
    config_.per_user = true;
    stored("mia", "1.00");
    waiting_ = rows();
    ASSERT_EQ(waiting_.front().call, OutboxCall::set_usage);
    waiting_.front().refused = true;
    stored("9.00");
    stored("mia", "9.00");
    EXPECT_EQ(show(rows()), Lines {});
}

class UserStorageReportTest : public StorageReportTest {
protected:
    UserStorageReportTest()
    {
        config_.per_user = true;
        config_.components.clear();
        usage_.reset();
        stored("mia", "1.00");
        stored("olu", "2.00");
    }
};

TEST_F(UserStorageReportTest, PeopleFollowTheTotalAndOnlyWhoChangedIsSent)
{
    EXPECT_EQ(
        show(rows()), (Lines { "1 set_usage storage=2.00", "1 set_user_usages storage: mia=1.00 olu=2.00" }));
    acknowledge();
    EXPECT_EQ(show(rows()), Lines {});
    stored("olu", "0.00");
    EXPECT_EQ(show(rows()), (Lines { "1 set_user_usages storage: olu=0.00" }));
}

TEST_F(UserStorageReportTest, WhoIsNotKnownNowKeepsHisFigureInsteadOfAZero)
{
    acknowledge();
    stored_.users[uuid('1')]["storage"].erase("olu");
    EXPECT_EQ(show(rows()), Lines {});
}

TEST_F(UserStorageReportTest, AWaitingRowKeepsWhomItNames)
{
    waiting_ = rows();
    stored_.users[uuid('1')]["storage"].erase("olu");
    EXPECT_EQ(show(rows()), Lines {});
    stored("mia", "4.00");
    EXPECT_EQ(show(rows()), (Lines { "1 set_user_usages storage: mia=4.00 olu=2.00" }));
}

TEST_F(UserStorageReportTest, ARefusedRowOfPeopleStopsOnlyThem)
{
    waiting_ = rows();
    ASSERT_EQ(waiting_.at(1).call, OutboxCall::set_user_usages);
    waiting_[1].refused = true;
    stored("mia", "4.00");
    stored("4.00");
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage storage=4.00" }));
}

TEST_F(UserStorageReportTest, NobodyIsToldOfWhereUsersAreNotReported)
{
    config_.per_user = false;
    EXPECT_EQ(show(rows()), (Lines { "1 set_usage storage=2.00" }));
}

} // namespace
} // namespace site
