#include "store/allowances.hpp"
#include "store/journal.hpp"
#include "store/taken.hpp"
#include "unit/core/cycle_fixture.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::HasSubstr;

struct CycleGuards : CycleTest {
    CycleReport allow(std::vector<std::string> guards, const std::string& plan)
    {
        auto with = parts();
        with.by = "apply by root";
        with.allow = AllowRequest { std::move(guards), plan };
        return cycle(with, CycleMode::apply);
    }
    std::string plan_id() { return run(CycleMode::plan).plan.id; }
    std::vector<std::string> tripped()
    {
        std::vector<std::string> names;
        for (const auto& trip : run(CycleMode::plan).plan.guards)
            names.push_back(trip.guard);
        return names;
    }
};

TEST_F(CycleGuards, AnAllowanceLetsJustThePrintedPlanPassOnce)
{
    apply();
    whole_ledger(0);
    const auto full = portal.rows;
    portal.rows = {};
    const auto id = plan_id();
    const auto report = allow({ "empty-list" }, id);
    EXPECT_FALSE(report.error) << report.error->text;
    EXPECT_TRUE(report.plan.guards.empty());
    EXPECT_EQ(report.outcomes.size(), 2U); // both accounts are closed
    EXPECT_TRUE(closed("brics.climate"));
    EXPECT_THAT(report.outcomes[0].change.reason, HasSubstr("guard empty-list passed by apply by root"));
    EXPECT_TRUE(Allowances(*database).load(Name { "c1" }, clock.now())->empty());

    // The portal tells the truth again, and then lies once more: nobody has allowed that.
    portal.rows = full;
    apply();
    EXPECT_FALSE(closed("brics.climate"));
    portal.rows = {};
    EXPECT_EQ(apply().exit_code(), 3);
    EXPECT_FALSE(closed("brics.climate"));
}

TEST_F(CycleGuards, AnAllowanceForAnotherPlanIsRefusedAndChangesNothing)
{
    apply();
    portal.rows.associations.clear();
    const auto id = plan_id();
    portal.rows.allocations.clear(); // it lies more than when a person looked
    const auto report = allow({ "empty-list" }, id);
    ASSERT_TRUE(report.error);
    EXPECT_THAT(report.error->text, HasSubstr("look at it again"));
    EXPECT_EQ(report.outcomes.size(), 0U);
    EXPECT_TRUE(Allowances(*database).load(Name { "c1" }, clock.now())->empty());
}

TEST_F(CycleGuards, AnAllowanceForAGuardThatIsNotTrippedIsRefused)
{
    const auto report = allow({ "clock" }, plan_id());
    ASSERT_TRUE(report.error);
    EXPECT_THAT(report.error->text, HasSubstr("is not tripped"));
    EXPECT_EQ(records(), 0U);
}

TEST_F(CycleGuards, WhatAnAllowanceCouldNotDoIsTriedAgainWithoutAsking)
{
    apply();
    portal.rows = {};
    site.refuses = { { Kind::account, Name { "c1" }, Name { "brics.ocean" } } };
    EXPECT_EQ(allow({ "empty-list" }, plan_id()).exit_code(), 1);
    EXPECT_FALSE(closed("brics.ocean"));
    site.refuses.clear();
    EXPECT_EQ(apply().exit_code(), 0); // the daemon obeys the row in the store
    EXPECT_TRUE(closed("brics.ocean"));
}

TEST_F(CycleGuards, WhatAnAllowanceCouldNotDoIsForgottenOnceItIsNotWanted)
{
    apply();
    const auto full = portal.rows;
    portal.rows = {};
    site.refuses = { { Kind::account, Name { "c1" }, Name { "brics.ocean" } } };
    allow({ "empty-list" }, plan_id());
    site.refuses.clear();
    portal.rows = full;
    apply();
    portal.rows = {};
    EXPECT_EQ(apply().exit_code(), 3);
    EXPECT_FALSE(closed("brics.ocean"));
}

TEST_F(CycleGuards, AnAllowanceEndsAfterADay)
{
    apply();
    portal.rows = {};
    site.refuses = { { Kind::account, Name { "c1" }, Name { "brics.ocean" } } };
    allow({ "empty-list" }, plan_id());
    site.refuses.clear();
    config.guards.most_taken = 0;
    config.guards.most_taken_share = 0;
    clock.advance(Seconds { 86401 });
    EXPECT_EQ(apply().exit_code(), 3);
    EXPECT_FALSE(closed("brics.ocean"));
}

TEST_F(CycleGuards, AllowedIsJournalledWithWhoAllowedIt)
{
    apply();
    portal.rows = {};
    allow({ "empty-list" }, plan_id());
    const auto entries = Journal(*database).entries({ .most = 1 });
    ASSERT_EQ(entries->size(), 1U);
    EXPECT_EQ((*entries)[0].by, "apply by root");
    EXPECT_THAT((*entries)[0].change.reason, HasSubstr("passed by apply by root"));
}

TEST_F(CycleGuards, PortalLies_SlowlyIsStoppedByTheDaysCount)
{
    add_project("forest", 20);
    apply();
    config.guards.most_taken_day = 6;
    config.guards.most_taken_day_share = 0;
    for (int i = 0; i < 3; ++i) { // two in an hour, each cycle far below its bound
        portal.rows.associations.pop_back();
        portal.rows.associations.pop_back();
        EXPECT_EQ(apply().exit_code(), 0);
        clock.advance(Seconds { 3600 });
    }
    portal.rows.associations.pop_back();
    const auto report = apply();
    ASSERT_EQ(report.plan.guards.size(), 1U);
    EXPECT_EQ(report.plan.guards[0].guard, "taking-away-day");
    EXPECT_EQ(report.exit_code(), 3);
    config.member_grace = Seconds { 30 * 86400 };
    clock.advance(Seconds { 22 * 3600 }); // the first two are a day old
    EXPECT_EQ(apply().exit_code(), 0);
}

