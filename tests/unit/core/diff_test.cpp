#include "core/diff.hpp"

#include "support/records_text.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

const Name cluster { "c1" };
const Name parent { "parent" };
const Name gate { "gate" };

Key account(const char* name)
{
    return { Kind::account, cluster, Name { name } };
}

Key association(const char* account, const char* user)
{
    return { Kind::association, cluster, Name { account }, Name { user } };
}

Value word(const char* text)
{
    return Name { text };
}

Value number(std::int64_t value)
{
    return value;
}

struct DiffTest : testing::Test {
    DiffTest()
    {
        snapshot.cluster = cluster;
        snapshot.owned = &owned;
    }
    std::string changes(const std::vector<Record>& site, const std::vector<Record>& wanted)
    {
        desired.records = wanted;
        result = diff(site, desired, snapshot);
        return lines(result.changes);
    }
    void own(const Key& key, std::vector<Owned::Field> fields = {})
    {
        owned[key] = { true, std::move(fields) };
    }

    Ownership owned;
    Snapshot snapshot;
    Desired desired;
    Difference result;
};

TEST_F(DiffTest, ChangesNothingWhenTheSiteAlreadyMatches)
{
    own(account("a"), { { parent, word("root"), {} } });
    const std::vector<Record> records { { account("a"), { { parent, word("root") } } } };
    EXPECT_EQ(changes(records, records), "");
    EXPECT_TRUE(result.blocked.empty());
}

TEST_F(DiffTest, CreatesWhatIsMissing)
{
    EXPECT_EQ(changes({}, { { account("a"), { { parent, word("root") } } } }),
        "create account c1/a: parent=root\n");
}

TEST_F(DiffTest, DoesNotMakeWhatIsOnlyToBeKeptRight)
{
    Record record { account("a"), { { gate, number(0), Take::hold, Effect::takes_away } } };
    record.only_if_there = true;
    EXPECT_EQ(changes({}, { record }), "");
}

TEST_F(DiffTest, LeavesAForeignRecordAloneAndSaysSo)
{
    EXPECT_EQ(changes({ { account("a"), { { parent, word("other") } } } },
                  { { account("a"), { { parent, word("root") } } } }),
        "");
    ASSERT_EQ(result.blocked.size(), 1U);
    EXPECT_EQ(result.blocked[0].key, account("a"));
}

TEST_F(DiffTest, AddsNothingBeneathAForeignRecord)
{
    Record member { association("a", "u1") };
    member.needs = { account("a") };
    EXPECT_EQ(changes({ { account("a") } }, { { account("a") }, member }), "");
    ASSERT_EQ(result.blocked.size(), 1U);
    EXPECT_EQ(result.blocked[0].why, "account c1/a was not made by us");
}

TEST_F(DiffTest, RepairsAFieldOfOursThatSomebodyChanged)
{
    own(account("a"), { { parent, word("root"), {} } });
    EXPECT_EQ(changes({ { account("a"), { { parent, word("other") } } } },
                  { { account("a"), { { parent, word("root") } } } }),
        "update account c1/a: parent=other -> root\n");
}

TEST_F(DiffTest, LeavesAFieldThatSomebodyElseSetOnOurRecord)
{
    const Name fairshare { "fairshare" };
    own(account("a"));
    EXPECT_EQ(changes({ { account("a"), { { fairshare, number(5) } } } },
                  { { account("a"), { { fairshare, number(1) } } } }),
        "");
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].code, "field-not-ours");
}

TEST_F(DiffTest, ClosesAGateOverTheSitesOwnValueAndPutsThatBackLater)
{
    own(account("a"));
    const std::vector<Record> closed { { account("a"),
        { { gate, number(0), Take::hold, Effect::takes_away } } } };
    EXPECT_EQ(
        changes({ { account("a"), { { gate, number(7) } } } }, closed), "update account c1/a: gate=7 -> 0\n");
    EXPECT_EQ(result.changes[0].effect, Effect::takes_away);

    own(account("a"), { { gate, number(0), number(7) } });
    EXPECT_EQ(changes({ { account("a"), { { gate, number(0) } } } }, { { account("a") } }),
        "update account c1/a: gate=0 -> 7\n");
    EXPECT_TRUE(result.changes[0].fields[0].release);
    EXPECT_EQ(result.changes[0].effect, Effect::gives);
}

TEST_F(DiffTest, DoesNotOpenAHoldThatTheSiteSetItself)
{
    own(account("a"));
    EXPECT_EQ(changes({ { account("a"), { { gate, number(0) } } } }, { { account("a") } }), "");
}

TEST_F(DiffTest, DoesNotTakeOverAHoldThatStandsAlready)
{
    own(account("a"));
    EXPECT_EQ(changes({ { account("a"), { { gate, number(0) } } } },
                  { { account("a"), { { gate, number(0), Take::hold, Effect::takes_away } } } }),
        "");
}

TEST_F(DiffTest, ForgetsABlockThatSomebodyElseHasLifted)
{
    own(account("a"), { { gate, number(0), number(7) } });
    EXPECT_EQ(changes({ { account("a"), { { gate, number(5) } } } }, { { account("a") } }), "");
    ASSERT_EQ(result.vanished_fields.size(), 1U);
    EXPECT_EQ(result.vanished_fields[0].second, gate);
}

TEST_F(DiffTest, SeparatesWhatGivesFromWhatTakesOnOneRecord)
{
    own(account("a"), { { parent, word("root"), {} } });
    EXPECT_EQ(changes({ { account("a"), { { parent, word("other") } } } },
                  { { account("a"),
                      { { parent, word("root") }, { gate, number(0), Take::hold, Effect::takes_away } } } }),
        "update account c1/a: parent=other -> root\nupdate account c1/a: gate=(unset) -> 0\n");
}

TEST_F(DiffTest, RemovesOnlyWhatIsOursAndUnwanted)
{
    own(association("a", "u1"));
    EXPECT_EQ(changes({ { association("a", "u1") }, { association("a", "u2") } }, {}),
        "remove association c1/a/u1\n");
    EXPECT_EQ(result.changes[0].effect, Effect::takes_away);
}

TEST_F(DiffTest, NeverRemovesARecordOfAnotherCluster)
{
    owned[{ Kind::account, Name { "c2" }, Name { "a" } }] = { true, {} };
    EXPECT_EQ(changes({ { { Kind::account, Name { "c2" }, Name { "a" } } } }, {}), "");
}

TEST_F(DiffTest, LeavesEverythingBeneathARefusalAsItIs)
{
    own(account("a"));
    own(association("a", "u1"));
    own(association("b", "u1"));
    own(association("b", "u2"));
    desired.refused = { { account("a"), "bad name" }, { association("b", "u1"), "bad user" } };
    EXPECT_EQ(changes({ { account("a") }, { association("a", "u1") }, { association("b", "u1") },
                          { association("b", "u2") } },
                  {}),
        "remove association c1/b/u2\n");
}

TEST_F(DiffTest, ForgetsWhatVanishedByItself)
{
    own(association("a", "u1"));
    EXPECT_EQ(changes({}, {}), "");
    EXPECT_EQ(result.vanished, std::vector { association("a", "u1") });
}

} // namespace
} // namespace site
