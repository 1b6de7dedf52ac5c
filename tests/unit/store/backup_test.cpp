#include "store/backup.hpp"

#include "store/allowances.hpp"
#include "store/evidence_check.hpp"
#include "store/founding.hpp"
#include "store/journal.hpp"
#include "store/ownership_store.hpp"
#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sys/stat.h>

namespace site {
namespace {

using namespace test;
using Access = Database::Access;
using testing::ElementsAre;
using testing::HasSubstr;

struct BackupTest : testing::Test {
    std::unique_ptr<Database> open() { return Database::open(state, Access::write).value(); }

    /// One more account that is ours, with its intent and outcome.
    void make(Database& database, const std::string& account)
    {
        Change change { Action::create, Effect::gives, { Kind::account, Name { "c1" }, Name { account } } };
        change.reason = "test";
        commit(database, [&](Transaction& transaction) {
            Journal journal(database);
            const auto ids = journal.intend(transaction, "slurm", "run", now, { change });
            journal.settle(transaction, ids[0], Outcome::done, "", now);
            OwnershipStore(database).settled(transaction, "slurm", change, now);
        });
    }
    std::size_t owned(const Database& database)
    {
        return OwnershipStore(database).load("slurm", Name { "c1" }).value().size();
    }
    StoreCopy backed_up(const Database& database, const char* name)
    {
        return back_up(database, folder / name).value();
    }
    std::filesystem::path restored(const std::filesystem::path& from)
    {
        auto restoration = Restoration::prepare(from, state);
        EXPECT_TRUE(restoration) << restoration.error().text;
        return std::move(restoration).value().finish("restore by root", now).value();
    }
    std::string refused(const std::filesystem::path& from)
    {
        const auto restoration = Restoration::prepare(from, state);
        EXPECT_FALSE(restoration);
        return restoration ? std::string {} : restoration.error().text;
    }
    std::vector<std::string> files()
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder / ""))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

