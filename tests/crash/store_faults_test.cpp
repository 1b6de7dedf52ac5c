#include "store/evidence_check.hpp"
#include "store/journal.hpp"
#include "store/notes.hpp"
#include "support/losing_vfs.hpp"
#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace site {
namespace {

using namespace test;
using Access = Database::Access;
using testing::HasSubstr;

Result<void> put(Database& database, const std::string& topic, const std::string& text = "x")
{
    return database.commit("noting", [&](Transaction& transaction) {
        Notes(database).put(transaction, topic, text, at(1));
        Change change { Action::create, Effect::gives, { Kind::account, Name { "c1" }, Name { topic } } };
        Journal(database).intend(transaction, "p", "run", at(1), { change });
    });
}

bool has(const Database& database, const std::string& topic)
{
    const auto note = Notes(database).note(topic).value();
    const auto entries = Journal(database).entries({ .name = topic }).value();
    EXPECT_EQ(note.has_value(), entries.size() == 1); // all of a commit, or nothing
    return note.has_value();
}

struct StoreFaults : testing::Test {
    std::unique_ptr<Database> open() { return Database::open(file, Access::write).value(); }

    const TempFolder folder;
    const std::filesystem::path file = folder / "state.db";
};

TEST_F(StoreFaults, AFullDiskFailsTheCommitAloneAndIsOverWhenThereIsSpace)
{
    open();
    std::size_t space = 400'000;
    LosingVfs disk([&](LosingVfs::Deed deed, const std::string&, std::int64_t, std::size_t size) {
        if (deed != LosingVfs::Deed::write)
            return SQLITE_OK;
        if (size > space)
            return SQLITE_FULL;
        space -= size;
        return SQLITE_OK;
    });
    const auto database = open();
    int kept = 0;
    Result<void> done;
    while (kept < 1000 && (done = put(*database, "n" + std::to_string(kept), std::string(5000, 'y'))))
        ++kept;
    ASSERT_FALSE(done);
    EXPECT_GT(kept, 3);
    EXPECT_THAT(done.error().text, HasSubstr("full"));
    EXPECT_FALSE(has(*database, "n" + std::to_string(kept)));
    for (int i = 0; i < kept; ++i)
        EXPECT_TRUE(has(*database, "n" + std::to_string(i)));
    space = 10'000'000;
    EXPECT_TRUE(put(*database, "after"));
    EXPECT_TRUE(has(*open(), "after"));
    EXPECT_FALSE(check_chain(*database)->fault);
}

TEST_F(StoreFaults, ADiskThatBecameReadOnlyFailsTheCommitAndWhatWasIsStillRead)
{
    {
        const auto database = open();
        ASSERT_TRUE(put(*database, "before"));
    }
    bool read_only = false;
    LosingVfs disk([&](LosingVfs::Deed, const std::string&, std::int64_t, std::size_t) {
        return read_only ? SQLITE_READONLY : SQLITE_OK;
    });
    const auto database = open();
    read_only = true;
    const auto done = put(*database, "during");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::refused) << done.error().text;
    EXPECT_THAT(done.error().text, HasSubstr("noting"));
    EXPECT_TRUE(has(*database, "before"));
    EXPECT_FALSE(has(*database, "during"));
    read_only = false;
    EXPECT_TRUE(put(*database, "after"));
}

TEST_F(StoreFaults, AFailedWriteOrSyncIsAnErrorAndTheNextCommitIsWhole)
{
    for (const auto deed : { LosingVfs::Deed::write, LosingVfs::Deed::sync })
        for (int which = 1; which <= 3; ++which) {
            const TempFolder another;
            {
                auto born = Database::open(another / "state.db", Access::write);
            }
            int left = -1;
            LosingVfs disk([&](LosingVfs::Deed one, const std::string&, std::int64_t, std::size_t) {
                return one == deed && left > 0 && --left == 0 ? SQLITE_IOERR : SQLITE_OK;
            });
            const auto database = Database::open(another / "state.db", Access::write).value();
            ASSERT_TRUE(put(*database, "before"));
            left = which;
            const bool done = static_cast<bool>(put(*database, "during"));
            EXPECT_EQ(has(*database, "during"), done);
            left = -1;
            EXPECT_TRUE(put(*database, "after"));
            EXPECT_TRUE(has(*database, "before"));
            EXPECT_FALSE(check_chain(*database)->fault);
        }
}

TEST_F(StoreFaults, ADatabaseThatAnotherProcessHoldsIsToldAndUsedOnceItIsFree)
{
    const auto database = open();
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const auto child = ::fork();
    if (child == 0) {
        sqlite3* raw = nullptr;
        const bool held = sqlite3_open(file.c_str(), &raw) == SQLITE_OK
            && sqlite3_exec(raw, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK;
        (void)!::write(ready[1], held ? "y" : "n", 1);
        ::pause();
        ::_exit(0);
    }
    char said = 0;
    ASSERT_EQ(::read(ready[0], &said, 1), 1);
    ASSERT_EQ(said, 'y');
    const auto done = put(*database, "during");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::timed_out);
    EXPECT_THAT(done.error().text, HasSubstr("another process holds it"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    EXPECT_FALSE(has(*database, "during"));
    EXPECT_TRUE(put(*database, "after"));
}

TEST_F(StoreFaults, ATruncatedLogShowsWholeCommitsFromTheBeginningOnly)
{
    const auto database = open();
    constexpr int commits = 12;
    for (int i = 0; i < commits; ++i)
        ASSERT_TRUE(put(*database, "n" + std::to_string(i)));
    const auto log = bytes_of(file.string() + "-wal");
    ASSERT_GT(log.size(), 20'000U);
    constexpr std::size_t frame = 24 + 4096;
    std::vector<std::size_t> cuts { 0, 1, 31, 32 };
    for (std::size_t at = 32; at <= log.size(); at += frame)
        for (const auto to : { at, at + 7, at + 24 + 2048 })
            cuts.push_back(std::min(to, log.size()));
    std::set<int> seen;
    for (const auto cut : cuts) {
        const TempFolder copy;
        std::filesystem::copy_file(file, copy / "state.db");
        write_file(copy / "state.db-wal", log.substr(0, cut));
        const auto left = Database::open(copy / "state.db", Access::write);
        ASSERT_TRUE(left) << cut << ": " << left.error().text;
        int count = 0;
        while (count < commits && has(**left, "n" + std::to_string(count)))
            ++count;
        for (int i = count; i < commits; ++i)
            EXPECT_FALSE(has(**left, "n" + std::to_string(i))) << cut;
        EXPECT_FALSE(check_chain(**left)->fault) << cut;
        seen.insert(count);
    }
    EXPECT_TRUE(seen.contains(0));
    EXPECT_TRUE(seen.contains(commits));
    EXPECT_GT(seen.size(), 6U);
}

TEST_F(StoreFaults, ADatabaseOfTheFutureIsRefusedAndLeft)
{
    open();
    {
        SQLite::Database sql(file.string(), SQLite::OPEN_READWRITE);
        sql.exec("PRAGMA user_version = 999");
    }
    const auto bytes = bytes_of(file);
    const auto refused = Database::open(file, Access::write);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("a newer site-agent (format 999"));
    EXPECT_EQ(bytes_of(file), bytes);
}

} // namespace
} // namespace site
