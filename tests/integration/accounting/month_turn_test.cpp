// Both sides of the month's turn, against a portal with a clock and a zone of its own.

#include "accounting/collect.hpp"
#include "accounting/queue.hpp"
#include "accounting/report.hpp"
#include "integration/portal/real_portal.hpp"
#include "store/portal_memory.hpp"

#include <gmock/gmock.h>

#include <array>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

const Name cluster { "c1" };
constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;

/// A job that began long ago and runs on, on one whole node.
class OneJob : public JobSource {
public:
    explicit OneJob(const Clock& clock) : clock_(clock) { }
    Result<WindowRead> jobs(Window, JobSink& sink) override
    {
        JobRow row;
        row.cluster = cluster;
        row.account = Name("brics.climate");
        row.user = Name("u001");
        row.partition = Name("main");
        row.state = Name("RUNNING");
        row.id = 1;
        row.submit = row.eligible = row.start = parse_instant("2026-10-30T00:00:00Z").value();
        row.elapsed = static_cast<std::uint64_t>((clock_.now() - row.start).count());
        row.tres = { .cpu = 8, .memory = 1, .node = 1 };
        const std::array rows { row };
        if (auto taken = sink.rows(rows); !taken)
            return taken.error();
        return WindowRead { .rows = 1 };
    }
    Result<NodeShape> shape(Name) override { return NodeShape { .cpus = 8 }; }

private:
    const Clock& clock_;
};

struct Zone {
    std::string name;
    int hours;
    std::string text;
};

/// The portal's clock runs `skew` seconds ahead of ours.
class MonthTurn : public testing::TestWithParam<Zone> {
protected:
    void start(int skew)
    {
        skew_ = skew;
        clock_ = std::make_unique<ManualClock>(turn() - Seconds { 90 });
        PortalProcess::Options options;
        options.now = (clock_->now() + Seconds { skew }).time_since_epoch().count();
        options.arguments = { "--zone", GetParam().text };
        portal_ = std::make_unique<PortalProcess>(options);
        config_.name = "test";
        config_.url = portal_->url();
        config_.token = token_.source();
        config_.retries = 0;
        rest_ = RestPortal::open(config_, *clock_).value();
        usage_.components = { { "node", { Measure::node, 3600 } } };
        usage_.per_user = false;
        usage_.zone_offset = Seconds { GetParam().hours * 3600 };
        KnownAllocation allocation;
        allocation.uuid = climate;
        allocation.resource = climate_resource;
        allocation.group = Name("brics.climate");
        ASSERT_TRUE(database_->commit("testing", [&](Transaction& transaction) {
            PortalMemory(*database_).save(transaction, cluster, {}, { { climate, allocation } });
        }));
    }
    /// The first moment of November in the portal's zone.
    Instant turn() const { return start_of(november, Seconds { GetParam().hours * 3600 }); }
    void forward(Seconds by)
    {
        clock_->advance(by);
        const auto reply = portal_->control("POST", "clock",
            R"({"epoch":)" + std::to_string((clock_->now() + Seconds { skew_ }).time_since_epoch().count())
                + "}");
        ASSERT_LT(reply.status, 300) << reply.body;
    }
    Drained report()
    {
        OneJob jobs(*clock_);
        const auto measured = clock_->now();
        auto collected = collect(jobs, *database_, cluster, usage_, *clock_);
        EXPECT_TRUE(collected) << collected.error().text;
        std::vector<Finding> findings;
        auto queued = queue_reports(*database_, cluster, usage_, measured, findings);
        EXPECT_TRUE(queued) << queued.error().text;
        EXPECT_TRUE(findings.empty()) << findings.front().text;
        auto done = drain(*rest_, *database_, *clock_, {}, Due::all);
        EXPECT_TRUE(done) << done.error().text;
        return std::move(done).value();
    }
    std::string at_portal(Month month)
    {
        for (const auto& record : rest_->usage_records(climate_resource, month).value())
            if (record.type == "node")
                return record.usage.text();
        return "none";
    }
    /// Hours of one node from the job's start, or the month's, to a moment.
    std::string hours(Instant to, Month month) const
    {
        const auto from
            = std::max(parse_instant("2026-10-30T00:00:00Z").value(), start_of(month, usage_.zone_offset));
        return to_decimal_text((to - from).count());
    }
    static std::string to_decimal_text(std::int64_t seconds)
    {
        const auto hundredths = (seconds * 100 + 1800) / 3600;
        auto cents = std::to_string(hundredths % 100);
        if (cents.size() == 1)
            cents = "0" + cents;
        return std::to_string(hundredths / 100) + "." + cents;
    }

