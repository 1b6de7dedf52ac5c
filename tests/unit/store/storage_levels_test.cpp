#include "store/storage_levels.hpp"

#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <limits>

namespace site {
namespace {

using namespace test;

constexpr Seconds utc { 0 };
constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;

Instant moment(const char* text)
{
    return parse_instant(text).value();
}

StorageHolder project(const char* group)
{
    return { .group = Name(group) };
}

StorageHolder person(const char* user)
{
    return { .user = Name(user) };
}

StorageLevel level(StorageHolder holder, std::optional<std::uint64_t> bytes,
    std::optional<std::uint64_t> limit = 1000, std::optional<std::uint64_t> files = {},
    std::optional<std::uint64_t> file_limit = {})
{
    return { .holder = holder,
        .used_bytes = bytes,
        .used_files = files,
        .limit_bytes = limit,
        .limit_files = file_limit };
}

std::string number(const std::optional<std::uint64_t>& amount)
{
    return amount ? std::to_string(*amount) : "-";
}

std::string show(const StorageLevel& level)
{
    return level.holder.group.text() + "/" + level.holder.user.text() + " " + number(level.used_bytes) + "/"
        + number(level.limit_bytes) + " " + number(level.used_files) + "/" + number(level.limit_files);
}

class StorageLevelsTest : public testing::Test {
protected:
    void put(const char* when, const std::vector<StorageLevel>& read, const std::string& volume = "scratch",
        Seconds zone = utc, Name cluster = c1)
    {
        commit(*database_, [&](Transaction& transaction) {
            levels_.put(transaction, cluster, volume, moment(when), zone, read);
        });
    }
    void fail(const char* when, const std::string& error, const std::string& volume = "scratch")
    {
        commit(*database_,
            [&](Transaction& transaction) { levels_.failed(transaction, c1, volume, moment(when), error); });
    }
    void drop_before(Month month)
    {
        commit(*database_, [&](Transaction& transaction) { levels_.drop_before(transaction, c1, month); });
    }
    /// A line a holder: when he was last asked for, when his figures were known, and what they are.
    std::vector<std::string> newest(Name cluster = c1)
    {
        std::vector<std::string> lines;
        for (const auto& one : levels_.newest(cluster).value())
            lines.push_back(one.volume + " " + show(one.level) + " seen " + text(one.seen) + " known "
                + (one.known ? text(*one.known) : "never"));
        return lines;
    }
    std::vector<std::string> days(Month month)
    {
        std::vector<std::string> lines;
        for (const auto& one : levels_.month(c1, month).value())
            lines.push_back(text(one.day) + " " + one.volume + " " + show(one.level) + " read "
                + text(one.read) + " highest " + std::to_string(one.highest_bytes));
        return lines;
    }
    std::vector<std::string> volumes(Name cluster = c1)
    {
        std::vector<std::string> lines;
        for (const auto& one : levels_.volumes(cluster).value())
            lines.push_back(one.volume + " tried " + text(one.tried) + " read "
                + (one.read ? text(*one.read) : "never") + " error " + one.error);
        return lines;
    }

