#include "store/database.hpp"

#include "store/notes.hpp"
#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <optional>
#include <sys/stat.h>

namespace site {
namespace {

using namespace test;
using Access = Database::Access;

mode_t mode_of(const std::filesystem::path& file)
{
    struct stat found { };
    EXPECT_EQ(::lstat(file.c_str(), &found), 0) << file;
    return found.st_mode & 07777;
}

std::string pragma(const Database& database, const std::string& name)
{
    std::string value;
    EXPECT_TRUE(database.read("reading a pragma",
        [&](SQLite::Database& sql) { value = sql.execAndGet("PRAGMA " + name).getString(); }));
    return value;
}

Error refusal(const std::filesystem::path& file, Access access = Access::write)
{
    auto opened = Database::open(file, access);
    EXPECT_FALSE(opened);
    return opened ? Error {} : opened.error();
}

void note(Database& database, const std::string& topic, const std::string& text)
{
    Notes notes(database);
    commit(database, [&](Transaction& transaction) { notes.put(transaction, topic, text, at(1)); });
}

/// A state file with some content, closed.
void make_state(const std::filesystem::path& file)
{
    auto database = Database::open(file, Access::write);
    ASSERT_TRUE(database) << database.error().text;
    note(**database, "topic", std::string(20'000, 'x'));
}

TEST(Database, IsMadeForItsOwnerAloneInAFolderForItsOwnerAlone)
{
    const TempFolder folder;
    const auto file = folder / "state" / "state.db";
    const auto database = Database::open(file, Access::write);
    ASSERT_TRUE(database) << database.error().text;
    note(**database, "a", "b");
    EXPECT_EQ(mode_of(file.parent_path()), 0700U);
    EXPECT_EQ(mode_of(file), 0600U);
    EXPECT_EQ(mode_of(file.string() + "-wal"), 0600U);
    EXPECT_EQ(mode_of(file.string() + "-shm"), 0600U);
}

TEST(Database, LeavesOnlyItsTraceBesideItself)
{
    const TempFolder folder;
    make_state(folder / "state.db");
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder / ""))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names, (std::vector<std::string> { "founded", "state.db" }));
}

TEST(Database, WritesThroughALogAndSyncsEachCommit)
{
    const TempFolder folder;
    const auto database = Database::open(folder / "state.db", Access::write);
    ASSERT_TRUE(database);
    EXPECT_EQ(pragma(**database, "journal_mode"), "wal");
    EXPECT_EQ(pragma(**database, "synchronous"), "2"); // FULL
    EXPECT_EQ(pragma(**database, "foreign_keys"), "1");
    EXPECT_EQ(pragma(**database, "busy_timeout"), "10000");
    EXPECT_EQ(pragma(**database, "user_version"), std::to_string(Database::schema_version()));
}

TEST(Database, ClosesAFileThatOthersCouldRead)
{
    const TempFolder folder;
    make_state(folder / "state.db");
    ASSERT_EQ(::chmod((folder / "state.db").c_str(), 0644), 0);
    ASSERT_TRUE(Database::open(folder / "state.db", Access::write));
    EXPECT_EQ(mode_of(folder / "state.db"), 0600U);
}

TEST(Database, RefusesAFolderThatOthersMayWriteTo)
{
    const TempFolder folder;
    ASSERT_EQ(::chmod((folder / "").c_str(), 0770), 0);
    const auto error = refusal(folder / "state.db");
    EXPECT_EQ(error.code, Errc::refused);
    EXPECT_NE(error.text.find("others may write to the folder"), std::string::npos) << error.text;
    EXPECT_FALSE(std::filesystem::exists(folder / "state.db"));
}

TEST(Database, RefusesALinkInThePlaceOfTheFile)
{
    const TempFolder folder;
    make_state(folder / "other.db");
    std::filesystem::create_symlink(folder / "other.db", folder / "state.db");
    EXPECT_EQ(refusal(folder / "state.db").code, Errc::refused);
}

TEST(Database, KeepsWhatWasWrittenAcrossOpenings)
{
    const TempFolder folder;
    make_state(folder / "state.db");
    const auto database = Database::open(folder / "state.db", Access::read);
    ASSERT_TRUE(database) << database.error().text;
    const auto found = Notes(**database).note("topic");
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->text.size(), 20'000U);
}

TEST(Database, IsNotMadeByAReader)
{
    const TempFolder folder;
    const auto error = refusal(folder / "state.db", Access::read);
    EXPECT_EQ(error.code, Errc::not_found);
    EXPECT_EQ(
        error.text, "opening the state file \"" + (folder / "state.db").string() + "\": it does not exist");
    EXPECT_FALSE(std::filesystem::exists(folder / "state.db"));
}

TEST(Database, IsNotWrittenByAReader)
{
    const TempFolder folder;
    make_state(folder / "state.db");
    const auto database = Database::open(folder / "state.db", Access::read);
    ASSERT_TRUE(database);
    Notes notes(**database);
    const auto done = (*database)->commit(
        "noting", [&](Transaction& transaction) { notes.put(transaction, "a", "b", at(1)); });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::refused);
    EXPECT_EQ((*database)->commits(), 0U);
}

