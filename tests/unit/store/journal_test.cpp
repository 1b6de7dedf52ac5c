#include "store/journal.hpp"

#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace site {
namespace {

using namespace test;

Key account(const std::string& name)
{
    return { .kind = Kind::account, .cluster = c1, .name = Name(name) };
}

/// A change with every kind of value, a release, a basis and needs.
Change rich_change()
{
    return { .action = Action::update,
        .effect = Effect::takes_away,
        .key = { .kind = Kind::association,
            .cluster = c1,
            .name = Name("brics.x"),
            .member = Name("mia.x"),
            .part = Name("gpu") },
        .fields = { { .field = Name("GrpJobs"), .before = Value(5), .after = Value(), .release = true },
            { .field = Name("qos"), .before = Value(), .after = Value(Name("5")), .basis = Name("b=1") },
            { .field = Name("Word"), .before = Value(Name("")), .after = Value(INT64_MIN) } },
        .reason = "association \"mia\" is gone",
        .needs = { account("brics.x"), { .kind = Kind::group, .cluster = c1, .name = Name("g") } } };
}

class JournalTest : public testing::Test {
protected:
    std::vector<std::int64_t> intend(const std::vector<Change>& changes, Instant when = at(100),
        std::string_view by = "run", std::string_view plugin = "slurm")
    {
        std::vector<std::int64_t> ids;
        commit(*database_,
            [&](Transaction& transaction) { ids = journal_.intend(transaction, plugin, by, when, changes); });
        return ids;
    }
    void settle(std::int64_t id, Outcome outcome, std::string_view said)
    {
        commit(*database_,
            [&](Transaction& transaction) { journal_.settle(transaction, id, outcome, said, at(200)); });
    }
    std::vector<std::string> names(const JournalQuery& query)
    {
        std::vector<std::string> found;
        for (const auto& entry : journal_.entries(query).value())
            found.push_back(entry.change.key.name.text());
        return found;
    }

    std::unique_ptr<Database> database_ = memory();
    Journal journal_ { *database_ };
};

TEST_F(JournalTest, GivesBackAChangeExactlyAsItWasIntended)
{
    const auto change = rich_change();
    const auto ids = intend({ change });
    const auto open = journal_.open_intents("slurm", c1).value();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].id, ids[0]);
    EXPECT_EQ(open[0].change, change);
    EXPECT_EQ(open[0].at, at(100));
    EXPECT_EQ(open[0].plugin, "slurm");
    EXPECT_EQ(open[0].by, "run");
    EXPECT_EQ(open[0].outcome, Outcome::open);
    EXPECT_EQ(open[0].said, "");
    EXPECT_FALSE(open[0].settled);
}

TEST_F(JournalTest, AnIntentIsOpenUntilItsOutcomeIsKnown)
{
    const auto ids = intend({ { .key = account("a") }, { .key = account("b") }, { .key = account("c") } });
    settle(ids[0], Outcome::done, "");
    settle(ids[2], Outcome::later, "2 jobs are running");
    const auto open = journal_.open_intents("slurm", c1).value();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].change.key, account("b"));

    const auto all = journal_.entries({}).value();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].outcome, Outcome::later);
    EXPECT_EQ(all[0].said, "2 jobs are running");
    EXPECT_EQ(all[0].settled, at(200));
}

TEST_F(JournalTest, OpenIntentsAreOfOnePluginAndCluster)
{
    intend({ { .key = account("a") } }, at(100), "run", "slurm");
    intend({ { .key = account("b") } }, at(100), "run", "unix_groups");
    EXPECT_EQ(journal_.open_intents("unix_groups", c1).value().size(), 1U);
    EXPECT_EQ(journal_.open_intents("slurm", Name("c2")).value().size(), 0U);
}

