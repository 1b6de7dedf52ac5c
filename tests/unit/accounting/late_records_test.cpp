// What happens to the ledger when job records come late, change, or go on past a final day.

#include "accounting/backfill.hpp"
#include "accounting/collect.hpp"
#include "accounting/day_sheet.hpp"
#include "accounting/job_account.hpp"
#include "accounting/recheck.hpp"
#include "accounting/recompute.hpp"
#include "accounting/report.hpp"
#include "store/released_usage.hpp"
#include "unit/accounting/job_fixture.hpp"

#include <algorithm>
#include <random>

namespace site {
namespace {

using namespace test;

const Name c1 { "c1" };
constexpr std::chrono::days one_day { 1 };

/// What the site's records say; a running job's ElapsedRaw is as of `now`.
class Records : public JobSource {
public:
    Result<WindowRead> jobs(Window window, JobSink& sink) override
    {
        ++windows;
        std::vector<JobRow> found;
        for (const auto& row : rows)
            if (row.start < window.to && (!row.end || *row.end >= window.from))
                found.push_back(row);
        if (auto taken = sink.rows(found); !taken)
            return taken.error();
        return WindowRead { .rows = found.size() };
    }
    Result<WindowRead> job(std::uint64_t id, JobSink& sink) override
    {
        std::vector<JobRow> found;
        std::copy_if(rows.begin(), rows.end(), std::back_inserter(found),
            [&](const JobRow& row) { return row.id == id; });
        if (auto taken = sink.rows(found); !taken)
            return taken.error();
        return WindowRead { .rows = found.size() };
    }
    Result<NodeShape> shape(Name) override { return small_node(); }

    std::vector<JobRow> rows;
    int windows = 0;
};

class LateRecords : public testing::Test {
protected:
    std::vector<Finding> collect_at(std::string_view now)
    {
        const ManualClock clock(instant(now));
        auto collected = collect(records, *database, c1, usage, clock);
        EXPECT_TRUE(collected) << collected.error().text;
        return collected ? collected->findings : std::vector<Finding> {};
    }
    std::uint64_t cpu_of(Day day)
    {
        std::uint64_t sum = 0;
        for (const auto& row : Ledger(*database).day(c1, day).value())
            sum += row.spent.cpu_seconds;
        return sum;
    }
    std::uint64_t cpu_of_all(Day from, Day to)
    {
        std::uint64_t sum = 0;
        for (auto day = from; day <= to; day += one_day)
            sum += cpu_of(day);
        return sum;
    }
    static std::size_t count(const std::vector<Finding>& findings, std::string_view code)
    {
        return static_cast<std::size_t>(std::count_if(
            findings.begin(), findings.end(), [&](const Finding& one) { return one.code == code; }));
    }
    static JobRow running(std::string_view start, std::string_view now)
    {
        auto row = job(start, "", static_cast<std::uint64_t>((instant(now) - instant(start)).count()));
        row.state = Name("RUNNING");
        return row;
    }

