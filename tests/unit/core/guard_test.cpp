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

ListedRows known(int allocations)
{
    Known all;
    for (int i = 1; i <= allocations; ++i) {
        KnownAllocation one;
        one.uuid = uuid(i);
        one.group = Name { "g" + std::to_string(i) };
        one.members = { { uuid(100 + i), Name { "u" + std::to_string(i) }, "u.p.x" } };
        all[one.uuid] = one;
    }
    return present(all);
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
    const auto trips = lists_guard(listing({}, {}), known(3), {});
    ASSERT_EQ(trips.size(), 2U);
    EXPECT_EQ(trips[0].guard, "empty-list");
    EXPECT_EQ(trips[1].guard, "empty-list");
}

TEST(ListsGuard, TripsWhenOnlyTheAssociationsAreGone)
{
    const auto trips = lists_guard(listing({ 1, 2, 3 }, {}), known(3), {});
    ASSERT_EQ(trips.size(), 1U);
    EXPECT_EQ(trips[0].guard, "empty-list");
}

TEST(ListsGuard, TripsOnAListThatHasNothingInCommonWithWhatWasKnown)
{
    const auto trips = lists_guard(listing({ 7, 8, 9 }, { 101, 102, 103 }), known(3), {});
    ASSERT_EQ(trips.size(), 1U);
    EXPECT_EQ(trips[0].guard, "disjoint-list");
}

TEST(ListsGuard, IsQuietAtTheFirstCycleAndWhenAFewLeave)
{
    EXPECT_TRUE(lists_guard(listing({}, {}), {}, {}).empty());
    EXPECT_TRUE(lists_guard(listing({ 1, 2 }, { 101 }), known(3), {}).empty());
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

TEST(ListsGuard, TripsFromAsManyRowsAsTheSettingsSay)
{
    GuardConfig guards;
    guards.empty_list_from = 4;
    guards.disjoint_list_from = 4;
    EXPECT_TRUE(lists_guard(listing({}, {}), known(3), guards).empty());
    EXPECT_EQ(lists_guard(listing({}, {}), known(4), guards).size(), 2U);
    EXPECT_TRUE(lists_guard(listing({ 7 }, { 107 }), known(3), guards).empty());
    EXPECT_EQ(lists_guard(listing({ 7 }, { 107 }), known(4), guards).size(), 2U);
    guards.empty_list_from = 0;
    EXPECT_TRUE(lists_guard(listing({}, {}), known(9), guards).empty());
}

TEST(SettingsGuard, TripsOnAnInstanceThatNobodyNamed)
{
    Listing made = listing({ 1, 2 }, {});
    made.allocations[0].service_settings = uuid(900);
    made.allocations[1].service_settings = uuid(901);
    EXPECT_FALSE(settings_guard(made, {}, {})); // the first cycle believes what it sees
    EXPECT_FALSE(settings_guard(made, { uuid(900), uuid(901) }, {}));
    const auto trip = settings_guard(made, { uuid(900) }, {});
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->guard, "service-settings");
    EXPECT_EQ(trip->scope, GuardScope::snapshot);
    AllocationFilter filter;
    filter.service_settings = { uuid(900), uuid(901) };
    EXPECT_FALSE(settings_guard(made, { uuid(900) }, filter));
}

Holdings holdings(Kind kind, std::size_t count)
{
    Holdings held { { { kind, count } }, {}, {}, {} };
    for (std::size_t i = 0; i < count; ++i)
        held.places.emplace(Name { "p" }, Name { "u" + std::to_string(i) });
    return held;
}

TEST(TakingAwayGuard, AllowsTheLargerOfNumberAndShare)
{
    GuardConfig guards; // 5, or 10 %
    guards.most_taken_day = 1000;
    EXPECT_TRUE(taking_away_guard(removals(5), holdings(Kind::association, 12), guards).empty());
    EXPECT_EQ(taking_away_guard(removals(6), holdings(Kind::association, 12), guards).size(), 1U);
    EXPECT_TRUE(taking_away_guard(removals(20), holdings(Kind::association, 200), guards).empty());
    EXPECT_EQ(taking_away_guard(removals(21), holdings(Kind::association, 200), guards).size(), 1U);
}

