#include "core/inventory.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

const Name c1 { "c1" };
const Name mark { "organization" };

Key account(const char* name)
{
    return { Kind::account, c1, Name { name } };
}
Key association(const char* name, const char* user)
{
    return { Kind::association, c1, Name { name }, Name { user } };
}

struct InventoryTest : testing::Test {
    InventoryTest() { snapshot.owned = &owned; }

    Side side()
    {
        std::sort(observation.records.begin(), observation.records.end(),
            [](const Record& a, const Record& b) { return a.key < b.key; });
        difference = diff(observation.records, desired, snapshot, by_hand);
        return { plugin, observation, desired, difference, snapshot };
    }
    void there(const Key& key, bool marked = false, std::vector<FieldValue> fields = {})
    {
        Record record { key, std::move(fields) };
        record.marked = marked;
        observation.records.push_back(std::move(record));
    }

    const std::string plugin = "slurm";
    Observation observation;
    Desired desired;
    Difference difference;
    Snapshot snapshot;
    Ownership owned;
    ByHand by_hand = ByHand::repair;
};

TEST_F(InventoryTest, WhatIsAskedForAndThereAndNotOursMayBeAdopted)
{
    there(account("a"), false, { { Name { "fairshare" }, Value { 7 } } });
    there(account("b"));
    there(account("c"));
    owned[account("b")].record = true;
    desired.records
        = { { account("a"),
                { { Name { "fairshare" }, Value { 10 } }, { Name { "gate" }, Value { 0 }, Take::hold } } },
              { account("b") } };
    const auto found = adoptable(side());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].key, account("a"));
    EXPECT_FALSE(found[0].marked);
    ASSERT_EQ(found[0].fields.size(), 1U); // a block is not adopted, it is set
    EXPECT_EQ(found[0].fields[0].before, Value { 7 });
    EXPECT_EQ(found[0].fields[0].after, Value { 10 });
    EXPECT_TRUE(found[0].would_change());
}

TEST_F(InventoryTest, WhatIsRefusedIsNotAdopted)
{
    there(account("a"));
    desired.records = { { account("a") } };
    desired.refused = { { account("a"), "protected" } };
    EXPECT_TRUE(adoptable(side()).empty());
}

TEST_F(InventoryTest, OursThatIsLeavingIsListedWithItsDate)
{
    Allocation allocation;
    allocation.group = Name { "a" };
    Member gone { Name { "eve" }, "eve.a.x", {}, Standing::revoked };
    gone.until = *parse_instant("2026-11-06T08:00:00Z");
    gone.why = "the association is gone from the portal";
    allocation.members = { gone };
    snapshot.allocations = { allocation };
    there(account("a"));
    there(association("a", "eve"));
    owned[account("a")].record = true;
    owned[association("a", "eve")].record = true;
    Record revoked { association("a", "eve") };
    revoked.only_if_there = true;
    desired.records = { { account("a") }, revoked };
    const auto found = orphans(side());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].sort, OrphanSort::leaving);
    EXPECT_EQ(found[0].text,
        "the association is gone from the portal; closed, and kept until 2026-11-06T08:00:00Z");
}

TEST_F(InventoryTest, WhatLooksLikeOursAndIsNotIsListedAndNeverTouched)
{
    there(account("stray"), true);
    there(account("a"));
    there(association("a", "guest"));
    owned[account("a")].record = true;
    desired.records = { { account("a") } };
    const auto looked = side();
    EXPECT_TRUE(looked.difference.changes.empty());
    const auto found = orphans(looked);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].sort, OrphanSort::marked);
    EXPECT_EQ(found[0].key, account("stray"));
    EXPECT_EQ(found[1].sort, OrphanSort::beneath);
}

TEST_F(InventoryTest, WhatWasChangedByHandIsRepairedOrOnlyTold)
{
    const Name share { "fairshare" };
    there(account("a"), false, { { share, Value { 99 } } });
    owned[account("a")] = { true, { { share, Value { 10 }, Value {} } } };
    desired.records = { { account("a"), { { share, Value { 10 } } } } };
    auto looked = side();
    EXPECT_EQ(looked.difference.changes.size(), 1U);
    ASSERT_EQ(orphans(looked).size(), 1U);
    EXPECT_EQ(orphans(looked)[0].text, "fairshare changed by hand from 10 to 99: it is set right");

    by_hand = ByHand::report;
    auto reported = side();
    EXPECT_TRUE(reported.difference.changes.empty());
    ASSERT_EQ(reported.difference.findings.size(), 1U);
    EXPECT_EQ(reported.difference.findings[0].code, "changed-by-hand");
    EXPECT_EQ(orphans(reported)[0].text,
        "fairshare changed by hand from 10 to 99: it is left so (changed_by_hand: report)");
}

TEST_F(InventoryTest, WhatWasRemovedByHandIsMadeAgainOrOnlyTold)
{
    owned[account("a")].record = true;
    desired.records = { { account("a") } };
    EXPECT_EQ(side().difference.changes.size(), 1U);
    by_hand = ByHand::report;
    auto reported = side();
    EXPECT_TRUE(reported.difference.changes.empty());
    EXPECT_EQ(orphans(reported)[0].text, "removed by hand: it is left so (changed_by_hand: report)");
}

TEST_F(InventoryTest, ABlockThatSomebodyLiftedIsAlwaysSetAgain)
{
    by_hand = ByHand::report;
    const Name block { "block" };
    there(association("a", "eve"));
    owned[association("a", "eve")] = { true, { { block, Value { 0 }, Value {} } } };
    desired.records
        = { { association("a", "eve"), { { block, Value { 0 }, Take::hold, Effect::takes_away } } } };
    EXPECT_EQ(side().difference.changes.size(), 1U);
}

} // namespace
} // namespace site
