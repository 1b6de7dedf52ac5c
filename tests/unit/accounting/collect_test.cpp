#include "accounting/collect.hpp"

#include "unit/accounting/job_fixture.hpp"

#include <map>

namespace site {
namespace {

using namespace test;

const Name c1 { "c1" };

std::vector<std::string> texts(const std::vector<Day>& days)
{
    std::vector<std::string> out;
    for (const auto on : days)
        out.push_back(text(on));
    return out;
}

using Texts = std::vector<std::string>;

/// Answers with the jobs that touch the window, as Slurm does.
class ScriptedJobs : public JobSource {
public:
    Result<WindowRead> jobs(Window window, JobSink& sink) override
    {
        windows.push_back(window);
        const auto on = text(day_of(window.from));
        std::vector<JobRow> found;
        for (const auto& row : rows)
            if (row.start <= window.to && (!row.end || *row.end > window.from))
                found.push_back(row);
        if (auto taken = sink.rows(found); !taken)
            return taken.error();
        if (failing.contains(on))
            return failing.at(on);
        const auto broken = unreadable.contains(on) ? unreadable.at(on) : 0;
        WindowRead read { .rows = found.size(), .unreadable = broken };
        if (broken > 0)
            read.findings.push_back(
                { .code = "usage-unreadable", .subject = on, .text = "line 3", .advice = {} });
        return read;
    }
    Result<NodeShape> shape(Name) override { return small_node(); }

    std::vector<JobRow> rows;
    std::map<std::string, Error> failing; ///< by day
    std::map<std::string, std::uint64_t> unreadable;
    std::vector<Window> windows;
};

class CollectTest : public testing::Test {
protected:
    Result<Collected> collect_at(std::string_view now)
    {
        source_.windows.clear();
        clock_ = ManualClock(instant(now));
        return collect(source_, *database_, c1, config_, clock_);
    }
    /// CPU-seconds of proja, or none.
    std::optional<std::uint64_t> spent(Month month, std::string_view now)
    {
        const auto found = month_spent(*database_, c1, month, instant(now), config_).value();
        if (!found)
            return std::nullopt;
        const auto account = found->find(Name("proja"));
        return account == found->end() ? 0 : account->second.cpu_seconds;
    }
    std::vector<LedgerDay> days(Day from, Day to) { return Ledger(*database_).days(c1, from, to).value(); }

