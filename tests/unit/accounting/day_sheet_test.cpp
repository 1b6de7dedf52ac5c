#include "accounting/day_sheet.hpp"

#include "model/rational.hpp"
#include "unit/accounting/job_fixture.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

namespace site {
namespace {

using namespace test;
using Integer = boost::multiprecision::cpp_int;

Result<NodeShape> small(Name)
{
    return small_node();
}

std::vector<LedgerRow> sheet(const std::vector<JobRow>& jobs, Day on,
    std::string_view until = "2026-12-31T00:00:00Z", Seconds zone = Seconds { 0 })
{
    const UsageConfig usage { .zone_offset = zone };
    DaySheet made(on, instant(until), usage, small);
    EXPECT_TRUE(made.rows(jobs));
    return made.finish();
}

std::uint64_t cpu(const std::vector<LedgerRow>& rows)
{
    std::uint64_t sum = 0;
    for (const auto& row : rows)
        sum += row.spent.cpu_seconds;
    return sum;
}

std::uint64_t count(const std::vector<LedgerRow>& rows)
{
    std::uint64_t sum = 0;
    for (const auto& row : rows)
        sum += row.jobs;
    return sum;
}

TEST(DaySheet, ChargesEachComponentAndTheLargestShareOfTheNode)
{
    auto row = job("2026-10-05T08:00:00Z", "2026-10-05T09:00:00Z", 3600);
    row.tres = { .cpu = 4, .gpu = 2, .memory = 32768, .billing = 9, .node = 1 }; // half of the memory
    const auto rows = sheet({ row }, day(2026, 10, 5));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].day, day(2026, 10, 5));
    EXPECT_EQ(rows[0].month, october);
    EXPECT_EQ(rows[0].account, Name("proja"));
    EXPECT_EQ(rows[0].user, Name("u1001"));
    EXPECT_EQ(rows[0].spent.node_seconds, 1800U);
    EXPECT_EQ(rows[0].spent.cpu_seconds, 14400U);
    EXPECT_EQ(rows[0].spent.gpu_seconds, 7200U);
    EXPECT_EQ(rows[0].spent.memory_mb_seconds, 32768U * 3600);
    EXPECT_EQ(rows[0].spent.billing_seconds, 32400U);
    EXPECT_EQ(rows[0].jobs, 1U);
}

TEST(DaySheet, RoundsADayOnceAndNotEachJob)
{
    std::vector<JobRow> jobs;
    for (int i = 0; i < 8; ++i) { // 1 s on 1 of 16 CPUs each: half a node-second together
        jobs.push_back(job("2026-10-05T08:00:00Z", "2026-10-05T08:00:01Z", 1));
        jobs.back().tres = { .cpu = 1, .gpu = 0, .memory = 0, .billing = 0, .node = 1 };
    }
    EXPECT_EQ(sheet(jobs, day(2026, 10, 5)).at(0).spent.node_seconds, 1U);
    jobs.pop_back();
    EXPECT_EQ(sheet(jobs, day(2026, 10, 5)).at(0).spent.node_seconds, 0U);
}

TEST(DaySheet, CountsAJobAndItsWaitOnTheDayOfItsStart)
{
    auto row = job("2026-10-05T22:00:00Z", "2026-10-06T02:00:00Z", 14400);
    row.eligible = instant("2026-10-05T21:00:00Z");
    const auto first = sheet({ row }, day(2026, 10, 5));
    const auto second = sheet({ row }, day(2026, 10, 6));
    EXPECT_EQ(first.at(0).jobs, 1U);
    EXPECT_EQ(first.at(0).wait_seconds, 3600U);
    EXPECT_EQ(second.at(0).jobs, 0U);
    EXPECT_EQ(second.at(0).wait_seconds, 0U);
}

TEST(DaySheet, AnEligibleTimeAfterTheStartIsNoWait)
{
    auto row = job("2026-10-05T08:00:00Z", "2026-10-05T09:00:00Z", 3600);
    row.eligible = instant("2026-10-05T08:00:05Z");
    EXPECT_EQ(sheet({ row }, day(2026, 10, 5)).at(0).wait_seconds, 0U);
}

