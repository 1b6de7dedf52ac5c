#include "core/guard.hpp"

#include "support/records_text.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

Uuid uuid(int n)
{
    auto text = std::to_string(n);
    return *Uuid::parse(std::string(32 - text.size(), '0') + text);
}

Known known(int allocations)
{
    Known all;
    for (int i = 1; i <= allocations; ++i) {
        KnownAllocation one;
        one.uuid = uuid(i);
        one.group = Name { "g" + std::to_string(i) };
        one.members = { { uuid(100 + i), Name { "u" + std::to_string(i) }, "u.p.x" } };
        all[one.uuid] = one;
    }
    return all;
}

Listing listing(std::vector<int> allocations, std::vector<int> associations)
{
    Listing made;
    for (const int n : allocations)
        made.allocations.emplace_back().uuid = uuid(n);
    for (const int n : associations)
        made.associations.emplace_back().uuid = uuid(n);
    return made;
}

std::vector<Step> removals(int count)
{
    std::vector<Change> changes;
    for (int i = 0; i < count; ++i)
        changes.push_back({ Action::remove, Effect::takes_away,
            { Kind::association, Name { "c1" }, Name { "a" }, Name { "u" + std::to_string(100 + i) } } });
    changes.push_back({ Action::create, Effect::gives, { Kind::account, Name { "c1" }, Name { "new" } } });
    return ordered({ { "slurm", changes } });
}

TEST(ListsGuard, TripsOnAnEmptyListWhereThereWereSome)
{
    const auto trips = lists_guard(listing({}, {}), known(3));
    ASSERT_EQ(trips.size(), 2U);
    EXPECT_EQ(trips[0].guard, "empty-list");
    EXPECT_EQ(trips[1].guard, "empty-list");
}

TEST(ListsGuard, TripsWhenOnlyTheAssociationsAreGone)
{
    const auto trips = lists_guard(listing({ 1, 2, 3 }, {}), known(3));
    ASSERT_EQ(trips.size(), 1U);
    EXPECT_EQ(trips[0].guard, "empty-list");
}

TEST(ListsGuard, TripsOnAListThatHasNothingInCommonWithWhatWasKnown)
{
    const auto trips = lists_guard(listing({ 7, 8, 9 }, { 101, 102, 103 }), known(3));
    ASSERT_EQ(trips.size(), 1U);
    EXPECT_EQ(trips[0].guard, "disjoint-list");
}

TEST(ListsGuard, IsQuietAtTheFirstCycleAndWhenAFewLeave)
{
    EXPECT_TRUE(lists_guard(listing({}, {}), {}).empty());
    EXPECT_TRUE(lists_guard(listing({ 1, 2 }, { 101 }), known(3)).empty());
}

TEST(ClockGuard, TripsOnlyBeyondTheSetting)
{
    Listing made;
    GuardConfig guards;
    EXPECT_FALSE(clock_guard(made, guards));
    made.skew = Seconds { -299 };
    EXPECT_FALSE(clock_guard(made, guards));
    made.skew = Seconds { 301 };
    ASSERT_TRUE(clock_guard(made, guards));
    EXPECT_EQ(clock_guard(made, guards)->guard, "clock");
}

TEST(TakingAwayGuard, AllowsTheLargerOfNumberAndShare)
{
    const GuardConfig guards; // 5, or 10 %
    EXPECT_TRUE(taking_away_guard(removals(5), { { Kind::association, 12 } }, guards).empty());
    EXPECT_EQ(taking_away_guard(removals(6), { { Kind::association, 12 } }, guards).size(), 1U);
    EXPECT_TRUE(taking_away_guard(removals(20), { { Kind::association, 200 } }, guards).empty());
    EXPECT_EQ(taking_away_guard(removals(21), { { Kind::association, 200 } }, guards).size(), 1U);
}

TEST(TakingAwayGuard, DoesNotCountWhatOurOwnLedgerCloses)
{
    std::vector<Change> changes;
    for (int i = 0; i < 50; ++i)
        changes.push_back({ Action::update, Effect::stops,
            { Kind::account, Name { "c1" }, Name { "a" + std::to_string(i) } } });
    EXPECT_TRUE(taking_away_guard(ordered({ { "slurm", changes } }), { { Kind::account, 50 } }, {}).empty());
}

TEST(TakingAwayGuard, HoldsEveryTakingAwayAndNothingElse)
{
    auto steps = removals(6);
    auto trips = taking_away_guard(steps, { { Kind::association, 12 } }, {});
    hold_taking_away(steps, trips);
    EXPECT_EQ(lines(steps), "slurm, give:\n  create account c1/new\n");
    EXPECT_EQ(trips[0].held.size(), 6U);
}

} // namespace
} // namespace site