    UsageConfig usage;
    Records records;
    std::unique_ptr<Database> database = Database::open(":memory:", Database::Access::write).value();
};

TEST_F(LateRecords, WhatFinalDaysWereChargedStaysAndTheRestFallsToOpenDays)
{
    // Half of the first six days was taken for suspended; then it is not suspended any more.
    auto row = running("2026-11-02T00:00:00Z", "2026-11-08T00:00:00Z");
    row.elapsed /= 2;
    records.rows = { row };
    collect_at("2026-11-08T00:00:00Z");
    EXPECT_EQ(cpu_of(day(2026, 11, 3)), 4U * 43200);
    row.end = instant("2026-11-09T00:00:00Z");
    row.elapsed = 3 * 86400 + 86400;
    records.rows = { row };
    EXPECT_TRUE(collect_at("2026-11-09T06:00:00Z").empty());
    EXPECT_EQ(cpu_of(day(2026, 11, 3)), 4U * 43200); // final
    EXPECT_EQ(cpu_of_all(day(2026, 11, 2), day(2026, 11, 9)), 4U * row.elapsed);
}

TEST_F(LateRecords, AJobOfWhichNoRecordHadComeIsChargedWhollyToTheOpenDays)
{
    collect_at("2026-11-08T12:00:00Z"); // the 2nd to the 5th are final, without it
    records.rows = { running("2026-11-03T00:00:00Z", "2026-11-08T13:00:00Z") };
    const auto findings = collect_at("2026-11-08T13:00:00Z");
    EXPECT_EQ(count(findings, "usage-late-job"), 1U);
    EXPECT_EQ(cpu_of(day(2026, 11, 4)), 0U);
    EXPECT_EQ(cpu_of_all(day(2026, 11, 1), day(2026, 11, 8)), 4U * records.rows[0].elapsed);
}

TEST_F(LateRecords, SlurmUsageCase14ARepairedJobIsReportedAndNoFigureOfAFinalDayFalls)
{
    auto row = running("2026-11-02T00:00:00Z", "2026-11-08T12:00:00Z");
    row.time_limit = Seconds { 86400 };
    usage.charge.runaway_after = Seconds { 2 * 86400 };
    records.rows = { row };
    const auto runaway = collect_at("2026-11-08T12:00:00Z");
    ASSERT_EQ(count(runaway, "usage-runaway"), 1U);
    EXPECT_EQ(cpu_of_all(day(2026, 11, 2), day(2026, 11, 8)), 4U * 3 * 86400);

    row.state = Name("COMPLETED");
    row.end = row.start;
    row.elapsed = 0;
    records.rows = { row };
    const auto repaired = collect_at("2026-11-08T13:00:00Z");
    EXPECT_EQ(count(repaired, "usage-job-shrunk"), 1U);
    EXPECT_EQ(cpu_of_all(day(2026, 11, 2), day(2026, 11, 8)), 4U * 3 * 86400);

    auto again = recompute(
        records, *database, c1, usage, instant("2026-11-08T14:00:00Z"), day(2026, 11, 1), day(2026, 11, 9));
    ASSERT_TRUE(again) << again.error().text;
    EXPECT_EQ(again->days.size(), 8U);
    const auto made = book_recomputed(
        records, *database, c1, usage, *again, "eve", "repaired", instant("2026-11-08T14:00:00Z"));
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_EQ(*made, 3U); // the three days that it was charged
    EXPECT_EQ(cpu_of_all(day(2026, 11, 1), day(2026, 11, 8)), 0U);
    const auto corrections = Ledger(*database).corrections(c1, 10).value();
    ASSERT_EQ(corrections.size(), 3U);
    EXPECT_EQ(corrections[0].by, "eve");
    EXPECT_EQ(corrections[0].before.cpu_seconds, 4U * 86400);
    EXPECT_EQ(corrections[0].after.cpu_seconds, 0U);
    EXPECT_EQ(count(collect_at("2026-11-08T15:00:00Z"), "usage-job-shrunk"), 0U); // it is settled
}

TEST_F(LateRecords, RecomputingSetsRightWhatAJobThatCameLateWasCharged)
{
    collect_at("2026-11-08T12:00:00Z");
    records.rows = { running("2026-11-03T00:00:00Z", "2026-11-08T13:00:00Z") };
    collect_at("2026-11-08T13:00:00Z");
    const auto now = instant("2026-11-08T13:00:00Z");
    auto again = recompute(records, *database, c1, usage, now, day(2026, 11, 3), day(2026, 11, 9));
    ASSERT_TRUE(book_recomputed(records, *database, c1, usage, *again, "eve", "late", now));
    EXPECT_EQ(cpu_of(day(2026, 11, 4)), 4U * 86400);
    EXPECT_EQ(cpu_of_all(day(2026, 11, 1), day(2026, 11, 8)), 4U * records.rows[0].elapsed);
    EXPECT_EQ(count(collect_at("2026-11-08T13:00:00Z"), "usage-late-job"), 0U);
    EXPECT_EQ(cpu_of_all(day(2026, 11, 1), day(2026, 11, 8)), 4U * records.rows[0].elapsed);
}

TEST_F(LateRecords, AnyJobsReadWheneverAddUpToWhatTheyRan)
{
    std::mt19937_64 random(17);
    const auto below = [&](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
    };
    const auto begin = instant("2026-11-01T00:00:00Z");
    for (int round = 0; round < 12; ++round) {
        database = Database::open(":memory:", Database::Access::write).value();
        struct Truth {
            Instant start;
            Instant end;
            Instant suspended_from;
            Instant suspended_to;
        };
        std::vector<Truth> jobs;
        for (int i = 0; i < 25; ++i) {
            Truth one;
            one.start = begin + Seconds { below(20 * 86400) };
            one.end = one.start + Seconds { 1 + below(9 * 86400) };
            one.suspended_from = one.start + Seconds { below((one.end - one.start).count()) };
            one.suspended_to = one.suspended_from + Seconds { below((one.end - one.suspended_from).count()) };
            jobs.push_back(one);
        }
        const auto elapsed = [](const Truth& one, Instant now) {
            const auto ran = [&](Instant from, Instant to) {
                return std::max(std::min(to, now) - from, Seconds { 0 }).count();
            };
            return static_cast<std::uint64_t>(
                ran(one.start, one.suspended_from) + ran(one.suspended_to, one.end));
        };
        Instant now = begin;
        std::uint64_t all = 0;
        while (now < begin + Seconds { 35LL * 86400 }) {
            now += Seconds { 3600 + below(60 * 3600) };
            records.rows.clear();
            all = 0;
            for (std::size_t i = 0; i < jobs.size(); ++i) {
                if (jobs[i].start >= now)
                    continue;
                JobRow row = job("2026-11-01T00:00:00Z", "", elapsed(jobs[i], now));
                row.id = i;
                row.submit = row.eligible = row.start = jobs[i].start;
                row.state = Name("RUNNING");
                if (jobs[i].end <= now) {
                    row.end = jobs[i].end;
                    row.state = Name("COMPLETED");
                }
                records.rows.push_back(row);
                all += row.elapsed;
            }
            const auto findings = collect_at(text(now));
            ASSERT_TRUE(findings.empty()) << findings.front().code << " " << findings.front().text;
            ASSERT_EQ(cpu_of_all(day(2026, 10, 30), day_of(now)), 4 * all)
                << "round " << round << " " << text(now);
        }
    }
}

TEST_F(LateRecords, AFinalDayThatComesOutOtherwiseIsReportedAndStaysAsItIs)
{
    usage.recheck = Seconds { 3600 };
    records.rows = { job("2026-11-03T08:00:00Z", "2026-11-03T09:00:00Z", 3600) };
    collect_at("2026-11-10T00:00:00Z"); // makes days final, and looks at none of them yet
    records.rows[0].elapsed = 1800;
    std::size_t told = 0;
    auto now = instant("2026-11-10T00:30:00Z");
    for (int hour = 0; hour < 14; ++hour, now += Seconds { 3600 })
        told += count(collect_at(text(now)), "usage-closed-day");
    EXPECT_GE(told, 1U);
    EXPECT_LE(told, 2U); // once in a round over the final days
    EXPECT_EQ(cpu_of(day(2026, 11, 3)), 4U * 3600);
}

TEST(DayToRecheck, TheDaysTakeTurns)
{
    const auto one = [](Day on, bool final) { return LedgerDay { .day = on, .read = {}, .final = final }; };
    const std::vector<LedgerDay> known { one(day(2026, 11, 1), true), one(day(2026, 11, 2), false),
        one(day(2026, 11, 3), true) };
    EXPECT_EQ(day_to_recheck(known, std::nullopt), day(2026, 11, 1));
    EXPECT_EQ(day_to_recheck(known, day(2026, 11, 1)), day(2026, 11, 3));
    EXPECT_EQ(day_to_recheck(known, day(2026, 11, 3)), day(2026, 11, 1));
    EXPECT_EQ(day_to_recheck({}, std::nullopt), std::nullopt);
}

TEST_F(LateRecords, ABackfillReadsEachDayOnceAndGoesOnWhereItWas)
{
    records.rows = { job("2026-09-29T12:00:00Z", "2026-10-02T12:00:00Z", 3 * 86400) };
    const auto now = instant("2026-11-08T12:00:00Z");
    const auto from = day(2026, 9, 28);
    const auto to = day(2026, 10, 5);
    const auto open
        = [&] { return days_to_fill(from, to, now, Ledger(*database).days(c1, from, to).value()); };
    ASSERT_EQ(open().size(), 7U);
    for (const auto on : { day(2026, 9, 28), day(2026, 9, 29), day(2026, 9, 30) })
        ASSERT_TRUE(fill_day(records, *database, c1, usage, on, now)); // … and here it was stopped
    const auto rest = open();
    ASSERT_EQ(rest.size(), 4U);
    EXPECT_EQ(rest.front(), day(2026, 10, 1));
    for (const auto on : rest)
        ASSERT_TRUE(fill_day(records, *database, c1, usage, on, now));
    EXPECT_EQ(records.windows, 7);
    EXPECT_TRUE(open().empty());
    EXPECT_EQ(cpu_of_all(from, to), 4U * 3 * 86400);
}

TEST_F(LateRecords, ADayThatLostMostOfItsRecordsKeepsItsFigures)
{
    for (int i = 0; i < 20; ++i) {
        records.rows.push_back(job("2026-11-03T08:00:00Z", "2026-11-03T09:00:00Z", 3600));
        records.rows.back().id = static_cast<std::uint64_t>(i);
    }
    collect_at("2026-11-03T12:00:00Z");
    records.rows.resize(9);
    EXPECT_EQ(count(collect_at("2026-11-03T13:00:00Z"), "usage-vanished"), 1U);
    EXPECT_EQ(cpu_of(day(2026, 11, 3)), 20U * 4 * 3600);
}

TEST_F(LateRecords, AJobIsExplainedAsTheLedgerSplitsIt)
{
    usage.charge.partitions = { { "main", { 1, 2 } } };
    records.rows = { job("2026-11-03T22:00:00Z", "2026-11-04T01:00:00Z", 5400),
        job("2026-11-05T00:00:00Z", "2026-11-05T00:00:10Z", 10) };
    records.rows[1].submit += Seconds { 1 };
    const auto runs = job_account(records, 4200, usage, instant("2026-11-10T00:00:00Z"));
    ASSERT_TRUE(runs) << runs.error().text;
    ASSERT_EQ(runs->size(), 2U);
    const auto& first = runs->front();
    ASSERT_EQ(first.pieces.size(), 2U);
    EXPECT_EQ(first.pieces[0].piece.seconds, 3600U);
    EXPECT_EQ(first.pieces[1].piece.seconds, 1800U);
    EXPECT_EQ(first.node_seconds, "675"); // a quarter of a node, half price
    EXPECT_EQ((*runs)[1].node_seconds, "5/4");
    EXPECT_FALSE(job_account(records, 1, usage, instant("2026-11-10T00:00:00Z")));
}

TEST_F(LateRecords, FurtherTresAreCountedByTheirNames)
{
    usage.components["a100"] = { .measure = Measure::tres, .unit = 3600, .tres = "gres/gpu:a100" };
    usage.extra_tres = extra_tres(usage);
    auto row = job("2026-11-03T08:00:00Z", "2026-11-03T10:00:00Z", 7200);
    row.tres = parse_tres("cpu=4,gres/gpu=3,gres/gpu:a100=2,mem=8G", usage.extra_tres).value();
    records.rows = { row };
    collect_at("2026-11-03T12:00:00Z");
    const auto month = Ledger(*database).month(c1, november).value();
    ASSERT_EQ(month.size(), 1U);
    EXPECT_EQ(month[0].spent.extra, (std::map<Name, std::uint64_t> { { Name("gres/gpu:a100"), 14400 } }));
    EXPECT_EQ(month[0].spent.gpu_seconds, 21600U);
    EXPECT_EQ(amount(month[0].spent, usage.components["a100"]).text(), "4.00");
    collect_at("2026-11-03T12:00:00Z"); // once, however often it is read
    EXPECT_EQ(Ledger(*database).month(c1, november).value()[0].spent.extra, month[0].spent.extra);
}

} // namespace
} // namespace site
