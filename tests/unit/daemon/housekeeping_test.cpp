#include "daemon/housekeeping.hpp"

#include "store/founding.hpp"
#include "store/journal.hpp"
#include "store/storage_levels.hpp"
#include "unit/store/store_fixture.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

using namespace test;

struct HousekeepingTest : testing::Test {
    HousekeepingTest()
    {
        config.state = folder / "";
        commit(*database, [](Transaction& transaction) { set_found(transaction); });
    }
    Housekept keep(std::chrono::hours later) { return keep_house(config, *database, begin + later).value(); }
    std::size_t backups() { return backups_in(folder / "backups").size(); }
    void act(Instant when)
    {
        Change change { Action::create, Effect::gives, { Kind::account, Name { "c1" }, Name { "a" } } };
        commit(*database, [&](Transaction& transaction) {
            Journal journal(*database);
            journal.settle(transaction, journal.intend(transaction, "p", "run", when, { change })[0],
                Outcome::done, "", when);
        });
    }

    const TempFolder folder;
    Config config;
    const Instant begin = at(1'790'000'000);
    std::unique_ptr<Database> database = Database::open(folder / "state.db", Database::Access::write).value();
};

using std::chrono::hours;

TEST_F(HousekeepingTest, ABackupADayIsMadeWhateverTheRestarts)
{
    EXPECT_TRUE(keep(hours { 0 }).backup);
    EXPECT_FALSE(keep(hours { 1 }).backup); // as after a restart
    EXPECT_FALSE(keep(hours { 23 }).backup);
    EXPECT_TRUE(keep(hours { 24 }).backup);
    EXPECT_EQ(backups(), 2U);
}

TEST_F(HousekeepingTest, OnlySoManyAreKept)
{
    config.backup_keep = 3;
    for (int i = 0; i < 6; ++i)
        keep(hours { 24 * i });
    EXPECT_EQ(backups(), 3U);
}

TEST_F(HousekeepingTest, NoneIsMadeWhenNoneIsWanted)
{
    config.backup_keep = 0;
    EXPECT_FALSE(keep(hours { 0 }).backup);
    EXPECT_EQ(backups(), 0U);
}

TEST_F(HousekeepingTest, ALostStorePushesOutNoGoodBackup)
{
    keep(hours { 0 });
    commit(*database, [](Transaction& transaction) { set_lost(transaction, "test"); });
    EXPECT_FALSE(keep(hours { 48 }).backup);
    EXPECT_EQ(backups(), 1U);
}

TEST_F(HousekeepingTest, ABackupOfTheFutureHoldsNothingUp)
{
    keep(hours { 24 * 365 });
    EXPECT_TRUE(keep(hours { 0 }).backup);
}

TEST_F(HousekeepingTest, WhatIsTooOldForTheJournalIsDroppedOnceADay)
{
    act(begin);
    act(begin + hours { 1 });
    act(begin + hours { 24 * 20 });
    config.journal_keep = Seconds { 10 * 86400 };
    EXPECT_EQ(keep(hours { 24 * 10 }).compacted.entries, 0);
    EXPECT_EQ(keep(hours { 24 * 10 + 1 }).compacted.entries, 1); // all of the first moment is older
    EXPECT_EQ(keep(hours { 24 * 10 + 2 }).compacted.entries, 0); // not again on that day
    EXPECT_EQ(keep(hours { 24 * 12 }).compacted.entries, 1);
    config.journal_keep = Seconds { 0 };
    EXPECT_EQ(keep(hours { 24 * 900 }).compacted.entries, 0);
}

TEST_F(HousekeepingTest, LevelsOfVolumesAreKeptForFourteenMonthsAndWhoIsStillAskedForStays)
{
    const Name cluster { "c1" };
    const auto now = parse_instant("2026-11-15T12:00:00Z").value();
    const auto read = [&](const char* when, const char* group, std::optional<std::uint64_t> bytes) {
        const std::vector<StorageLevel> levels { { .holder = { .group = Name(group) },
            .used_bytes = bytes } };
        commit(*database, [&](Transaction& transaction) {
            StorageLevels(*database).put(
                transaction, cluster, "scratch", parse_instant(when).value(), Seconds { 0 }, levels);
        });
    };
    read("2025-08-31T23:59:59Z", "gone", 1);
    read("2025-08-31T23:59:59Z", "dark", 2);
    read("2025-09-01T00:00:00Z", "late", 3);
    read("2026-11-15T11:00:00Z", "dark", {});
    const auto kept = [&] {
        std::string out;
        for (const auto& one : StorageLevels(*database).newest(cluster).value())
            out += one.level.holder.group.text() + "=" + std::to_string(one.level.used_bytes.value()) + " ";
        for (const auto month : { std::chrono::August, std::chrono::September })
            out += std::to_string(StorageLevels(*database)
                                      .month(cluster, std::chrono::year { 2025 } / month)
                                      .value()
                                      .size())
                + " ";
        return out;
    };
    ASSERT_TRUE(keep_house(config, *database, now));
    EXPECT_EQ(kept(), "dark=2 gone=1 late=3 2 1 "); // this cluster keeps no volume
    config.clusters.emplace_back().name = "c1";
    config.clusters.back().storage.emplace_back().name = "scratch";
    ASSERT_TRUE(keep_house(config, *database, now));
    EXPECT_EQ(kept(), "dark=2 late=3 0 1 ");
}

} // namespace
} // namespace site