TEST(DaySheet, CountsAJobInTheBillingMonthOfItsStart)
{
    const auto row = job("2026-10-31T20:00:00Z", "2026-10-31T23:00:00Z", 10800);
    const auto rows = sheet({ row }, day(2026, 10, 31), "2026-11-05T00:00:00Z", Seconds { 3 * 3600 });
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].month, october);
    EXPECT_EQ(rows[0].jobs, 1U);
    EXPECT_EQ(rows[0].spent.cpu_seconds, 14400U);
    EXPECT_EQ(rows[1].month, november);
    EXPECT_EQ(rows[1].jobs, 0U);
    EXPECT_EQ(rows[1].spent.cpu_seconds, 28800U);
}

TEST(DaySheet, GivesARowForEachAccountAndUserSorted)
{
    std::vector<JobRow> jobs;
    for (const auto& [account, user] :
        { std::pair("b", "y"), std::pair("a", "z"), std::pair("b", "x"), std::pair("a", "z") }) {
        jobs.push_back(job("2026-10-05T08:00:00Z", "2026-10-05T09:00:00Z", 3600));
        jobs.back().account = Name(account);
        jobs.back().user = Name(user);
    }
    const auto rows = sheet(jobs, day(2026, 10, 5));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].user, Name("z"));
    EXPECT_EQ(rows[0].jobs, 2U);
    EXPECT_EQ(rows[1].user, Name("x"));
    EXPECT_EQ(rows[2].user, Name("y"));
}

TEST(DaySheet, AsksForAShapeOncePerPartition)
{
    int asked = 0;
    DaySheet made(day(2026, 10, 5), instant("2026-10-06T00:00:00Z"), UsageConfig {}, [&](Name partition) {
        ++asked;
        return Result<NodeShape>(partition == Name("big") ? NodeShape { .cpus = 64 } : small_node());
    });
    std::vector<JobRow> jobs(6, job("2026-10-05T08:00:00Z", "2026-10-05T08:01:04Z", 64));
    for (std::size_t i = 0; i < jobs.size(); i += 2)
        jobs[i].partition = Name("big");
    ASSERT_TRUE(made.rows(jobs));
    ASSERT_TRUE(made.rows(jobs));
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(made.finish().at(0).spent.node_seconds, 6U * 4 + 6U * 16);
}

TEST(DaySheet, AnUnknownShapeIsAnErrorAndNeverAZero)
{
    DaySheet failing(
        day(2026, 10, 5), instant("2026-10-06T00:00:00Z"), UsageConfig {}, [](Name) -> Result<NodeShape> {
            return Error { Errc::unreachable, "sinfo did not answer" };
        });
    DaySheet empty(day(2026, 10, 5), instant("2026-10-06T00:00:00Z"), UsageConfig {},
        [](Name) -> Result<NodeShape> { return NodeShape {}; });
    const std::vector<JobRow> jobs { job("2026-10-05T08:00:00Z", "2026-10-05T09:00:00Z", 3600) };
    EXPECT_EQ(failing.rows(jobs).error().text, "sinfo did not answer");
    EXPECT_EQ(empty.rows(jobs).error().text, "the node shape of partition \"main\" is empty");
}

TEST(DaySheet, AnAbsurdRowIsCountedAndNotCharged)
{
    DaySheet made(day(2026, 10, 5), instant("2026-10-06T00:00:00Z"), UsageConfig {}, small);
    auto row = job("2026-10-05T08:00:00Z", "2026-10-05T09:00:00Z", 3600);
    row.tres.memory = UINT64_MAX;
    ASSERT_TRUE(made.rows(std::vector { row, job("2026-10-05T08:00:00Z", "2026-10-05T09:00:00Z", 3600) }));
    EXPECT_EQ(made.absurd(), 1U);
    EXPECT_EQ(cpu(made.finish()), 14400U);
}

