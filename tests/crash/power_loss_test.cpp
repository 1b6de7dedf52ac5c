#include "store/evidence_check.hpp"
#include "store/journal.hpp"
#include "store/notes.hpp"
#include "store/outbox.hpp"
#include "store/ownership_store.hpp"
#include "support/losing_vfs.hpp"
#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace site {
namespace {

using namespace test;
using Access = Database::Access;

std::uint64_t number_of(const char* variable, std::uint64_t otherwise)
{
    const auto* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string topic(int commit)
{
    return "n" + std::to_string(commit);
}

/// A life of the store up to the cut, and what must be there after it.
class Life {
public:
    Life(std::uint64_t seed, bool lying_disk) : random_(seed)
    {
        { // the birth is another test's
            const auto database = Database::open(folder_ / "state.db", Access::write);
            EXPECT_TRUE(database);
        }
        LosingVfs disk;
        if (lying_disk)
            disk.lie_about_syncs();
        disk.cut_before(pick(1, 1000));
        for (int opening = 0; opening < 3 && !disk.was_cut(); ++opening)
            live(disk);
        cut_ = disk.was_cut();
        disk.leave(left_ / "", random_);
    }

    /// What is wrong with the store that the power cut left; empty: nothing.
    std::string wrong()
    {
        const auto opened = Database::open(left_ / "state.db", Access::write);
        if (!opened)
            return "it does not open: " + opened.error().text;
        const auto& database = **opened;
        std::string integrity;
        if (auto done = database.read("looking",
                [&](SQLite::Database& sql) {
                    integrity = sql.execAndGet("PRAGMA integrity_check").getString();
                });
            !done)
            return done.error().text;
        if (integrity != "ok")
            return integrity;
        const auto chain = check_chain(database);
        if (!chain || chain->fault)
            return "the journal: " + (chain ? chain->fault->what : chain.error().text);
        for (int commit = 0; commit <= returned_; ++commit) {
            const auto parts = whole(database, commit);
            if (commit < returned_ && parts != all_parts)
                return "commit " + std::to_string(commit) + " of " + std::to_string(returned_)
                    + " had returned and is not there whole: " + std::to_string(parts);
            if (parts != 0 && parts != all_parts)
                return "the commit in flight is there by half: " + std::to_string(parts);
        }
        return {};
    }

    [[nodiscard]] bool cut() const { return cut_; }
    [[nodiscard]] int commits() const { return returned_; }

private:
    static constexpr int all_parts = 3;

    std::size_t pick(std::size_t from, std::size_t to)
    {
        return std::uniform_int_distribution<std::size_t>(from, to)(random_);
    }

    void live(const LosingVfs& disk)
    {
        auto opened = Database::open(folder_ / "state.db", Access::write);
        if (!opened)
            return;
        auto& database = **opened;
        const auto until = returned_ + static_cast<int>(pick(5, 25));
        while (returned_ < until && !disk.was_cut()) {
            if (!one_commit(database))
                return;
            ++returned_;
            if (pick(0, 9) == 0)
                (void)database.commit("checkpoint later", [](Transaction&) {});
            if (pick(0, 12) == 0)
                checkpoint();
        }
    }

    /// By another connection, as a reader that closes last would.
    void checkpoint()
    {
        try {
            SQLite::Database other((folder_ / "state.db").string(), SQLite::OPEN_READWRITE);
            other.exec(
                pick(0, 1) == 0 ? "PRAGMA wal_checkpoint(PASSIVE)" : "PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (const SQLite::Exception&) { // the power is out
        }
    }

    /// An intent, what is ours, and a note: three tables, one commit.
    bool one_commit(Database& database)
    {
        Change change { Action::create, Effect::gives,
            { Kind::account, Name { "c1" }, Name { "a" + std::to_string(returned_) } } };
        change.reason = std::string(pick(1, 3000), 'x');
        const auto done = database.commit("living", [&](Transaction& transaction) {
            Journal journal(database);
            const auto ids = journal.intend(transaction, "p", "run", at(returned_), { change });
            if (pick(0, 1) == 0)
                journal.settle(transaction, ids[0], Outcome::done, "", at(returned_));
            OwnershipStore(database).settled(transaction, "p", change, at(returned_));
            Notes(database).put(transaction, topic(returned_), "x", at(returned_));
        });
        return static_cast<bool>(done);
    }

    static int whole(const Database& database, int commit)
    {
        int parts = 0;
        const auto note = Notes(database).note(topic(commit));
        parts += note && *note ? 1 : 0;
        const auto account = "a" + std::to_string(commit);
        const auto entries = Journal(database).entries({ .most = 5, .name = account });
        parts += entries && entries->size() == 1 ? 1 : 0;
        const auto owned = OwnershipStore(database).load("p", Name { "c1" });
        parts += owned && owned->contains({ Kind::account, Name { "c1" }, Name { account } }) ? 1 : 0;
        return parts;
    }

    TempFolder folder_;
    TempFolder left_;
    std::mt19937_64 random_;
    int returned_ = 0; ///< commits that returned success
    bool cut_ = false;
};

TEST(PowerLoss, TakesNoCommitThatHadReturnedAndLeavesNoneByHalf)
{
    const auto seeds = number_of("SITE_POWER_SEEDS", 150);
    const auto first = number_of("SITE_POWER_SEED", 1);
    std::uint64_t cuts = 0;
    std::uint64_t commits = 0;
    for (auto seed = first; seed < first + seeds; ++seed) {
        Life life(seed, false);
        ASSERT_EQ(life.wrong(), "") << "SITE_POWER_SEEDS=1 SITE_POWER_SEED=" << seed;
        cuts += life.cut() ? 1 : 0;
        commits += static_cast<std::uint64_t>(life.commits());
    }
    std::printf("%llu lives of a store, %llu commits that returned, %llu cut in the middle of a deed\n",
        static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(commits),
        static_cast<unsigned long long>(cuts));
    if (seeds >= 100) {
        EXPECT_GT(cuts, seeds / 2);
    }
}

// The check is seen to fail: on a disk that only says it has synced, commits are lost.
TEST(PowerLoss, ADiskThatLiesAboutSyncsIsFoundOut)
{
    std::size_t lost = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        lost += Life(seed, true).wrong().empty() ? 0U : 1U;
    EXPECT_GT(lost, 5U);
}

} // namespace
} // namespace site
