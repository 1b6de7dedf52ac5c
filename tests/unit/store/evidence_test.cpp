#include "store/evidence.hpp"

#include "store/evidence_check.hpp"
#include "unit/store/evidence_fixture.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <cstdio>
#include <set>

namespace site {
namespace {

using namespace test;

using EvidenceTest = EvidenceFixture;

std::vector<EvidenceRow> chain(const Database& database)
{
    return Evidence(database).after(0, 1000).value();
}

TEST_F(EvidenceTest, EachIntentCommandAndOutcomeIsARowThatFollowsFromTheOneBefore)
{
    fill();
    std::string before = no_hash;
    std::vector<std::string> events;
    for (const auto& row : chain(*database_)) {
        EXPECT_EQ(row.hash, link_hash(before, row));
        before = row.hash;
        events.push_back(row.event);
    }
    EXPECT_EQ(events,
        (std::vector<std::string> { "begun", "intent", "intent", "intent", "commands", "outcome", "outcome",
            "allowance", "intent" }));
    EXPECT_EQ(Evidence(*database_).head().value(), (ChainHead { 9, before }));
}

TEST_F(EvidenceTest, AnIntentHasWhoAskedForItAndTheWholeChange)
{
    fill();
    const auto row = chain(*database_)[1];
    EXPECT_EQ(row.entry, 1);
    EXPECT_EQ(row.at, at(100));
    EXPECT_EQ(row.body,
        R"({"cycle":1,"plugin":"slurm","by":"apply by root","action":"update","effect":"takes_away",)"
        R"("key":{"kind":"association","cluster":"c1","name":"brics.x","member":"mia.x","part":"gpu"},)"
        R"("fields":[{"field":"GrpJobs","before":5,"after":null,"basis":"","release":true},)"
        R"({"field":"qos","before":null,"after":"5","basis":"b=1","release":false}],)"
        R"("reason":"association \"mia\" is gone",)"
        R"("needs":[{"kind":"account","cluster":"c1","name":"brics.x","member":"","part":""}]})");
}

// The format is for others to recompute: these are the words of docs/formats/store.md in shell.
TEST_F(EvidenceTest, AHashIsWhatAnyToolComputesFromTheDocumentedText)
{
    const EvidenceRow row { .seq = 7,
        .at = at(1764000000),
        .event = "outcome",
        .entry = 3,
        .body = R"({"outcome":"done","said":""})",
        .hash = {} };
    const auto command = "printf '%s\\n7\\n1764000000\\noutcome\\n3\\n%s' " + no_hash + " '" + row.body
        + "' | sha256sum | cut -c 1-64";
    auto* pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 65> text {};
    EXPECT_NE(std::fgets(text.data(), text.size(), pipe), nullptr);
    ::pclose(pipe);
    EXPECT_EQ(link_hash(no_hash, row), text.data());
}

TEST_F(EvidenceTest, NoTwoRowsHaveTheSameTextUnderTheHash)
{
    const EvidenceRow one { .seq = 1, .at = at(2), .event = "note", .entry = 34, .body = "5", .hash = {} };
    std::set<std::string> hashes { link_hash(no_hash, one) };
    auto other = one;
    other.entry = 3;
    other.body = "4\n5";
    hashes.insert(link_hash(no_hash, other));
    other = one;
    other.entry.reset();
    other.body = "34\n5";
    hashes.insert(link_hash(no_hash, other));
    other = one;
    other.seq = 12;
    other.at = at(0);
    hashes.insert(link_hash(no_hash, other));
    EXPECT_EQ(hashes.size(), 4U);
}

TEST_F(EvidenceTest, TheFileItselfRefusesToChangeInsertOrDropEvidence)
{
    fill();
    for (const auto* statement :
        { "UPDATE evidence SET body = 'x' WHERE seq = 2", "DELETE FROM evidence WHERE seq = 9",
            "DELETE FROM evidence", "INSERT INTO evidence VALUES (3, 1, 'note', NULL, '{}', '')",
            "INSERT OR REPLACE INTO evidence VALUES (3, 1, 'note', NULL, '{}', '')",
            "INSERT INTO evidence VALUES (11, 1, 'note', NULL, '{}', '')",
            "INSERT INTO evidence VALUES (10, 1, 'A note', NULL, '{}', '')",
            "INSERT INTO evidence VALUES (10, 1.5, 'note', NULL, '{}', '')" }) {
        const auto done = database_->commit(
            "tampering", [&](Transaction& transaction) { transaction.sql().exec(statement); });
        EXPECT_FALSE(done) << statement;
    }
    EXPECT_EQ(chain(*database_).size(), 9U);
}

TEST_F(EvidenceTest, AFailedCommitLeavesNoEvidence)
{
    fill();
    const auto head = Evidence(*database_).head().value();
    const auto done = database_->commit("failing", [&](Transaction& transaction) {
        journal_.intend(transaction, "slurm", "run", at(300), { Change { .key = account("d") } });
        transaction.sql().exec("INSERT INTO nowhere VALUES (1)");
    });
    EXPECT_FALSE(done);
    EXPECT_EQ(Evidence(*database_).head().value(), head);
    EXPECT_EQ(wrong(), "");
}

TEST_F(EvidenceTest, TheCommandsOfABatchAreFoundByEachOfItsEntries)
{
    fill();
    for (const std::int64_t id : { 1, 2, 3 })
        EXPECT_EQ(journal_.commands_of(id).value()->commands,
            (std::vector<std::string> { "sacctmgr -i modify ...", "sacctmgr -i add ..." }));
    EXPECT_FALSE(journal_.commands_of(4).value());
}

TEST_F(EvidenceTest, KeepsABoundedPartOfTheCommandsAndCountsTheOthers)
{
    commit(*database_, [&](Transaction& transaction) {
        const auto ids
            = journal_.intend(transaction, "slurm", "run", at(1), { Change { .key = account("a") } });
        journal_.ran(transaction, ids, { std::string(1 << 19, 'a'), std::string(1 << 20, 'b'), "c" }, at(1));
    });
    const auto batch = journal_.commands_of(1).value();
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->commands.size(), 1U);
    EXPECT_EQ(batch->left_out, 2U);
}

