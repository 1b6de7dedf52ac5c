#include "store/compaction.hpp"

#include "unit/store/evidence_fixture.hpp"

namespace site {
namespace {

using namespace test;

class CompactionTest : public EvidenceFixture {
protected:
    /// So many entries a "day" of 100 s, each day a batch of its own that is settled 10 s later.
    void days(int count, int entries)
    {
        for (int day = 1; day <= count; ++day) {
            std::vector<std::int64_t> ids;
            commit(*database_, [&](Transaction& transaction) {
                std::vector<Change> changes(static_cast<std::size_t>(entries), { .key = account("a") });
                ids = journal_.intend(transaction, "slurm", "run", at(day * 100), changes);
                journal_.ran(transaction, ids, { "command" }, at(day * 100));
            });
            commit(*database_, [&](Transaction& transaction) {
                for (const auto id : ids)
                    journal_.settle(transaction, id, Outcome::done, "", at(day * 100 + 10));
            });
        }
    }
    std::vector<std::int64_t> ids()
    {
        std::vector<std::int64_t> found;
        for (const auto& entry : journal_.entries({ .most = 100'000 }).value())
            found.insert(found.begin(), entry.id);
        return found;
    }
    Compaction compact_before(std::int64_t seconds)
    {
        return compact(*database_, at(seconds), "journal compact by root", at(10'000)).value();
    }
    std::int64_t count(const std::string& table)
    {
        std::int64_t rows = 0;
        EXPECT_TRUE(database_->read("counting", [&](SQLite::Database& sql) {
            rows = sql.execAndGet("SELECT count(*) FROM " + table).getInt64();
        }));
        return rows;
    }
};

TEST_F(CompactionTest, DropsWhatIsSettledAndOlderWithItsEvidenceAndKeepsAnAnchor)
{
    days(3, 2); // the chain: begun, then 5 rows a day
    const auto last = Evidence(*database_).after(10, 1).value().front();
    const auto dropped = compact_before(300);
    EXPECT_EQ(dropped.rows, 11);
    EXPECT_EQ(dropped.entries, 4);
    EXPECT_EQ(ids(), (std::vector<std::int64_t> { 5, 6 }));
    const auto anchor = Evidence(*database_).anchor().value();
    EXPECT_EQ(anchor.last, (ChainHead { 11, last.hash }));
    EXPECT_EQ(anchor.from, at(100));
    EXPECT_EQ(anchor.to, at(210));
    EXPECT_EQ(anchor.rows, 11);
    EXPECT_EQ(anchor.entries, 4);
    EXPECT_EQ(anchor.at, at(10'000));
    EXPECT_EQ(anchor.by, "journal compact by root");
    EXPECT_EQ(wrong(), "");
    EXPECT_EQ(check_chain(*database_).value().rows, 6); // the third day, and the compaction itself
}

TEST_F(CompactionTest, WhatWouldGoIsToldWithoutWriting)
{
    days(3, 2);
    const auto would = compactable(*database_, at(300)).value();
    EXPECT_EQ(would.rows, 11);
    EXPECT_EQ(would.entries, 4);
    EXPECT_EQ(would.anchor.to, at(210));
    EXPECT_EQ(ids().size(), 6U);
    EXPECT_EQ(count("evidence"), 16);
}

TEST_F(CompactionTest, ASecondOneGoesOnFromTheFirst)
{
    days(4, 2);
    compact_before(200);
    compact_before(400);
    const auto anchor = Evidence(*database_).anchor().value();
    EXPECT_EQ(anchor.last.seq, 16);
    EXPECT_EQ(anchor.from, at(100));
    EXPECT_EQ(anchor.entries, 6);
    EXPECT_EQ(wrong(), "");
    EXPECT_EQ(compact_before(400).rows, 0);
}

TEST_F(CompactionTest, AnOpenIntentAndWhatFollowsItStay)
{
    days(1, 2);
    commit(*database_, [&](Transaction& transaction) {
        journal_.intend(transaction, "slurm", "run", at(150), { Change { .key = account("open") } });
    });
    days(3, 2);
    EXPECT_EQ(compact_before(5'000).entries, 2);
    EXPECT_EQ(ids().size(), 7U);
    EXPECT_EQ(journal_.open_intents("slurm", c1).value().size(), 1U);
    EXPECT_EQ(wrong(), "");
}

TEST_F(CompactionTest, NoEntryIsPartedFromALaterOutcome)
{
    days(1, 2);
    settle(1, Outcome::failed, "seen again", at(5'000));
    EXPECT_EQ(compact_before(1'000).rows, 1); // `begun` alone
    EXPECT_EQ(ids().size(), 2U);
    EXPECT_EQ(wrong(), "");
}

TEST_F(CompactionTest, MuchIsDroppedInSeveralCommits)
{
    days(6, 5'000);
    const auto before = database_->commits();
    EXPECT_EQ(compact_before(5'000).entries, 30'000);
    EXPECT_GT(database_->commits(), before + 1);
    EXPECT_EQ(count("journal"), 0);
    EXPECT_EQ(Evidence(*database_).anchor().value().entries, 30'000);
    EXPECT_EQ(wrong(), "");
}

TEST_F(CompactionTest, EntriesFromBeforeTheChainGoByTheirTime)
{
    days(3, 2);
    tamper("DELETE FROM evidence;"
           "UPDATE evidence_head SET seq = 0, hash = '"
        + no_hash + "', entries_before = 6; UPDATE journal SET outcome = 'open' WHERE id = 4");
    EXPECT_EQ(compact_before(250).entries, 3); // the second day's first, but nothing from the open one on
    EXPECT_EQ(ids(), (std::vector<std::int64_t> { 4, 5, 6 }));
    EXPECT_EQ(wrong(), "");
}

TEST_F(CompactionTest, AnAlteredAnchorIsNoticed)
{
    days(3, 2);
    compact_before(300);
    ASSERT_EQ(wrong(), "");
    for (const auto& cell : all_cells({ "evidence_anchor", "evidence" })) {
        if (cell.column == "one")
            continue; // the file holds it at 1
        EXPECT_NE(wrong_after(cell.alteration), "") << cell.alteration;
    }
    EXPECT_NE(wrong_after("DELETE FROM evidence WHERE event = 'compacted'"), "");
}

TEST_F(CompactionTest, AHeadThatWasCompactedCannotBeComparedAnyMore)
{
    days(3, 2);
    const auto early = Evidence(*database_).after(4, 1).value().front();
    const auto last = Evidence(*database_).after(10, 1).value().front();
    compact_before(300);
    const auto check = check_chain(*database_, ChainHead { early.seq, early.hash });
    ASSERT_FALSE(check);
    EXPECT_EQ(check.error().code, Errc::not_found);
    EXPECT_EQ(wrong(ChainHead { last.seq, last.hash }), "");
    EXPECT_NE(wrong(ChainHead { last.seq, early.hash }), "");
}

} // namespace
} // namespace site