    UsageConfig config_;
    ManualClock clock_ { Instant {} };
    std::unique_ptr<Database> database_ = Database::open(":memory:", Database::Access::write).value();
    ScriptedJobs source_;
};

TEST(OpenDays, ReachFromTheFirstOfTheMonthAndItsForerunnersToToday)
{
    EXPECT_EQ(texts(open_days(instant("2026-11-03T08:00:00Z"), {}, {})),
        (Texts { "2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03" }));
}

TEST(OpenDays, LeaveOutTheFinalOnes)
{
    const std::vector<LedgerDay> known {
        { .day = day(2026, 10, 30), .read = {}, .whole = true, .final = true },
        { .day = day(2026, 10, 31), .read = {}, .whole = true, .final = true },
        { .day = day(2026, 11, 1), .read = {}, .whole = true, .final = false }
    };
    EXPECT_EQ(
        texts(open_days(instant("2026-11-02T08:00:00Z"), {}, known)), (Texts { "2026-11-01", "2026-11-02" }));
}

TEST(OpenDays, Daemon5ADayThatHasNotBegunIsNotOpen)
{
    UsageConfig config;
    config.close_after = Seconds { 3600 };
    EXPECT_EQ(texts(open_days(instant("2026-11-02T00:00:00Z"), config, {})),
        (Texts { "2026-10-31", "2026-11-01" }));
}

TEST(OpenDays, FollowThePortalsZone)
{
    UsageConfig config;
    config.close_after = Seconds { 0 };
    config.zone_offset = Seconds { 3 * 3600 };
    // 22:00 UTC is November there already, and November began at 21:00 UTC
    EXPECT_EQ(texts(open_days(instant("2026-10-31T22:00:00Z"), config, {})), (Texts { "2026-10-31" }));
}

TEST(OpenDays, FinishDaysThatWereBegunBeforeALongAbsence)
{
    const std::vector<LedgerDay> known {
        { .day = day(2026, 10, 26), .read = {}, .whole = true, .final = true },
        { .day = day(2026, 10, 27), .read = {}, .whole = true, .final = false }
    };
    EXPECT_EQ(texts(open_days(instant("2026-11-01T08:00:00Z"), {}, known)),
        (Texts { "2026-10-27", "2026-10-28", "2026-10-29", "2026-10-30", "2026-10-31", "2026-11-01" }));
}

TEST_F(CollectTest, ReadsOneWindowADayAndBooksEachInOneCommit)
{
    source_.rows = { job("2026-11-01T22:00:00Z", "2026-11-02T02:00:00Z", 14400) };
    const auto collected = collect_at("2026-11-02T12:00:00Z").value();
    EXPECT_EQ(collected.days.size(), 4U);
    EXPECT_EQ(database_->commits(), 4U);
    ASSERT_EQ(source_.windows.size(), 4U);
    EXPECT_EQ(source_.windows[2].from, instant("2026-11-01T00:00:00Z"));
    EXPECT_EQ(source_.windows[2].to, instant("2026-11-02T00:00:00Z"));
    EXPECT_EQ(source_.windows[3].to, instant("2026-11-02T12:00:00Z")); // no later than now
    EXPECT_EQ(collected.job_rows, 2U);
    EXPECT_EQ(spent(november, "2026-11-02T12:00:00Z"), 4U * 14400);
}

TEST_F(CollectTest, ReadingAgainChangesNothingAndCountsNothingTwice)
{
    source_.rows = { job("2026-11-01T22:00:00Z", "2026-11-02T02:00:00Z", 14400) };
    ASSERT_TRUE(collect_at("2026-11-02T12:00:00Z"));
    ASSERT_TRUE(collect_at("2026-11-02T12:15:00Z"));
    EXPECT_EQ(spent(november, "2026-11-02T12:15:00Z"), 4U * 14400);
}

TEST_F(CollectTest, ADayIsReadAgainUntilItIsOldEnough)
{
    ASSERT_TRUE(collect_at("2026-11-03T23:59:59Z"));
    EXPECT_FALSE(days(day(2026, 11, 1), day(2026, 11, 2)).at(0).final); // closes two days after its end
    source_.rows = { job("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", 3600) }; // a record that came late
    ASSERT_TRUE(collect_at("2026-11-04T00:00:00Z"));
    EXPECT_TRUE(days(day(2026, 11, 1), day(2026, 11, 2)).at(0).final);
    EXPECT_EQ(spent(november, "2026-11-04T00:00:00Z"), 14400U);

    ASSERT_TRUE(collect_at("2026-11-04T00:15:00Z"));
    for (const auto& window : source_.windows)
        EXPECT_GE(window.from, instant("2026-11-02T00:00:00Z"));
}

TEST_F(CollectTest, Daemon5AClockThatWentBackTakesNothingFromADayThatIsFinal)
{
    source_.rows = { job("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", 3600) };
    ASSERT_TRUE(collect_at("2026-11-04T00:00:00Z"));
    source_.rows.clear();
    ASSERT_TRUE(collect_at("2026-11-03T11:00:00Z")); // thirteen hours back
    for (const auto& window : source_.windows) {
        EXPECT_GE(window.from, instant("2026-11-02T00:00:00Z"));
        EXPECT_LE(window.from, instant("2026-11-03T11:00:00Z"));
    }
    EXPECT_TRUE(days(day(2026, 11, 1), day(2026, 11, 2)).at(0).final);
    ASSERT_TRUE(collect_at("2026-11-04T01:00:00Z"));
    EXPECT_EQ(spent(november, "2026-11-04T01:00:00Z"), 14400U);
}

TEST_F(CollectTest, AFailedDayKeepsWhatItHadAndEndsTheRun)
{
    source_.rows = { job("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", 3600),
        job("2026-11-02T01:00:00Z", "2026-11-02T02:00:00Z", 3600) };
    ASSERT_TRUE(collect_at("2026-11-02T12:00:00Z"));
    source_.rows.push_back(job("2026-11-01T12:00:00Z", "2026-11-01T13:00:00Z", 3600));
    source_.rows.push_back(job("2026-11-02T12:05:00Z", "2026-11-02T12:10:00Z", 300));
    source_.failing.emplace("2026-11-02", Error { Errc::timed_out, "sacct did not end within 60 s" });
    const auto failed = collect_at("2026-11-02T12:15:00Z");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::timed_out);
    EXPECT_EQ(failed.error().text, "reading the jobs of 2026-11-02: sacct did not end within 60 s");
    // the first has the new row, the second what it had
    EXPECT_EQ(spent(november, "2026-11-02T12:15:00Z"), 3U * 14400);
    EXPECT_EQ(days(day(2026, 11, 2), day(2026, 11, 3)).at(0).read, instant("2026-11-02T12:00:00Z"));
}

TEST_F(CollectTest, AnAnswerWithoutJobsTakesNothingFromADayThatHadSome)
{
    source_.rows = { job("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", 3600) };
    ASSERT_TRUE(collect_at("2026-11-02T12:00:00Z"));
    const auto rows = std::exchange(source_.rows, {});
    const auto collected = collect_at("2026-11-02T12:15:00Z").value();
    ASSERT_EQ(collected.findings.size(), 1U);
    EXPECT_EQ(collected.findings[0].code, "usage-vanished");
    EXPECT_EQ(collected.findings[0].subject, "2026-11-01");
    EXPECT_EQ(spent(november, "2026-11-02T12:15:00Z"), 14400U);
    source_.rows = rows;
    EXPECT_TRUE(collect_at("2026-11-02T12:30:00Z").value().findings.empty()); // it recovers by itself
    EXPECT_EQ(spent(november, "2026-11-02T12:30:00Z"), 14400U);
}

TEST_F(CollectTest, WithAnUnreadableRowADayIsNotWholeAndTheMonthHasNoFigure)
{
    source_.rows = { job("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", 3600) };
    source_.unreadable["2026-11-01"] = 2;
    const auto collected = collect_at("2026-11-05T12:00:00Z").value();
    EXPECT_EQ(collected.findings.size(), 1U);
    const auto read = days(day(2026, 11, 1), day(2026, 11, 2)).at(0);
    EXPECT_FALSE(read.whole);
    EXPECT_FALSE(read.final); // looked at again, should somebody mend it
    EXPECT_EQ(read.unreadable, 2U);
    EXPECT_FALSE(spent(november, "2026-11-05T12:00:00Z"));
    EXPECT_EQ(Ledger(*database_).spent(c1, november).value().at(Name("proja")).cpu_seconds, 14400U);

    source_.unreadable.clear();
    ASSERT_TRUE(collect_at("2026-11-05T12:15:00Z"));
    EXPECT_EQ(spent(november, "2026-11-05T12:15:00Z"), 14400U);
}

TEST_F(CollectTest, AnAbsurdRowMakesADayNotWhole)
{
    source_.rows = { job("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", 3600) };
    source_.rows[0].tres.cpu = 1ULL << 50;
    const auto collected = collect_at("2026-11-01T12:00:00Z").value();
    ASSERT_EQ(collected.findings.size(), 1U);
    EXPECT_EQ(collected.findings[0].code, "usage-absurd-rows");
    EXPECT_FALSE(spent(november, "2026-11-01T12:00:00Z"));
}

TEST_F(CollectTest, TellsOfEachDayThatWasBooked)
{
    clock_ = ManualClock(instant("2026-11-01T12:00:00Z"));
    Texts told;
    ASSERT_TRUE(collect(source_, *database_, c1, config_, clock_,
        [&](const LedgerDay& on) { told.push_back(text(on.day)); }));
    EXPECT_EQ(told, (Texts { "2026-10-30", "2026-10-31", "2026-11-01" }));
}

TEST_F(CollectTest, AMonthHasNoFigureBeforeEveryDayWasRead)
{
    EXPECT_FALSE(spent(november, "2026-11-02T12:00:00Z"));
    ASSERT_TRUE(collect_at("2026-11-02T12:00:00Z"));
    EXPECT_EQ(spent(november, "2026-11-02T12:00:00Z"), 0U);
    EXPECT_FALSE(spent(november, "2026-11-03T00:00:01Z")); // the new day is not read yet
    EXPECT_FALSE(spent(october, "2026-11-02T12:00:00Z")); // only its last days were
}

// Field case "Daemon 1": what is read before midnight belongs to October, and November starts from nothing.
TEST_F(CollectTest, Daemon1ReadJustBeforeTheMonthTurnsTheFigureIsTheOldMonths)
{
    source_.rows = { job("2026-10-31T20:00:00Z", "", 14400) };
    ASSERT_TRUE(collect_at("2026-10-31T23:59:50Z"));
    EXPECT_FALSE(spent(november, "2026-11-01T00:00:03Z"));
    source_.rows[0].elapsed = 14700;
    ASSERT_TRUE(collect_at("2026-11-01T00:05:00Z"));
    EXPECT_EQ(spent(october, "2026-11-01T00:05:00Z"), 4U * 14400); // finished up to midnight
    EXPECT_EQ(spent(november, "2026-11-01T00:05:00Z"), 4U * 300);
}

TEST_F(CollectTest, ADayReadBeforeTheBillingMonthBeganSaysNothingOfIt)
{
    config_.zone_offset = Seconds { 3 * 3600 };
    ASSERT_TRUE(collect_at("2026-10-31T20:50:00Z"));
    EXPECT_FALSE(spent(november, "2026-10-31T21:05:00Z")); // November there, but read before it began
    ASSERT_TRUE(collect_at("2026-10-31T21:05:00Z"));
    EXPECT_EQ(spent(november, "2026-10-31T21:05:00Z"), 0U);
}

} // namespace
} // namespace site
