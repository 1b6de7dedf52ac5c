#include "accounting/queue.hpp"

#include "store/ledger.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"
#include "store/released_usage.hpp"
#include "store/storage_levels.hpp"
#include "unit/accounting/job_fixture.hpp"

namespace site {
namespace {

using namespace test;

/// One account with a resource, and a ledger whose last day of October was booked without being queued.
class QueueTest : public testing::Test {
protected:
    QueueTest()
    {
        config_.components = { { "node", { Measure::node, 3600 } } };
        config_.per_user = false;
        KnownAllocation allocation;
        allocation.uuid = Uuid::parse(std::string(32, '1')).value();
        allocation.resource = Uuid::parse(std::string(32, '2')).value();
        allocation.group = Name("proja");
        commit([&](Transaction& transaction) {
            PortalMemory(*database_).save(transaction, c1_, {}, { { allocation.uuid, allocation } });
        });
    }
    void commit(const std::function<void(Transaction&)>& work)
    {
        const auto done = database_->commit("testing", work);
        ASSERT_TRUE(done) << done.error().text;
    }
    /// October's days up to this one, an hour of a node each.
    void book_up_to(unsigned last, bool final)
    {
        for (unsigned number = 1; number <= last; ++number) {
            const auto on = day(2026, 10, number);
            LedgerRow row;
            row.day = on;
            row.month = october;
            row.account = Name("proja");
            row.user = Name("u1");
            row.spent.node_seconds = 3600;
            commit([&](Transaction& transaction) {
                Ledger(*database_)
                    .replace_day(transaction, c1_,
                        { on, Instant { on } + std::chrono::hours { 24 }, true, final, 1, 0 }, { &row, 1 });
            });
        }
    }
    std::string queued(std::string_view now)
    {
        std::vector<Finding> findings;
        const auto count = queue_reports(*database_, c1_, config_, instant(now), findings);
        EXPECT_TRUE(count) << count.error().text;
        std::string out;
        for (const auto& row : Outbox(*database_).rows().value())
            for (const auto& [type, amount] : row.amounts)
                out += text(row.month) + " " + type + "=" + amount.text() + " ";
        return out;
    }
    void send_all()
    {
        for (const auto& row : Outbox(*database_).rows().value())
            commit([&](Transaction& transaction) { Outbox(*database_).sent(transaction, row); });
    }

    const Name c1_ { "c1" };
    UsageConfig config_;
    std::unique_ptr<Database> database_ = Database::open(":memory:", Database::Access::write).value();
};

TEST_F(QueueTest, TheLastMonthsLastFigureIsQueuedHoweverLateTheAgentIsBack)
{
    book_up_to(30, true);
    EXPECT_EQ(queued("2026-10-30T23:59:59Z"), "2026-10 node=30.00 ");
    send_all();
    book_up_to(31, true); // and killed before it was queued, to be back long after the days are final
    EXPECT_EQ(queued("2026-11-20T08:00:00Z"), "2026-10 node=31.00 ");
    send_all();
    EXPECT_EQ(queued("2026-11-20T09:00:00Z"), "");
}

TEST_F(QueueTest, AMonthThatWasNeverReportedIsNotBegunAfterItsEnd)
{
    book_up_to(31, true);
    EXPECT_EQ(queued("2026-11-20T08:00:00Z"), "");
}

TEST_F(QueueTest, AMonthThatIsNotWholeIsNotReported)
{
    book_up_to(30, true);
    EXPECT_EQ(queued("2026-10-30T23:59:59Z"), "2026-10 node=30.00 ");
    send_all();
    EXPECT_EQ(queued("2026-11-20T08:00:00Z"), "");
}

TEST_F(QueueTest, ALowerTotalIsToldAndHeldBackUntilSomebodyReleasesIt)
{
    book_up_to(30, true);
    EXPECT_EQ(queued("2026-10-30T23:59:59Z"), "2026-10 node=30.00 ");
    send_all();
    commit([&](Transaction& transaction) {
        Ledger(*database_)
            .replace_day(transaction, c1_,
                { day(2026, 10, 7), instant("2026-10-08T00:00:00Z"), true, true, 1, 0 }, {});
    });
    std::vector<Finding> findings;
    EXPECT_EQ(queue_reports(*database_, c1_, config_, instant("2026-10-30T23:59:59Z"), findings).value(), 0U);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].code, "usage-fewer");
    EXPECT_EQ(findings[0].subject, "proja");
    EXPECT_EQ(findings[0].text,
        "node of 2026-10 comes to 29.00 by our ledger, and the portal has 30.00: the portal keeps it");