    std::unique_ptr<Database> database_ = memory();
    StorageLevels levels_ { *database_ };
};

using Lines = std::vector<std::string>;

TEST_F(StorageLevelsTest, GivesBackWhatWasReadByVolumeAndHolder)
{
    put("2026-11-02T10:00:00Z",
        { level(project("b"), 20, {}, 3, 50), level(project("a"), 0, 1000, 0), level(person("mia"), 7, {}) });
    put("2026-11-02T11:00:00Z", { level(project("a"), 5) }, "home");
    EXPECT_EQ(newest(),
        (Lines { "home a/ 5/1000 -/- seen 2026-11-02T11:00:00Z known 2026-11-02T11:00:00Z",
            "scratch /mia 7/- -/- seen 2026-11-02T10:00:00Z known 2026-11-02T10:00:00Z",
            "scratch a/ 0/1000 0/- seen 2026-11-02T10:00:00Z known 2026-11-02T10:00:00Z",
            "scratch b/ 20/- 3/50 seen 2026-11-02T10:00:00Z known 2026-11-02T10:00:00Z" }));
    EXPECT_EQ(days(november),
        (Lines { "2026-11-02 home a/ 5/1000 -/- read 2026-11-02T11:00:00Z highest 5",
            "2026-11-02 scratch /mia 7/- -/- read 2026-11-02T10:00:00Z highest 7",
            "2026-11-02 scratch a/ 0/1000 0/- read 2026-11-02T10:00:00Z highest 0",
            "2026-11-02 scratch b/ 20/- 3/50 read 2026-11-02T10:00:00Z highest 20" }));
    EXPECT_EQ(volumes(),
        (Lines { "home tried 2026-11-02T11:00:00Z read 2026-11-02T11:00:00Z error ",
            "scratch tried 2026-11-02T10:00:00Z read 2026-11-02T10:00:00Z error " }));
}

TEST_F(StorageLevelsTest, StorageQuotas2AnUnknownFigureKeepsTheLastOneWithItsAgeAndTakesTheNewLimit)
{
    put("2026-11-02T10:00:00Z", { level(project("a"), 20, 1000, 3, 50) });
    put("2026-11-03T10:00:00Z", { level(project("a"), {}, 2000, {}, 60) });
    EXPECT_EQ(
        newest(), (Lines { "scratch a/ 20/2000 3/60 seen 2026-11-03T10:00:00Z known 2026-11-02T10:00:00Z" }));
    EXPECT_EQ(days(november),
        (Lines { "2026-11-02 scratch a/ 20/1000 3/50 read 2026-11-02T10:00:00Z highest 20" }));
    put("2026-11-04T10:00:00Z", { level(project("a"), 0, {}) });
    EXPECT_EQ(
        newest(), (Lines { "scratch a/ 0/- -/- seen 2026-11-04T10:00:00Z known 2026-11-04T10:00:00Z" }));
}

TEST_F(StorageLevelsTest, AFigureThatWasNeverKnownIsNoZero)
{
    put("2026-11-02T10:00:00Z", { level(project("a"), {}) });
    const auto found = levels_.newest(c1).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level.used_bytes, std::nullopt);
    EXPECT_EQ(found[0].known, std::nullopt);
    EXPECT_EQ(found[0].level.limit_bytes, 1000U);
    EXPECT_EQ(days(november), Lines {});
}

TEST_F(StorageLevelsTest, AHolderThatIsNotReadStaysWithHisAge)
{
    put("2026-11-02T10:00:00Z", { level(project("a"), 1), level(project("b"), 2) });
    put("2026-11-03T10:00:00Z", { level(project("b"), 3) });
    EXPECT_EQ(newest(),
        (Lines { "scratch a/ 1/1000 -/- seen 2026-11-02T10:00:00Z known 2026-11-02T10:00:00Z",
            "scratch b/ 3/1000 -/- seen 2026-11-03T10:00:00Z known 2026-11-03T10:00:00Z" }));
}

TEST_F(StorageLevelsTest, ADayHasItsLastFigureAndItsHighest)
{
    put("2026-11-02T00:00:00Z", { level(project("a"), 20, 1000, 1) });
    put("2026-11-02T12:00:00Z", { level(project("a"), 90, 1000, 2) });
    put("2026-11-02T23:59:59Z", { level(project("a"), 30, 2000, 3) });
    put("2026-11-03T00:00:00Z", { level(project("a"), 10, 2000, 4) });
    EXPECT_EQ(days(november),
        (Lines { "2026-11-02 scratch a/ 30/2000 3/- read 2026-11-02T23:59:59Z highest 90",
            "2026-11-03 scratch a/ 10/2000 4/- read 2026-11-03T00:00:00Z highest 10" }));
    EXPECT_EQ(days(october), Lines {});
}

TEST_F(StorageLevelsTest, AReadingThatChangesNothingRenewsItsTime)
{
    put("2026-11-02T10:00:00Z", { level(project("a"), 20) });
    put("2026-11-02T11:00:00Z", { level(project("a"), 20) });
    EXPECT_EQ(
        days(november), (Lines { "2026-11-02 scratch a/ 20/1000 -/- read 2026-11-02T11:00:00Z highest 20" }));
    EXPECT_EQ(
        newest(), (Lines { "scratch a/ 20/1000 -/- seen 2026-11-02T11:00:00Z known 2026-11-02T11:00:00Z" }));
}

TEST_F(StorageLevelsTest, ADayMayHoldTwoBillingMonths)
{
    const Seconds ahead { 2 * 3600 };
    put("2026-10-31T21:59:59Z", { level(project("a"), 20) }, "scratch", ahead);
    put("2026-10-31T22:00:00Z", { level(project("a"), 5) }, "scratch", ahead);
    EXPECT_EQ(
        days(october), (Lines { "2026-10-31 scratch a/ 20/1000 -/- read 2026-10-31T21:59:59Z highest 20" }));
    EXPECT_EQ(
        days(november), (Lines { "2026-10-31 scratch a/ 5/1000 -/- read 2026-10-31T22:00:00Z highest 5" }));
}

TEST_F(StorageLevelsTest, AFailedReadingKeepsEveryFigureAndTellsWhyAndSinceWhen)
{
    fail("2026-11-01T10:00:00Z", "no such device", "tape");
    put("2026-11-02T10:00:00Z", { level(project("a"), 20) });
    const auto before = newest();
    fail("2026-11-02T11:00:00Z", "lfs quota: deadline");
    fail("2026-11-02T12:00:00Z", "lfs quota: still away");
    EXPECT_EQ(newest(), before);
    EXPECT_EQ(volumes(),
        (Lines { "scratch tried 2026-11-02T12:00:00Z read 2026-11-02T10:00:00Z error lfs quota: still away",
            "tape tried 2026-11-01T10:00:00Z read never error no such device" }));
    put("2026-11-02T13:00:00Z", {});
    EXPECT_EQ(newest(), before);
    EXPECT_EQ(volumes().front(), "scratch tried 2026-11-02T13:00:00Z read 2026-11-02T13:00:00Z error ");
}

TEST_F(StorageLevelsTest, ALongErrorIsCutBetweenTwoCharacters)
{
    std::string error(999, 'x');
    error += "\xc3\xa4 and more";
    fail("2026-11-02T11:00:00Z", error);
    EXPECT_EQ(levels_.volumes(c1).value().at(0).error, std::string(999, 'x'));
}

TEST_F(StorageLevelsTest, WhatIsTooLargeForTheFileIsKeptAsItsMostAndALimitIsNeverZero)
{
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    put("2026-11-02T10:00:00Z",
        { level(project("a"), most, most, most, most), level(project("b"), 0, 0, 0, 0) });
    const auto kept = std::to_string(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(newest(),
        (Lines { "scratch a/ " + kept + "/" + kept + " " + kept + "/" + kept
                + " seen 2026-11-02T10:00:00Z known 2026-11-02T10:00:00Z",
            "scratch b/ 0/1 0/1 seen 2026-11-02T10:00:00Z known 2026-11-02T10:00:00Z" }));
}

TEST_F(StorageLevelsTest, ClustersAndVolumesAreApart)
{
    const Name c2 { "c2" };
    put("2026-11-02T10:00:00Z", { level(project("a"), 1) });
    put("2026-11-02T10:00:00Z", { level(project("a"), 2) }, "scratch", utc, c2);
    put("2026-11-02T10:00:00Z", { level(project("a"), 3) }, "home");
    EXPECT_EQ(
        newest(c2), (Lines { "scratch a/ 2/1000 -/- seen 2026-11-02T10:00:00Z known 2026-11-02T10:00:00Z" }));
    EXPECT_EQ(newest().size(), 2U);
    EXPECT_EQ(days(november).size(), 2U);
    EXPECT_EQ(volumes(c2).size(), 1U);
}

TEST_F(StorageLevelsTest, DaysOfUtcAreGivenWhateverMonthThePortalFiledThemUnder)
{
    constexpr Seconds east { 3 * 3600 };
    put("2026-10-31T20:00:00Z", { level(project("a"), 1) }, "scratch", east);
    put("2026-10-31T22:00:00Z", { level(project("a"), 2), level(person("mia"), 3) }, "scratch", east);
    put("2026-11-01T10:00:00Z", { level(project("b"), 4) }, "scratch", east);
    EXPECT_EQ(levels_.months(c1).value(), (std::vector { october, november }));
    EXPECT_TRUE(levels_.months(Name { "c2" }).value().empty());
    const Day first { october / 1 };
    const Day last { october / std::chrono::last };
    const auto found = levels_.days(c1, first, last).value();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(show(found[0].level), "a/ 1/1000 -/-"); // of one day the later comes last
    EXPECT_EQ(show(found[1].level), "/mia 3/1000 -/-");
    EXPECT_EQ(show(found[2].level), "a/ 2/1000 -/-");
    EXPECT_EQ(levels_.holders(c1, first, last).value().size(), 2U);
    EXPECT_EQ(levels_.holders(c1, last + std::chrono::days { 1 }, last + std::chrono::days { 30 }).value(),
        std::vector { project("b") });
}

TEST_F(StorageLevelsTest, OldMonthsGoAndWhoIsStillAskedForStaysWhateverTheAgeOfHisFigure)
{
    put("2025-08-30T10:00:00Z", { level(project("gone"), 1), level(project("dark"), 2) });
    put("2025-09-01T00:00:00Z", { level(project("late"), 3) });
    put("2026-11-02T10:00:00Z", { level(project("dark"), {}) });
    const Month september = std::chrono::year { 2025 } / std::chrono::September;
    drop_before(september);
    EXPECT_EQ(newest(),
        (Lines { "scratch dark/ 2/1000 -/- seen 2026-11-02T10:00:00Z known 2025-08-30T10:00:00Z",
            "scratch late/ 3/1000 -/- seen 2025-09-01T00:00:00Z known 2025-09-01T00:00:00Z" }));
    EXPECT_EQ(days(september - std::chrono::months { 1 }), Lines {});
    EXPECT_EQ(days(september).size(), 1U);
}

TEST_F(StorageLevelsTest, NothingOfAReadingIsKeptWhenItsCommitIsTakenBack)
{
    const auto done = database_->commit("testing", [&](Transaction& transaction) {
        levels_.put(transaction, c1, "scratch", at(1), utc, std::vector { level(project("a"), 1) });
        transaction.sql().exec("INSERT INTO nowhere VALUES (1)");
    });
    EXPECT_FALSE(done);
    EXPECT_EQ(newest(), Lines {});
    EXPECT_EQ(volumes(), Lines {});
}

TEST_F(StorageLevelsTest, KeepsTenThousandLevelsOnAFileAndGivesThemBackAfterReopening)
{
    const TempFolder folder;
    std::vector<StorageLevel> read;
    for (unsigned number = 10'000; number-- > 0;)
        read.push_back(level(project(("p" + std::to_string(100'000 + number)).c_str()), number));
    for (const auto* when : { "2026-11-02T10:00:00Z", "2026-11-02T11:00:00Z" }) {
        const auto file = Database::open(folder / "state.db", Database::Access::write).value();
        commit(*file, [&](Transaction& transaction) {
            StorageLevels(*file).put(transaction, c1, "scratch", moment(when), utc, read);
        });
    }
    const auto file = Database::open(folder / "state.db", Database::Access::read).value();
    const auto kept = StorageLevels(*file).newest(c1).value();
    ASSERT_EQ(kept.size(), 10'000U);
    EXPECT_EQ(kept.front().level, read.back());
    EXPECT_EQ(kept.back().level, read.front());
    EXPECT_TRUE(std::all_of(kept.begin(), kept.end(),
        [](const StoredLevel& one) { return one.known == moment("2026-11-02T11:00:00Z"); }));
    EXPECT_EQ(StorageLevels(*file).month(c1, november).value().size(), 10'000U);
}

} // namespace
} // namespace site