TEST_F(EvidenceTest, AChainThatNobodyTouchedIsGood)
{
    EXPECT_EQ(wrong(), "");
    fill();
    const auto check = check_chain(*database_).value();
    EXPECT_FALSE(check.fault) << check.fault->what;
    EXPECT_EQ(check.rows, 9);
    EXPECT_EQ(check.entries, 4);
    EXPECT_EQ(check.head, Evidence(*database_).head().value());
}

TEST_F(EvidenceTest, AnOutcomeThatWasSettledTwiceCountsAsItWasLast)
{
    fill();
    settle(1, Outcome::failed, "again", at(400));
    EXPECT_EQ(wrong(), "");
    settle(1, Outcome::open, "", at(401));
    EXPECT_EQ(wrong(), "");
}

/// Every column of every row there is, altered one at a time.
TEST_F(EvidenceTest, AnAlteredColumnOfAnyRowIsNoticed)
{
    fill();
    ASSERT_EQ(wrong(), "");
    const auto cells = all_cells({ "evidence", "evidence_head", "journal", "journal_field", "journal_need" });
    EXPECT_EQ(cells.size(), 9U * 6 + 1 * 4 + 4 * 16 + 2 * 7 + 1 * 7);
    for (const auto& cell : cells) {
        if (cell.column == "one")
            continue; // the file holds it at 1
        EXPECT_NE(wrong_after(cell.alteration), "") << cell.alteration;
    }
    EXPECT_EQ(wrong(), ""); // each was undone
}

TEST_F(EvidenceTest, AValueOfAnotherTypeThatReadsAlikeIsNoticed)
{
    fill();
    for (const auto* alteration : { "UPDATE journal SET reason = CAST(reason AS BLOB) WHERE id = 1",
             "UPDATE journal SET at = 100.5 WHERE id = 1", "UPDATE journal SET settled = 200.5 WHERE id = 1",
             "UPDATE journal_field SET before = '5' WHERE field = 'GrpJobs'",
             "UPDATE journal_field SET after = 5 WHERE field = 'qos'",
             "UPDATE journal_field SET after = '' WHERE field = 'GrpJobs'",
             "UPDATE journal_field SET release = 1 - release WHERE field = 'qos'",
             "UPDATE journal_field SET release = 2 WHERE field = 'GrpJobs'" })
        EXPECT_NE(wrong_after(alteration), "") << alteration;
}

TEST_F(EvidenceTest, ADeletedRowIsNoticed)
{
    fill();
    for (int seq = 1; seq <= 9; ++seq)
        EXPECT_NE(wrong_after("DELETE FROM evidence WHERE seq = " + std::to_string(seq)), "") << seq;
    for (int id = 1; id <= 4; ++id)
        EXPECT_NE(wrong_after("DELETE FROM journal WHERE id = " + std::to_string(id)), "") << id;
    EXPECT_NE(wrong_after("DELETE FROM journal_field WHERE field = 'qos'"), "");
    EXPECT_NE(wrong_after("DELETE FROM journal_need"), "");
}