    const ReleasedUsage releases(*database_);
    const auto resource = Uuid::parse(std::string(32, '2')).value();
    commit([&](Transaction& transaction) {
        ReleasedUsage(*database_)
            .add(transaction, c1_, resource, october, "eve", instant("2026-10-30T23:59:59Z"));
    });
    EXPECT_EQ(queued("2026-10-30T23:59:59Z"), "2026-10 node=29.00 ");
    EXPECT_EQ(releases.of(c1_, october).value().size(), 1U);
    send_all();
    EXPECT_EQ(queued("2026-10-30T23:59:59Z"), "");
    EXPECT_TRUE(releases.of(c1_, october).value().empty()); // it held for once
}

/// The same account, reported with what it has on a volume.
class StorageQueueTest : public QueueTest {
protected:
    StorageQueueTest() { config_.storage_components = { { "storage", { .volume = "scratch" } } }; }
    void read(std::string_view when, std::optional<std::uint64_t> gibibytes)
    {
        const std::vector<StorageLevel> levels { { .holder = { .group = Name("proja") },
            .used_bytes = gibibytes ? std::optional(*gibibytes << 30) : std::nullopt } };
        commit([&](Transaction& transaction) {
            StorageLevels(*database_)
                .put(transaction, c1_, "scratch", instant(when), config_.zone_offset, levels);
        });
    }
};

TEST_F(StorageQueueTest, AReadingAloneIsQueuedWhereOnlyStorageIsConfigured)
{
    config_.components.clear();
    EXPECT_EQ(queued("2026-10-05T09:00:00Z"), "");
    read("2026-10-05T10:00:00Z", 3);
    EXPECT_EQ(queued("2026-10-05T10:00:00Z"), "2026-10 storage=3.00 ");
    send_all();
    EXPECT_EQ(queued("2026-10-05T11:00:00Z"), "");
    read("2026-10-05T12:00:00Z", 2);
    EXPECT_EQ(queued("2026-10-05T12:00:00Z"), "2026-10 storage=2.00 ");
}

TEST_F(StorageQueueTest, UsageAndStorageAreOneRow)
{
    book_up_to(5, true);
    read("2026-10-05T10:00:00Z", 3);
    EXPECT_EQ(queued("2026-10-05T23:59:59Z"), "2026-10 node=5.00 2026-10 storage=3.00 ");
    EXPECT_EQ(Outbox(*database_).rows().value().size(), 1U);
}

TEST_F(StorageQueueTest, AMonthWhoseUsageIsNotWholeStillTellsOfStorage)
{
    read("2026-10-05T10:00:00Z", 3);
    EXPECT_EQ(queued("2026-10-05T10:00:00Z"), "2026-10 storage=3.00 ");
    std::vector<Finding> findings;
    ASSERT_TRUE(queue_reports(*database_, c1_, config_, instant("2026-10-05T10:00:00Z"), findings));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].code, "month-incomplete");
}

TEST_F(StorageQueueTest, AFigureOfAnEarlierMonthIsNoFigureOfThisOne)
{
    config_.components.clear();
    read("2026-10-31T10:00:00Z", 3);
    EXPECT_EQ(queued("2026-10-31T10:00:00Z"), "2026-10 storage=3.00 ");
    send_all();
    read("2026-11-01T10:00:00Z", {}); // asked for, and not known
    EXPECT_EQ(queued("2026-11-01T10:00:00Z"), "");
    read("2026-11-02T10:00:00Z", 4);
    EXPECT_EQ(queued("2026-11-02T10:00:00Z"), "2026-11 storage=4.00 ");
}

TEST_F(StorageQueueTest, TheLastReadingOfAMonthIsReportedThoughItTurnedSince)
{
    config_.components.clear();
    config_.zone_offset = Seconds { 3600 };
    read("2026-10-31T21:00:00Z", 3);
    EXPECT_EQ(queued("2026-10-31T21:00:00Z"), "2026-10 storage=3.00 ");
    send_all();
    read("2026-10-31T22:59:59Z", 5); // and killed before it was queued
    read("2026-10-31T23:00:00Z", 6); // November in the portal's zone
    EXPECT_EQ(queued("2026-10-31T23:00:00Z"), "2026-10 storage=5.00 2026-11 storage=6.00 ");
}

TEST_F(StorageQueueTest, AnotherVolumesReadingIsNotTold)
{
    config_.components.clear();
    config_.storage_components["storage"].volume = "home";
    read("2026-10-05T10:00:00Z", 3);
    EXPECT_EQ(queued("2026-10-05T10:00:00Z"), "");
}

} // namespace
} // namespace site