// Field case "Slurm usage 2": both runs of a requeued job are charged.
TEST(DaySheet, ARequeuedJobIsChargedForEachRun)
{
    auto first = job("2026-10-05T08:10:00Z", "2026-10-05T10:10:00Z", 7200);
    first.submit = instant("2026-10-05T08:00:00Z");
    first.state = Name("NODE_FAIL");
    auto second = job("2026-10-05T11:00:00Z", "2026-10-05T12:00:00Z", 3600);
    second.submit = instant("2026-10-05T10:10:05Z");
    EXPECT_EQ(cpu(sheet({ first, second }, day(2026, 10, 5))), 43200U);
}

// Field case "Slurm usage 3": a job over a month's end is split, and what ends at midnight adds nothing after
// it.
TEST(DaySheet, AJobOverAMonthsEndIsSplitBetweenThem)
{
    const auto row = job("2026-10-31T22:00:00Z", "2026-11-01T03:00:00Z", 18000);
    const auto last = sheet({ row }, day(2026, 10, 31));
    const auto first = sheet({ row }, day(2026, 11, 1));
    EXPECT_EQ(cpu(last), 28800U);
    EXPECT_EQ(last.at(0).month, october);
    EXPECT_EQ(cpu(first), 43200U);
    EXPECT_EQ(first.at(0).month, november);
    EXPECT_TRUE(
        sheet({ job("2026-10-31T22:00:00Z", "2026-11-01T00:00:00Z", 7200) }, day(2026, 11, 1)).empty());
}

// Field case "Slurm usage 4": a job that still runs is charged to the whole of October and goes on accruing.
TEST(DaySheet, ARunningJobFillsThePastMonthAndGoesOn)
{
    auto row = job("2026-10-01T00:00:00Z", "", 4 * 86400 + 31 * 86400);
    row.state = Name("RUNNING");
    row.tres = { .cpu = 1, .gpu = 0, .memory = 1024, .billing = 1, .node = 1 };
    std::uint64_t of_october = 0;
    for (auto on = day(2026, 10, 1); on < day(2026, 11, 1); on += std::chrono::days { 1 })
        of_october += cpu(sheet({ row }, on, "2026-11-05T00:00:00Z"));
    EXPECT_EQ(of_october, 2678400U);
    EXPECT_EQ(cpu(sheet({ row }, day(2026, 11, 4), "2026-11-05T00:00:00Z")), 86400U);
    row.elapsed += 6 * 3600;
    EXPECT_EQ(cpu(sheet({ row }, day(2026, 11, 5), "2026-11-05T06:00:00Z")), 21600U);
}

// Field case "Slurm usage 5": every state is charged by ElapsedRaw.
TEST(DaySheet, EveryStateIsChargedByItsElapsedTime)
{
    std::vector<JobRow> jobs;
    for (const auto& [state, elapsed] : { std::pair("CANCELLED", 5400U), std::pair("OUT_OF_MEMORY", 600U),
             std::pair("DEADLINE", 600U), std::pair("SOME_FUTURE_STATE", 600U) }) {
        jobs.push_back(job("2026-10-05T08:00:00Z", "2026-10-05T10:00:00Z", elapsed));
        jobs.back().state = Name(state);
        jobs.back().tres = { .cpu = 2, .gpu = 0, .memory = 4096, .billing = 2, .node = 1 };
    }
    EXPECT_EQ(cpu(sheet(jobs, day(2026, 10, 5))), 14400U);
}

// Field case "Slurm usage 8": one job that is seen on two days counts once in the month.
TEST(DaySheet, AJobSeenOnTwoDaysCountsOnce)
{
    const auto row = job("2026-10-05T23:30:00Z", "2026-10-06T00:30:00Z", 3600);
    const auto first = sheet({ row }, day(2026, 10, 5));
    const auto second = sheet({ row }, day(2026, 10, 6));
    EXPECT_EQ(count(first) + count(second), 1U);
    EXPECT_EQ(cpu(first) + cpu(second), 14400U);
}

