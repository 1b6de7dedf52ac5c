#include "accounting/queue.hpp"

#include "store/ledger.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"
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
    std::unique_ptr<Database> database_
        = std::move(Database::open(":memory:", Database::Access::write).value());
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

} // namespace
} // namespace site