TEST(TakingAwayGuard, CountsAllKindsAndPluginsTogether)
{
    const auto removal = [](Kind kind, int i) {
        return Change { Action::remove, Effect::takes_away,
            { kind, Name { "c1" }, Name { "a" + std::to_string(i) } } };
    };
    std::vector<Change> accounts;
    std::vector<Change> groups;
    for (int i = 0; i < 3; ++i) {
        accounts.push_back(removal(Kind::account, i));
        groups.push_back(removal(Kind::group, i + 10));
    }
    auto held = holdings(Kind::account, 20);
    held.owned = { { Kind::account, 10 }, { Kind::group, 10 } };
    const auto trips = taking_away_guard(ordered({ { "slurm", accounts }, { "ldap", groups } }), held, {});
    ASSERT_EQ(trips.size(), 1U);
    EXPECT_NE(trips[0].text.find("6 of our 20 things of all kinds"), std::string::npos) << trips[0].text;
}

TEST(TakingAwayGuard, WhatAPersonHasInAProjectIsOneThingInHoweverManyPlugins)
{
    const auto change = [](Kind kind, Action action, int i) {
        return Change { action, Effect::takes_away,
            { kind, Name { "c1" }, Name { kind == Kind::user ? "" : "a" },
                Name { "u" + std::to_string(i) } } };
    };
    const auto leaving = [&](int count) {
        std::vector<Change> slurm;
        std::vector<Change> groups;
        for (int i = 0; i < count; ++i) {
            slurm.push_back(change(Kind::association, Action::update, i));
            groups.push_back(change(Kind::group_member, Action::remove, i));
            groups.push_back(change(Kind::user, Action::update, i));
        }
        auto held = holdings(Kind::association, 12);
        held.owned = { { Kind::association, 12 }, { Kind::group_member, 12 }, { Kind::user, 12 } };
        return taking_away_guard(ordered({ { "slurm", slurm }, { "unix_groups", groups } }), held, {});
    };
    EXPECT_TRUE(leaving(5).empty());
    EXPECT_EQ(leaving(6).size(), 1U);
    // Users who are locked though none of them left a project count as well.
    std::vector<Change> locked;
    for (int i = 0; i < 6; ++i)
        locked.push_back(change(Kind::user, Action::update, i));
    auto held = holdings(Kind::association, 12);
    held.owned[Kind::user] = 100; // so that not the kind's own bound trips
    EXPECT_EQ(taking_away_guard(ordered({ { "unix_groups", locked } }), held, {}).size(), 1U);
}

TEST(TakingAwayGuard, AProjectThatIsGoneIsOneThingWithAllWhoLeaveItsGroup)
{
    std::vector<Change> leaving;
    for (int i = 0; i < 40; ++i)
        leaving.push_back({ Action::remove, Effect::takes_away,
            { Kind::group_member, Name { "c1" }, Name { "a" }, Name { "u" + std::to_string(i) } } });
    const auto steps = ordered({ { "ldap", leaving } });
    auto held = holdings(Kind::group_member, 60);
    EXPECT_EQ(taking_away_guard(steps, held, {}).size(), 1U);
    held.gone = { Name { "a" } };
    EXPECT_TRUE(taking_away_guard(steps, held, {}).empty());
}

TEST(TakingAwayGuard, ADaysTakingIsCountedTogetherAndEachThingOnce)
{
    auto held = holdings(Kind::association, 12);
    for (int i = 0; i < 8; ++i)
        held.taken.emplace("slurm",
            Key { Kind::association, Name { "c1" }, Name { "a" }, Name { "u" + std::to_string(100 + i) } });
    // Of removals(3) all are among the eight of today.
    EXPECT_TRUE(taking_away_guard(removals(3), held, {}).empty());
    for (int i = 0; i < 8; ++i)
        held.taken.emplace("slurm",
            Key { Kind::association, Name { "c1" }, Name { "b" }, Name { "u" + std::to_string(100 + i) } });
    const auto trips = taking_away_guard(removals(3), held, {});
    ASSERT_EQ(trips.size(), 1U);
    EXPECT_EQ(trips[0].guard, "taking-away-day");
}