TEST(Database, IsReadWhileAnotherWrites)
{
    const TempFolder folder;
    const auto writer = Database::open(folder / "state.db", Access::write);
    ASSERT_TRUE(writer);
    note(**writer, "topic", "old");
    const auto reader = Database::open(folder / "state.db", Access::read);
    ASSERT_TRUE(reader) << reader.error().text;
    commit(**writer, [&](Transaction& transaction) {
        Notes(**writer).put(transaction, "topic", "new", at(2));
        EXPECT_EQ(Notes(**reader).note("topic").value()->text, "old");
    });
    EXPECT_EQ(Notes(**reader).note("topic").value()->text, "new");
}

// Field case "Daemon 4": the three shapes of a state file after a crash. Never replaced, never guessed.
TEST(Database, Daemon4RefusesAnEmptyFileAndLeavesIt)
{
    const TempFolder folder;
    write_file(folder / "state.db", "");
    for (const auto access : { Access::write, Access::read }) {
        const auto error = refusal(folder / "state.db", access);
        EXPECT_EQ(error.code, Errc::internal);
        EXPECT_NE(error.text.find("it is empty"), std::string::npos) << error.text;
    }
    EXPECT_EQ(std::filesystem::file_size(folder / "state.db"), 0U);
}

TEST(Database, Daemon4RefusesAFileOfNulBytesAndLeavesIt)
{
    const TempFolder folder;
    const std::string nul(1887, '\0');
    write_file(folder / "state.db", nul);
    const auto error = refusal(folder / "state.db");
    EXPECT_NE(error.text.find("it is no SQLite database"), std::string::npos) << error.text;
    EXPECT_EQ(bytes_of(folder / "state.db"), nul);
}

TEST(Database, Daemon4RefusesAFileThatWasCutAndLeavesIt)
{
    const TempFolder folder;
    make_state(folder / "state.db");
    const auto cut = bytes_of(folder / "state.db").substr(0, 3 * 4096 + 900);
    write_file(folder / "state.db", cut);
    const auto error = refusal(folder / "state.db");
    EXPECT_NE(error.text.find("damaged"), std::string::npos) << error.text;
    EXPECT_EQ(bytes_of(folder / "state.db"), cut);
}

TEST(Database, RefusesAFileWhoseOwnershipIsDamaged)
{
    const TempFolder folder;
    std::int64_t page = 0;
    {
        const auto database = Database::open(folder / "state.db", Access::write);
        ASSERT_TRUE(database);
        commit(**database, [&](Transaction& transaction) {
            transaction.sql().exec("INSERT INTO owned VALUES (1, 'p', 'c', 'account', 'a', '', '', 1, 0)");
            page = transaction.sql()
                       .execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = 'owned'")
                       .getInt64();
        });
    }
    auto bytes = bytes_of(folder / "state.db");
    const auto start = static_cast<std::size_t>((page - 1) * 4096);
    bytes.replace(start, 4096, 4096, '\xa5');
    write_file(folder / "state.db", bytes);
    const auto error = refusal(folder / "state.db");
    EXPECT_NE(error.text.find("damaged"), std::string::npos) << error.text;
}

TEST(Database, RefusesALogWithoutItsFile)
{
    const TempFolder folder;
    write_file(folder / "state.db-wal", "something");
    const auto error = refusal(folder / "state.db");
    EXPECT_NE(error.text.find("it is missing although its log"), std::string::npos) << error.text;
    EXPECT_FALSE(std::filesystem::exists(folder / "state.db"));
}

