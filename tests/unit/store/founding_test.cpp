#include "store/founding.hpp"

#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <fstream>

namespace site {
namespace {

using namespace test;
using Access = Database::Access;

std::unique_ptr<Database> open(const std::filesystem::path& file)
{
    return Database::open(file, Access::write).value();
}

void lose(const std::filesystem::path& file)
{
    for (const auto* suffix : { "", "-wal", "-shm" })
        std::filesystem::remove(file.string() + suffix);
}

TEST(Founding, TheFirstStoreOfAFolderIsUnfoundedUntilSomebodySaysSo)
{
    const TempFolder folder;
    {
        const auto database = open(folder / "state.db");
        EXPECT_EQ(founding(*database).value(), Founding::unfounded);
        EXPECT_FALSE(store_lost(*database).value());
        commit(*database, [](Transaction& transaction) { set_found(transaction); });
    }
    const auto database = open(folder / "state.db");
    EXPECT_EQ(founding(*database).value(), Founding::founded);
    EXPECT_EQ(founding_text(*database).value(), "");
}

TEST(Founding, AStoreThatVanishedIsLostEvenWhenItWasNeverFounded)
{
    const TempFolder folder;
    open(folder / "state.db");
    lose(folder / "state.db");
    const auto database = open(folder / "state.db");
    EXPECT_TRUE(store_lost(*database).value());
    EXPECT_NE(founding_text(*database).value().find("founded\" is there"), std::string::npos);
}

TEST(Founding, ABackupIsATraceOfAnEarlierStore)
{
    const TempFolder folder;
    std::filesystem::create_directory(folder / "backups");
    EXPECT_EQ(trace_of_a_store(folder / ""), "");
    std::ofstream(folder / "backups" / "state-20261126T080000Z.db") << "x";
    EXPECT_NE(trace_of_a_store(folder / ""), "");
    EXPECT_TRUE(store_lost(*open(folder / "state.db")).value());
}

TEST(Founding, StaysLostAcrossOpeningsUntilFound)
{
    const TempFolder folder;
    open(folder / "state.db");
    lose(folder / "state.db");
    open(folder / "state.db");
    const auto database = open(folder / "state.db");
    EXPECT_TRUE(store_lost(*database).value());
    commit(*database, [](Transaction& transaction) { set_found(transaction); });
    EXPECT_FALSE(store_lost(*database).value());
}

TEST(Founding, ACycleThatFindsOurMarksMayCallItLost)
{
    const auto database = memory();
    EXPECT_EQ(founding(*database).value(), Founding::founded); // nothing is claimed of one in memory
    commit(*database, [](Transaction& transaction) { set_lost(transaction, "3 accounts bear our mark"); });
    EXPECT_TRUE(store_lost(*database).value());
    EXPECT_EQ(founding_text(*database).value(), "lost: 3 accounts bear our mark");
}

TEST(Founding, ALookAtWhatIsNotThereSaysWhatANewStoreWouldSay)
{
    const TempFolder folder;
    EXPECT_EQ(founding(**Database::as_if_new(folder / "state.db")).value(), Founding::unfounded);
    EXPECT_FALSE(std::filesystem::exists(folder / "state.db"));
    open(folder / "state.db");
    lose(folder / "state.db");
    EXPECT_EQ(founding(**Database::as_if_new(folder / "state.db")).value(), Founding::lost);
    EXPECT_FALSE(std::filesystem::exists(folder / "state.db"));
}

TEST(Founding, AStoreOfAReleaseBeforeTheNoteIsFounded)
{
    const TempFolder folder;
    commit(*open(folder / "state.db"),
        [](Transaction& transaction) { transaction.sql().exec("DELETE FROM note"); });
    EXPECT_EQ(founding(*open(folder / "state.db")).value(), Founding::founded);
}

TEST(Founding, AWordThatNoReleaseWroteCountsAsLost)
{
    const auto database = memory();
    commit(*database, [](Transaction& transaction) {
        transaction.sql().exec("INSERT INTO note VALUES ('store/lost', 0, 'maybe')");
    });
    EXPECT_TRUE(store_lost(*database).value());
}

TEST(Founding, NothingIsWrittenToAFileThatWasTakenAway)
{
    const TempFolder folder;
    const auto database = open(folder / "state.db");
    lose(folder / "state.db");
    const auto write = [](Transaction& transaction) { set_found(transaction); };
    auto done = database->commit("noting", write);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().text.find("is no longer there"), std::string::npos) << done.error().text;
    open(folder / "state.db");
    done = database->commit("noting", write);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().text.find("was replaced by another"), std::string::npos) << done.error().text;
}

} // namespace
} // namespace site