/// What the sheet must find, by overlaps and fractions alone.
using Payer = std::tuple<Month, Name, Name>;
std::map<Payer, std::array<Rational, 5>> by_hand(
    const std::vector<JobRow>& jobs, Day on, Instant until, Seconds zone, const NodeShape& shape)
{
    std::map<Payer, std::array<Rational, 5>> sums;
    const Instant begin { on };
    const Instant end = std::min(begin + Seconds { 86400 }, until);
    for (const auto& row : jobs) {
        const Instant stop = row.end.value_or(until);
        if (stop <= row.start)
            continue;
        const auto wall = (stop - row.start).count();
        const auto elapsed = std::min<std::int64_t>(static_cast<std::int64_t>(row.elapsed), wall);
        const auto charged_before = [&](Instant at) { return elapsed * (at - row.start).count() / wall; };
        const Rational share = std::max({ Rational(row.tres.cpu, shape.cpus),
            Rational(row.tres.gpu, shape.gpus), Rational(row.tres.memory, shape.memory) });
        for (const auto month : { october, november }) {
            const auto from = std::max({ row.start, begin, start_of(month, zone) });
            const auto to = std::min({ stop, end, start_of(month + std::chrono::months { 1 }, zone) });
            if (from >= to)
                continue;
            const Rational charged = charged_before(to) - charged_before(from);
            if (charged == 0 && row.start != from)
                continue;
            auto& sum = sums[{ month, row.account, row.user }];
            sum[0] += charged * share;
            sum[1] += charged * row.tres.cpu;
            sum[2] += charged * row.tres.gpu;
            sum[3] += charged * row.tres.memory;
            sum[4] += charged * row.tres.billing;
        }
    }
    return sums;
}

TEST(DaySheet, AnyJobsDaysAndZonesAddUpExactlyAndAreRoundedOnce)
{
    std::mt19937_64 random(31);
    const auto below = [&](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
    };
    const NodeShape shape { .cpus = 48, .gpus = 7, .memory = 190'001, .billing = 0 };
    const Instant base = instant("2026-10-30T00:00:00Z");
    for (int round = 0; round < 40; ++round) {
        std::vector<JobRow> jobs;
        for (int i = 0; i < 60; ++i) {
            JobRow row;
            row.account = Name("a" + std::to_string(below(3)));
            row.user = Name("u" + std::to_string(below(4)));
            row.partition = Name("main");
            row.start = base + Seconds { below(4 * 86400) };
            row.eligible = row.start;
            const Seconds wall { 1 + below(100'000) };
            if (below(4) != 0)
                row.end = row.start + wall;
            row.elapsed = static_cast<std::uint64_t>(1 + below(wall.count() * 2)); // sometimes suspended
            row.tres = { .cpu = static_cast<std::uint64_t>(below(100)),
                .gpu = static_cast<std::uint64_t>(below(9)),
                .memory = static_cast<std::uint64_t>(below(400'000)),
                .billing = static_cast<std::uint64_t>(below(50)),
                .node = 1 };
            jobs.push_back(row);
        }
        const Seconds zone { (below(113) - 48) * 900 };
        const Instant until = base + Seconds { 3 * 86400 + below(2 * 86400) };
        for (auto on = day(2026, 10, 30); on <= day(2026, 11, 3); on += std::chrono::days { 1 }) {
            DaySheet made(on, until, UsageConfig { .zone_offset = zone },
                [&](Name) { return Result<NodeShape>(shape); });
            ASSERT_TRUE(made.rows(jobs));
            const auto expected = by_hand(jobs, on, until, zone, shape);
            const auto rows = made.finish();
            ASSERT_EQ(rows.size(), expected.size());
            for (const auto& row : rows) {
                const auto& sums = expected.at({ row.month, row.account, row.user });
                ASSERT_EQ(row.spent.node_seconds, rounded(sums[0]));
                ASSERT_EQ(row.spent.cpu_seconds, rounded(sums[1]));
                ASSERT_EQ(row.spent.gpu_seconds, rounded(sums[2]));
                ASSERT_EQ(row.spent.memory_mb_seconds, rounded(sums[3]));
                ASSERT_EQ(row.spent.billing_seconds, rounded(sums[4]));
            }
        }
    }
}

} // namespace
} // namespace site