    int skew_ = 0;
    SecretFile token_ { PortalProcess::token() };
    PortalConfig config_;
    UsageConfig usage_;
    std::unique_ptr<ManualClock> clock_;
    std::unique_ptr<PortalProcess> portal_;
    std::unique_ptr<RestPortal> rest_;
    std::unique_ptr<Database> database_ = Database::open(":memory:", Database::Access::write).value();
};

TEST_P(MonthTurn, EachFigureIsFiledUnderItsOwnMonthOnBothSides)
{
    start(0);
    EXPECT_EQ(report().refused, 0U);
    EXPECT_EQ(at_portal(october), hours(clock_->now(), october));
    EXPECT_EQ(at_portal(november), "none");
    const auto before = at_portal(october);
    forward(Seconds { 95 }); // five seconds into November
    const auto done = report();
    EXPECT_EQ(done.failed, 0U);
    EXPECT_EQ(at_portal(november), "0.00");
    EXPECT_EQ(done.refused, 1U); // October's last 90 seconds, tried once
    EXPECT_EQ(at_portal(october), before);
    const auto rows = Outbox(*database_).rows().value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].refused);
    EXPECT_EQ(rows[0].month, october);
    EXPECT_EQ(rows[0].amounts.at(0).amount.text(), hours(turn(), october)); // kept, and shown
    EXPECT_THAT(rows[0].last_error, HasSubstr("past billing periods"));

    forward(Seconds { 7200 });
    EXPECT_EQ(report().refused, 0U);
    EXPECT_EQ(at_portal(november), hours(clock_->now(), november));
    EXPECT_EQ(at_portal(october), before);
}

TEST_P(MonthTurn, WithThePortalsClockAheadNoFigureOfOctoberIsFiledUnderNovember)
{
    start(120); // it is November there already
    EXPECT_EQ(report().refused, 1U);
    EXPECT_EQ(at_portal(october), "none");
    EXPECT_EQ(at_portal(november), "none");
    forward(Seconds { 3600 });
    EXPECT_EQ(report().failed, 0U);
    EXPECT_EQ(at_portal(november), hours(clock_->now(), november));
}

TEST_P(MonthTurn, WithThePortalsClockBehindNoFigureOfNovemberIsFiledUnderOctober)
{
    start(-120);
    EXPECT_EQ(report().failed, 0U);
    const auto before = at_portal(october);
    EXPECT_EQ(before, hours(clock_->now(), october));
    forward(Seconds { 100 }); // November here, October there
    (void)report();
    EXPECT_EQ(at_portal(october), hours(turn(), october)); // October's end is still taken
    EXPECT_EQ(at_portal(november), "none");
    forward(Seconds { 7200 });
    EXPECT_EQ(report().failed, 0U);
    EXPECT_EQ(at_portal(november), hours(clock_->now(), november));
    EXPECT_EQ(at_portal(october), hours(turn(), october));
}

TEST_P(MonthTurn, AwayOverTheTurnNovemberIsWholeAndOctoberIsTriedOnce)
{
    start(0);
    EXPECT_EQ(report().refused, 0U);
    const auto before = at_portal(october);
    forward(Seconds { 3 * 86400 });
    EXPECT_EQ(report().refused, 1U);
    EXPECT_EQ(at_portal(october), before);
    EXPECT_EQ(at_portal(november), hours(clock_->now(), november));
    const auto calls = portal_->requests("POST /api/marketplace-component-usages/set_usage/");
    forward(Seconds { 60 });
    EXPECT_EQ(report().refused, 0U);
    EXPECT_EQ(
        portal_->requests("POST /api/marketplace-component-usages/set_usage/") - calls, 1U); // November's
}

INSTANTIATE_TEST_SUITE_P(Zones, MonthTurn,
    testing::Values(
        Zone { "utc", 0, "+00:00" }, Zone { "ahead", 3, "+03:00" }, Zone { "behind", -5, "-05:00" }),
    [](const auto& one) { return one.param.name; });

} // namespace
} // namespace site