TEST(Database, RefusesAnotherProgramsDatabase)
{
    const TempFolder folder;
    {
        SQLite::Database sql((folder / "state.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        sql.exec("CREATE TABLE theirs (a)");
    }
    const auto error = refusal(folder / "state.db");
    EXPECT_EQ(error.code, Errc::invalid);
    EXPECT_NE(error.text.find("another program's"), std::string::npos) << error.text;
}

TEST(Database, RefusesAFileOfANewerRelease)
{
    const TempFolder folder;
    make_state(folder / "state.db");
    {
        SQLite::Database sql((folder / "state.db").string(), SQLite::OPEN_READWRITE);
        sql.exec("PRAGMA user_version = 999");
    }
    for (const auto access : { Access::write, Access::read }) {
        const auto error = refusal(folder / "state.db", access);
        EXPECT_EQ(error.code, Errc::invalid);
        EXPECT_NE(error.text.find("newer site-agent (format 999"), std::string::npos) << error.text;
    }
}

TEST(Database, IsNotRenewedByAReader)
{
    const TempFolder folder;
    make_state(folder / "state.db");
    {
        SQLite::Database sql((folder / "state.db").string(), SQLite::OPEN_READWRITE);
        sql.exec("PRAGMA user_version = 0");
    }
    const auto error = refusal(folder / "state.db", Access::read);
    EXPECT_EQ(error.code, Errc::conflict);
    EXPECT_NE(error.text.find("older site-agent"), std::string::npos) << error.text;
}

TEST(Database, CommitsAllOfItOrNothing)
{
    const auto database = memory();
    const auto done = database->commit("noting twice", [&](Transaction& transaction) {
        Notes(*database).put(transaction, "a", "b", at(1));
        transaction.sql().exec("INSERT INTO nowhere VALUES (1)");
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().text, "noting twice: no such table: nowhere");
    EXPECT_FALSE(Notes(*database).note("a").value());
    EXPECT_EQ(database->commits(), 0U);
    note(*database, "a", "c");
    EXPECT_EQ(database->commits(), 1U);
}

TEST(Database, TurnsAFailedReadIntoAnError)
{
    const auto database = memory();
    const auto done = database->read(
        "counting", [](SQLite::Database& sql) { sql.execAndGet("SELECT count(*) FROM nowhere").getInt(); });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().text, "counting: no such table: nowhere");
}

TEST(Database, ReadsInsideACommitSeeWhatItWrote)
{
    const auto database = memory();
    commit(*database, [&](Transaction& transaction) {
        Notes notes(*database);
        notes.put(transaction, "a", "b", at(1));
        EXPECT_TRUE(notes.note("a").value());
    });
}

#ifdef SITE_FAULTS
// The child is this program again, started for this test alone, so its passages are counted from one.
TEST(DatabaseDeathTest, IsWholeAfterAKillAtTheSecondCommit)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    std::optional<TempFolder> folder;
    if (!std::getenv("SITE_TEST_STATE")) { // the child is handed ours, since it can't clear up after itself
        folder.emplace();
        ::setenv("SITE_TEST_STATE", (*folder / "state.db").c_str(), 1);
        ::setenv("SITE_FAULT_LOG", (*folder / "passages").c_str(), 1);
        ::setenv("SITE_FAULT_NAME", "commit", 1);
        ::setenv("SITE_FAULT_AT", "2", 1);
    }
    const std::filesystem::path file = std::getenv("SITE_TEST_STATE");
    EXPECT_EXIT(
        {
            const auto database = Database::open(file, Access::write);
            for (const auto* topic : { "first", "second", "third" })
                note(**database, topic, "x");
        },
        testing::KilledBySignal(SIGKILL), "");
    ::unsetenv("SITE_FAULT_AT");
    ::unsetenv("SITE_FAULT_NAME");
    ::unsetenv("SITE_FAULT_LOG");
    ::unsetenv("SITE_TEST_STATE");

    for (const auto access : { Access::read, Access::write }) {
        const auto database = Database::open(file, access);
        ASSERT_TRUE(database) << database.error().text;
        EXPECT_TRUE(Notes(**database).note("first").value());
        EXPECT_TRUE(Notes(**database).note("second").value());
        EXPECT_FALSE(Notes(**database).note("third").value());
    }
    EXPECT_EQ(bytes_of(*folder / "passages"), "commit\ncommit\n");
}
#endif

} // namespace
} // namespace site