TEST_F(EvidenceTest, SwappedRowsAreNoticedWithTheFirstThatIsWrong)
{
    fill();
    EXPECT_EQ(
        wrong_after("UPDATE evidence SET seq = -1 WHERE seq = 6; UPDATE evidence SET seq = 6 WHERE seq = 7;"
                    "UPDATE evidence SET seq = 7 WHERE seq = -1"),
        "6: its hash does not follow from the row and the one before: one of them was altered");
    EXPECT_EQ(wrong_after("UPDATE journal SET id = 99 WHERE id = 2; UPDATE journal SET id = 2 WHERE id = 3;"
                          "UPDATE journal SET id = 3 WHERE id = 99"),
        "3: journal entry 2 is not as it was intended");
}

TEST_F(EvidenceTest, AnEntryThatNobodyIntendedIsNoticed)
{
    fill();
    EXPECT_EQ(
        wrong_after("INSERT INTO journal SELECT 50, cycle, at, plugin, who, action, effect, kind, cluster,"
                    " name, member, part, reason, outcome, said, settled FROM journal WHERE id = 1"),
        "0: journal entry 50 was never intended: the chain does not have it");
    EXPECT_NE(wrong_after("INSERT INTO journal_field VALUES (2, 0, 'qos', NULL, 'x', '', 0)"), "");
    EXPECT_NE(wrong_after("INSERT INTO journal_need VALUES (2, 0, 'account', 'c1', 'x', '', '')"), "");
}

TEST_F(EvidenceTest, RowsBeforeTheChainsBeginningAreNoticed)
{
    fill();
    EXPECT_EQ(wrong_after("INSERT INTO evidence VALUES (-3, 1, 'note', NULL, '{}', '')"),
        "-3: it stands before the chain's beginning");
}

TEST_F(EvidenceTest, ACutTailIsNoticedByTheFilesOwnHead)
{
    fill();
    EXPECT_EQ(wrong_after("DELETE FROM evidence WHERE seq > 8; DELETE FROM journal WHERE id = 4"),
        "9: the chain ends with 8, its head says 9: rows were cut off its end");
}

TEST_F(EvidenceTest, ACutTailWithItsHeadMovedIsNoticedByAHeadThatWasNotedElsewhere)
{
    fill();
    const auto noted = Evidence(*database_).head().value();
    tamper("DELETE FROM evidence WHERE seq > 8; DELETE FROM journal WHERE id = 4;"
           "UPDATE evidence_head SET seq = 8, hash = (SELECT hash FROM evidence WHERE seq = 8)");
    EXPECT_EQ(wrong(), ""); // the file alone can't tell
    EXPECT_EQ(wrong(noted), "9: the chain ends with 8, it was noted up to 9: rows were cut off its end");
}

TEST_F(EvidenceTest, AChainThatWasWrittenAnewIsNoticedByAHeadThatWasNotedElsewhere)
{
    fill();
    const auto noted = Evidence(*database_).head().value();
    database_ = memory();
    Journal again(*database_);
    commit(*database_, [&](Transaction& transaction) {
        for (int i = 0; i < 10; ++i)
            again.note(transaction, "note", "run", "x", at(1));
    });
    EXPECT_EQ(wrong(), "");
    EXPECT_EQ(wrong(noted), "9: its hash is not the one that was noted: the chain was written anew");
}

TEST_F(EvidenceTest, AnEmptiedChainDoesNotMakeItsEntriesOldOnes)
{
    fill();
    EXPECT_NE(
        wrong_after("DELETE FROM evidence; UPDATE evidence_head SET seq = 0, hash = '" + no_hash + "'"), "");
    EXPECT_NE(wrong_after("UPDATE evidence_head SET entries_before = 4"), "");
}

TEST_F(EvidenceTest, EntriesFromBeforeTheChainAreToldApart)
{
    fill();
    // As a file of a release before the chain is migrated.
    tamper("DELETE FROM evidence; UPDATE evidence_head SET seq = 0, hash = '" + no_hash
        + "', entries_before = 4");
    EXPECT_EQ(wrong(), "");
    EXPECT_EQ(check_chain(*database_).value().older, 4);
    settle(4, Outcome::done, "", at(500));
    EXPECT_EQ(wrong(), "");
    EXPECT_EQ(wrong_after("UPDATE journal SET said = 'x' WHERE id = 4"),
        "2: journal entry 4 does not have its last outcome");
}

TEST_F(EvidenceTest, AHeadIsReadAsItIsWritten)
{
    const ChainHead head { 17, std::string(64, 'a') };
    EXPECT_EQ(parse_head(text(head)).value(), head);
    for (const auto* wrong : { "", "17", "17:", "x:aa", ":aaaa", "17:aaaa" })
        EXPECT_FALSE(parse_head(wrong)) << wrong;
    EXPECT_FALSE(parse_head("17:" + std::string(64, 'G')));
}

} // namespace
} // namespace site