TEST_F(JournalTest, EntriesOfOneCycleShareTheFirstOnesId)
{
    const auto first = intend({ { .key = account("a") }, { .key = account("b") } }, at(100));
    const auto second = intend({ { .key = account("c") } }, at(100));
    const auto later = intend({ { .key = account("d") } }, at(160));
    const auto by_hand = intend({ { .key = account("e") } }, at(160), "apply by root");
    std::vector<std::int64_t> cycles;
    for (const auto& entry : journal_.entries({}).value())
        cycles.insert(cycles.begin(), entry.cycle);
    std::sort(cycles.begin(), cycles.end());
    EXPECT_EQ(cycles, (std::vector<std::int64_t> { first[0], first[0], first[0], later[0], by_hand[0] }));
}

TEST_F(JournalTest, EntriesComeNewestFirstAndNoMoreThanAsked)
{
    intend({ { .key = account("a") }, { .key = account("b") } }, at(100));
    intend({ { .key = account("c") } }, at(160));
    EXPECT_EQ(names({}), (std::vector<std::string> { "c", "b", "a" }));
    EXPECT_EQ(names({ .most = 2 }), (std::vector<std::string> { "c", "b" }));
}

TEST_F(JournalTest, EntriesAreNarrowedByTimeNameAndOutcome)
{
    const auto ids
        = intend({ { .key = account("a") }, { .key = account("b") }, { .key = account("c") } }, at(100));
    intend({ { .key = account("a") } }, at(160));
    settle(ids[0], Outcome::done, "");
    settle(ids[1], Outcome::failed, "no such account");
    EXPECT_EQ(names({ .since = at(101) }), (std::vector<std::string> { "a" }));
    EXPECT_EQ(names({ .name = "a" }), (std::vector<std::string> { "a", "a" }));
    EXPECT_EQ(names({ .open_or_failed = true }), (std::vector<std::string> { "a", "c", "b" }));
    EXPECT_EQ(names({ .name = "a", .open_or_failed = true }), (std::vector<std::string> { "a" }));
    EXPECT_EQ(names({ .since = at(101), .name = "b" }), (std::vector<std::string> {}));
}

TEST_F(JournalTest, KeepsABoundedPartOfWhatAToolSaid)
{
    const auto ids = intend({ { .key = account("a") } });
    settle(ids[0], Outcome::failed, std::string(1 << 20, 'x'));
    EXPECT_EQ(journal_.entries({}).value()[0].said.size(), 4096U);
    settle(ids[0], Outcome::failed, std::string(4095, 'x') + "\u00fc and more"); // never half a character
    EXPECT_EQ(journal_.entries({}).value()[0].said, std::string(4095, 'x'));
}

TEST_F(JournalTest, NamesAreDataAndNeverPartOfAQuery)
{
    const std::string nasty = "x'); DROP TABLE journal; --";
    intend({ { .key = account(nasty), .reason = nasty } });
    EXPECT_EQ(names({ .name = nasty }), (std::vector<std::string> { nasty }));
}

TEST_F(JournalTest, ALargeBatchIsOneCommit)
{
    std::vector<Change> changes;
    for (int i = 0; i < 2000; ++i) {
        changes.push_back(rich_change());
        changes.back().key.name = Name("account" + std::to_string(i));
    }
    EXPECT_EQ(intend(changes).size(), 2000U);
    EXPECT_EQ(database_->commits(), 1U);
    EXPECT_EQ(journal_.open_intents("slurm", c1).value().size(), 2000U);
}

TEST_F(JournalTest, AWordOfNoReleaseIsAnErrorAndNotGuessed)
{
    intend({ { .key = account("a") } });
    commit(*database_,
        [](Transaction& transaction) { transaction.sql().exec("UPDATE journal SET kind = 'planet'"); });
    const auto entries = journal_.entries({});
    ASSERT_FALSE(entries);
    EXPECT_EQ(entries.error().text, "reading the journal: the state file has an unknown kind \"planet\"");
}

} // namespace
} // namespace site
