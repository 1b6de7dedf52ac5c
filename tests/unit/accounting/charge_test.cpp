#include "accounting/charge.hpp"

#include "unit/accounting/job_fixture.hpp"

namespace site {
namespace {

using namespace test;

const Instant later = instant("2026-12-01T00:00:00Z");

Charge charge(const JobRow& row, const ChargeConfig& config = {}, Instant until = later)
{
    return Charging({ .charge = config }, until).of(row);
}

JobRow ended(std::string_view state, std::uint64_t elapsed = 3600)
{
    auto row = job("2026-11-05T08:00:00Z", "2026-11-05T10:00:00Z", elapsed);
    row.state = Name(state);
    return row;
}

TEST(Charge, IsTheElapsedTimeWithoutWhatWasSuspended)
{
    EXPECT_EQ(charge(ended("COMPLETED")).seconds, 3600U);
    EXPECT_EQ(charge(ended("COMPLETED"), { .suspended = true }).seconds, 7200U);
}

TEST(Charge, OfRunsThatDidNotComeToTheirEndIsTheSitesChoice)
{
    for (const auto* state : { "REQUEUED", "PREEMPTED", "NODE_FAIL", "BOOT_FAIL", "SOME_FUTURE_STATE" })
        EXPECT_EQ(charge(ended(state)).seconds, 3600U) << state;
    const ChargeConfig none { .requeued = false, .preempted = false, .node_failed = false };
    for (const auto* state : { "REQUEUED", "PREEMPTED", "NODE_FAIL", "BOOT_FAIL" })
        EXPECT_EQ(charge(ended(state), none).seconds, 0U) << state;
    for (const auto* state : { "COMPLETED", "CANCELLED", "TIMEOUT", "FAILED", "SOME_FUTURE_STATE" })
        EXPECT_EQ(charge(ended(state), none).seconds, 3600U) << state;
}

TEST(Charge, IsAtLeastTheMinimumOfARunThatEnded)
{
    const ChargeConfig config { .minimum = Seconds { 60 } };
    EXPECT_EQ(charge(ended("COMPLETED", 5), config).seconds, 60U);
    EXPECT_EQ(charge(ended("COMPLETED", 61), config).seconds, 61U);
    EXPECT_EQ(charge(ended("COMPLETED", 0), config).seconds, 0U); // it never ran
    EXPECT_EQ(
        charge(job("2026-11-05T08:00:00Z", "", 5), config, instant("2026-11-05T08:00:05Z")).seconds, 5U);
}

// Field case "Slurm usage 14": 85 days with a limit of one.
TEST(Charge, SlurmUsageCase14ARunawayJobIsChargedItsLimitAndAnAllowance)
{
    auto row = job("2026-09-01T00:00:00Z", "", 85 * 86400);
    row.state = Name("RUNNING");
    row.time_limit = Seconds { 86400 };
    const auto now = instant("2026-11-25T00:00:00Z");
    const auto capped = charge(row, { .runaway_after = Seconds { 3600 } }, now);
    EXPECT_TRUE(capped.runaway);
    EXPECT_EQ(capped.seconds, 86400U + 3600U);
    EXPECT_EQ(capped.to, instant("2026-09-02T01:00:00Z"));
    row.time_limit.reset();
    EXPECT_FALSE(charge(row, {}, now).runaway);
    EXPECT_EQ(charge(row, {}, now).seconds, 85U * 86400);
}

TEST(Charge, AJobThatEndedLateIsNoRunaway)
{
    auto row = job("2026-11-01T00:00:00Z", "2026-11-05T00:00:00Z", 4 * 86400);
    row.time_limit = Seconds { 3600 };
    EXPECT_EQ(charge(row).seconds, 4U * 86400);
}

TEST(Charge, BeforeAMomentIsWholeAndReachesTheWhole)
{
    const Charge one {
        .from = instant("2026-11-05T08:00:00Z"), .to = instant("2026-11-05T08:00:07Z"), .seconds = 3
    };
    std::uint64_t sum = 0;
    for (int i = 0; i < 7; ++i)
        sum += one.before(one.from + Seconds { i + 1 }) - one.before(one.from + Seconds { i });
    EXPECT_EQ(sum, 3U);
    EXPECT_EQ(one.before(one.from - Seconds { 5 }), 0U);
    EXPECT_EQ(one.before(one.to + Seconds { 5 }), 3U);
}

UsageConfig weighted()
{
    UsageConfig usage;
    usage.charge.gpus = { { "h100", { 2, 1 } }, { "1g.5gb", { 1, 7 } } };
    usage.charge.shard = { 1, 4 };
    usage.extra_tres = extra_tres(usage);
    return usage;
}

TEST(Charging, AsksForTheTresThatItWeighs)
{
    EXPECT_EQ(weighted().extra_tres,
        (std::vector<std::string> { "gres/gpu:1g.5gb", "gres/gpu:h100", "gres/shard" }));
    UsageConfig usage;
    usage.components["licence"] = { .measure = Measure::tres, .unit = 1, .tres = "license/x" };
    EXPECT_EQ(extra_tres(usage), std::vector<std::string> { "license/x" });
}

TEST(Charging, TypedGpusAndShardsCountAsTheSiteSays)
{
    const auto usage = weighted();
    const Charging charging(usage, later);
    const NodeShape node { .cpus = 64, .gpus = 4 };
    const auto share = [&](const char* tres) {
        const auto given = parse_tres(tres, usage.extra_tres).value();
        const auto of = charging.share(given, node);
        return std::pair(of.numerator * 28, of.denominator);
    };
    const auto is = [](std::pair<std::uint64_t, std::uint64_t> got, std::uint64_t of28) {
        return got.first == of28 * got.second;
    };
    // in 1/28 of a node: 7 of them are one GPU
    EXPECT_TRUE(is(share("cpu=1,gres/gpu=1"), 7));
    EXPECT_TRUE(is(share("cpu=1,gres/gpu=1,gres/gpu:h100=1"), 14));
    EXPECT_TRUE(is(share("cpu=1,gres/gpu:1g.5gb=3"), 3));
    EXPECT_TRUE(is(share("cpu=1,gres/gpu=2,gres/gpu:h100=1"), 21)); // one of them is plain
    EXPECT_EQ(
        share("cpu=1,gres/shard=2").first * 8, share("cpu=1,gres/shard=2").second * 28); // half a GPU of four
    EXPECT_TRUE(is(share("cpu=64,gres/gpu:1g.5gb=1"), 28)); // the CPUs are more
}

TEST(Charging, MultipliesByPartitionAndQos)
{
    UsageConfig usage;
    usage.charge.partitions = { { "old", { 1, 2 } } };
    usage.charge.qos = { { "urgent", { 3, 1 } } };
    const Charging charging(usage, later);
    auto row = ended("COMPLETED");
    const auto factor = [&] {
        const auto of = charging.factor(row);
        return std::pair(static_cast<std::uint64_t>(of.numerator), of.denominator);
    };
    EXPECT_EQ(factor(), std::pair(std::uint64_t { 1 }, std::uint64_t { 1 }));
    row.partition = Name("old");
    EXPECT_EQ(factor(), std::pair(std::uint64_t { 1 }, std::uint64_t { 2 }));
    row.qos = Name("urgent");
    EXPECT_EQ(factor(), std::pair(std::uint64_t { 3 }, std::uint64_t { 2 }));
}

} // namespace
} // namespace site