TEST(TakingAwayGuard, DoesNotCountWhatOurOwnLedgerCloses)
{
    std::vector<Change> changes;
    for (int i = 0; i < 50; ++i)
        changes.push_back({ Action::update, Effect::stops,
            { Kind::account, Name { "c1" }, Name { "a" + std::to_string(i) } } });
    EXPECT_TRUE(
        taking_away_guard(ordered({ { "slurm", changes } }), holdings(Kind::account, 50), {}).empty());
}

/// A plan of `count` removals and a creation, with its trips applied.
Plan guarded(int count, std::vector<GuardTrip> trips, const std::vector<Allowance>& allowances = {})
{
    Plan plan;
    plan.steps = removals(count);
    hold(plan, std::move(trips), allowances);
    return plan;
}

Allowance allowance(const std::string& guard, int count)
{
    Allowance made { 1, guard, "some-plan", "root", {}, {} };
    for (const auto& step : removals(count))
        for (const auto& change : step.changes)
            if (change.effect == Effect::takes_away)
                made.changes.emplace(step.plugin, text(change));
    return made;
}

TEST(Hold, ATakingAwayTripHoldsEveryTakingAwayAndNothingElse)
{
    const auto plan = guarded(6, taking_away_guard(removals(6), holdings(Kind::association, 12), {}));
    EXPECT_EQ(lines(plan.steps), "slurm, give:\n  create account c1/new\n");
    ASSERT_EQ(plan.guards.size(), 1U);
    EXPECT_EQ(plan.guards[0].held.size(), 6U);
}

TEST(Hold, ASnapshotTripHoldsEverything)
{
    const auto plan = guarded(2, { { "clock", "far off", GuardScope::snapshot } });
    EXPECT_TRUE(plan.steps.empty());
    EXPECT_EQ(plan.guards[0].held.size(), 3U);
}

TEST(Hold, ThePlansIdIsTheSameWhateverIsHeld)
{
    EXPECT_EQ(guarded(6, {}).id, guarded(6, { { "empty-list", "none" } }).id);
    EXPECT_NE(guarded(6, {}).id, guarded(5, {}).id);
}

TEST(Hold, AnAllowanceCoversItsChangesAndNoOthers)
{
    const auto all = guarded(6, { { "empty-list", "none" } }, { allowance("empty-list", 6) });
    EXPECT_TRUE(all.guards.empty());
    ASSERT_EQ(all.allowed.size(), 1U);
    EXPECT_EQ(all.allowed[0].allowed_by, "root");
    EXPECT_EQ(all.size(), 7U);

    const auto more = guarded(7, { { "empty-list", "none" } }, { allowance("empty-list", 6) });
    ASSERT_EQ(more.guards.size(), 1U);
    EXPECT_EQ(more.guards[0].held.size(), 1U);
    EXPECT_EQ(more.size(), 7U);
}

TEST(Hold, AnAllowanceOfOneGuardDoesNotPassAnother)
{
    const auto plan
        = guarded(6, { { "empty-list", "none" }, { "taking-away", "many" } }, { allowance("empty-list", 6) });
    ASSERT_EQ(plan.guards.size(), 1U);
    EXPECT_EQ(plan.guards[0].guard, "taking-away");
    EXPECT_EQ(plan.guards[0].held.size(), 6U);
    EXPECT_TRUE(guarded(6, { { "empty-list", "none" }, { "taking-away", "many" } },
        { allowance("empty-list", 6), allowance("taking-away", 6) })
                    .guards.empty());
}

} // namespace
} // namespace site