TEST_F(CycleGuards, WhatWasAllowedDoesNotCountForTheDay)
{
    add_project("forest", 20);
    apply();
    portal.rows.associations.resize(portal.rows.associations.size() - 20);
    ASSERT_EQ(tripped(), std::vector<std::string> { "taking-away" });
    EXPECT_EQ(allow({ "taking-away" }, plan_id()).exit_code(), 0);
    EXPECT_TRUE(Taken(*database).since(Name { "c1" }, clock.now() - Seconds { 60 })->empty());
    portal.rows.associations.pop_back(); // ocean3
    EXPECT_EQ(apply().exit_code(), 0);
}

TEST_F(CycleGuards, OtherServiceSettingsThanBeforeStopEverythingUntilAllowed)
{
    for (auto& row : portal.rows.allocations)
        row.service_settings = uuid(900);
    apply();
    add_project("stranger", 1);
    portal.rows.allocations.back().service_settings = uuid(901);
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 3);
    ASSERT_EQ(report.plan.guards.size(), 1U);
    EXPECT_EQ(report.plan.guards[0].guard, "service-settings");
    EXPECT_EQ(records(), 8U);
    EXPECT_EQ(allow({ "service-settings" }, plan_id()).exit_code(), 0);
    EXPECT_EQ(records(), 10U);
    EXPECT_EQ(apply().exit_code(), 0); // it is known from now on
}

TEST_F(CycleGuards, PortalLies_WhatDoubtedListsAddDoesNotMakeThemBelievable)
{
    apply();
    const auto true_rows = portal.rows;
    portal.rows = {};
    add_project("stranger", 3);
    config.guards.most_taken = 100;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(tripped(), std::vector<std::string> { "disjoint-list" });
        apply();
    }
    EXPECT_EQ(records(), 12U); // what gives goes on
    EXPECT_FALSE(closed("brics.climate"));
    portal.rows = true_rows;
    EXPECT_TRUE(tripped().empty());
    apply();
    EXPECT_TRUE(closed("brics.stranger"));
    portal.rows.allocations.pop_back();
    EXPECT_TRUE(tripped().empty()); // nothing is in doubt any more
}

TEST_F(CycleGuards, PortalLies_ACrashWhileDoubtedListsAreServedLeavesTheDoubt)
{
    apply();
    portal.rows = {};
    add_project("stranger", 3);
    config.guards.most_taken = 100;
    struct Crash { };
    auto dying = parts();
    dying.progress = [&](const Progress& progress) {
        if (progress.doing == "changing fake" && progress.done > 0)
            throw Crash {};
    };
    EXPECT_THROW(cycle(dying, CycleMode::apply), Crash);
    EXPECT_EQ(records(), 12U);
    restart();
    EXPECT_EQ(tripped(), std::vector<std::string> { "disjoint-list" });
}

TEST_F(CycleGuards, PortalLies_WhatListsUnderAWrongClockAddIsNotKnownToTheNext)
{
    apply();
    portal.rows.skew = Seconds { 86400 };
    add_project("stranger", 3);
    EXPECT_EQ(apply().exit_code(), 3);
    portal.rows = {};
    add_project("stranger", 3);
    portal.rows.skew = Seconds { 86400 };
    EXPECT_EQ(apply().exit_code(), 3);
    portal.rows.skew = Seconds { 0 };
    EXPECT_EQ(tripped(), std::vector<std::string> { "disjoint-list" });
}

TEST_F(CycleGuards, ListsInDoubtThatAreAllowedAreWhatTheNextAreHeldAgainst)
{
    apply();
    portal.rows = {};
    add_project("stranger", 3);
    config.guards.most_taken = 100;
    apply();
    ASSERT_EQ(tripped().front(), "disjoint-list");
    EXPECT_EQ(allow({ "disjoint-list" }, plan_id()).exit_code(), 0);
    EXPECT_TRUE(closed("brics.climate"));
    EXPECT_TRUE(tripped().empty());
}

TEST_F(CycleGuards, ListsThatContradictThemselvesAreNotWholeAndStopEverything)
{
    apply();
    whole_ledger(36000);
    portal.away = Error { Errc::conflict, "GET list: 16 of 17 rows" };
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 1);
    ASSERT_EQ(report.plan.guards.size(), 1U);
    EXPECT_EQ(report.plan.guards[0].guard, "not-whole");
    EXPECT_FALSE(closed("brics.climate")); // unlike with a portal that is away, not even gates close
}

TEST_F(CycleGuards, ALastProjectThatReallyEndsCanBeAllowedEvenWithNothingLeftToTake)
{
    apply();
    site.records.clear(); // everything of ours was removed by hand meanwhile
    portal.rows = {};
    config.changed_by_hand = ByHand::report;
    ASSERT_EQ(tripped().front(), "empty-list");
    EXPECT_EQ(allow({ "empty-list" }, plan_id()).exit_code(), 0);
    EXPECT_EQ(apply().exit_code(), 0);
}

} // namespace
} // namespace site