    const TempFolder folder;
    const std::filesystem::path state = folder / "state.db";
    const Instant now = at(1'790'000'000);
};

TEST_F(BackupTest, IsMadeWhileOthersWriteAndIsOfOneState)
{
    const auto writer = open();
    make(*writer, "a");
    const auto reader = Database::open(state, Access::read);
    const auto copy = backed_up(**reader, "b.db");
    make(*writer, "b"); // goes on
    EXPECT_EQ(copy.records, 1);
    EXPECT_GT(copy.bytes, 0U);
    struct stat found { };
    ASSERT_EQ(::stat((folder / "b.db").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    EXPECT_FALSE(std::filesystem::exists(folder / "b.db-wal")); // one file is all of it
    const auto read = Database::open(folder / "b.db", Access::read);
    EXPECT_EQ(owned(**read), 1U);
    EXPECT_EQ(Evidence(**read).head().value(), copy.head);
}

TEST_F(BackupTest, ReplacesNoFile)
{
    const auto database = open();
    std::ofstream(folder / "b.db") << "something";
    EXPECT_THAT(back_up(*database, folder / "b.db").error().text, HasSubstr("it is there already"));
    EXPECT_EQ(std::filesystem::file_size(folder / "b.db"), 9U);
}

TEST_F(BackupTest, TheOldestGoAndNothingElse)
{
    const auto database = open();
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(back_up(*database, folder / "backups" / backup_name(now + Seconds { i * 86400 })));
    std::ofstream(folder / "backups" / "before-the-upgrade.db") << "x";
    EXPECT_EQ(drop_old_backups(folder / "backups", 2).value(), 3U);
    const auto left = backups_in(folder / "backups");
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(backup_time(left[0]), now + Seconds { 4 * 86400 });
    EXPECT_EQ(backup_time(left[1]), now + Seconds { 3 * 86400 });
    EXPECT_TRUE(std::filesystem::exists(folder / "backups" / "before-the-upgrade.db"));
}

TEST_F(BackupTest, RestoredIsWhatWasThenAndTheOldOneIsKept)
{
    {
        const auto database = open();
        make(*database, "a");
        backed_up(*database, "b.db");
        make(*database, "b");
    }
    const auto aside = restored(folder / "b.db");
    EXPECT_EQ(owned(*open()), 1U);
    EXPECT_EQ(owned(**Database::open(aside, Access::read)), 2U);
    EXPECT_TRUE(std::filesystem::exists(folder / "b.db"));
    EXPECT_FALSE(check_chain(*open())->fault);
    const auto notes = Evidence(*open()).notes(Instant::min(), Instant::max(), 10).value();
    ASSERT_FALSE(notes.empty());
    EXPECT_EQ(notes[0].event, "restored");
    EXPECT_THAT(notes[0].body, HasSubstr("restore by root"));
}

TEST_F(BackupTest, RestoringEndsThatTheStoreIsLost)
{
    {
        const auto database = open();
        make(*database, "a");
        backed_up(*database, "b.db");
    }
    for (const auto* suffix : { "", "-wal", "-shm" })
        std::filesystem::remove(state.string() + suffix);
    EXPECT_EQ(founding(*open()).value(), Founding::lost);
    restored(folder / "b.db");
    EXPECT_EQ(founding(*open()).value(), Founding::founded);
    EXPECT_EQ(owned(*open()), 1U);
}

TEST_F(BackupTest, WhatWasAllowedIsNotRestored)
{
    {
        const auto database = open();
        commit(*database, [&](Transaction& transaction) {
            Allowances(*database).add(transaction, Name { "c1" },
                { 0, "empty-list", "abc", "root", now, now + Seconds { 86400 }, { { "slurm", "close a" } } });
        });
        backed_up(*database, "b.db");
    }
    restored(folder / "b.db");
    EXPECT_TRUE(Allowances(*open()).load(Name { "c1" }, now)->empty());
}

TEST_F(BackupTest, ADamagedForeignEmptyOrAlteredFileIsRefusedAndNothingChanges)
{
    {
        const auto database = open();
        make(*database, "a");
        backed_up(*database, "good.db");
    }
    const auto bytes = bytes_of(folder / "good.db");
    write_file(folder / "cut.db", bytes.substr(0, bytes.size() / 2));
    write_file(folder / "empty.db", "");
    write_file(folder / "text.db", std::string(5000, 'x'));
    {
        SQLite::Database foreign(
            (folder / "foreign.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        foreign.exec("CREATE TABLE t (x)");
    }
    write_file(folder / "altered.db", bytes);
    {
        SQLite::Database altered((folder / "altered.db").string(), SQLite::OPEN_READWRITE);
        altered.exec("UPDATE journal SET reason = 'another'");
    }
    const auto before = files();
    EXPECT_NE(refused(folder / "cut.db"), "");
    EXPECT_THAT(refused(folder / "empty.db"), HasSubstr("it is empty"));
    EXPECT_THAT(refused(folder / "text.db"), HasSubstr("no SQLite database"));
    EXPECT_THAT(refused(folder / "foreign.db"), HasSubstr("another program's"));
    EXPECT_THAT(refused(folder / "altered.db"), HasSubstr("does not prove itself"));
    EXPECT_NE(refused(folder / "absent.db"), "");
    EXPECT_EQ(files(), before);
    EXPECT_EQ(owned(*open()), 1U);
}

TEST_F(BackupTest, APreparedOneThatIsNotWantedLeavesNoTrace)
{
    {
        const auto database = open();
        backed_up(*database, "b.db");
    }
    const auto before = files();
    {
        const auto restoration = Restoration::prepare(folder / "b.db", state);
        ASSERT_TRUE(restoration);
        EXPECT_GT(files().size(), before.size());
    }
    EXPECT_EQ(files(), before);
}

} // namespace
} // namespace site
