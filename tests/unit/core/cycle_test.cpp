#include "store/journal.hpp"
#include "store/ownership_store.hpp"
#include "unit/core/cycle_fixture.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::HasSubstr;

TEST_F(CycleTest, MakesTheSiteAgreeAndThenHasNothingToDo)
{
    const auto report = apply();
    EXPECT_EQ(report.outcomes.size(), 8U);
    EXPECT_EQ(report.exit_code(), 0);
    EXPECT_EQ(records(), 8U);
    EXPECT_EQ(plan(), "");
    EXPECT_EQ(run(CycleMode::plan).exit_code(), 0);
}

TEST_F(CycleTest, APlanChangesNothingHereOrAtTheSite)
{
    const auto commits = database->commits();
    EXPECT_EQ(run(CycleMode::plan).exit_code(), 2);
    EXPECT_EQ(records(), 0U);
    EXPECT_EQ(database->commits(), commits);
}

TEST_F(CycleTest, AnIdleCycleReadsTheListsAndTheSiteOnceAndCommitsOnce)
{
    apply();
    const auto commits = database->commits();
    const auto listings = portal.listings;
    const auto looks = site.looks;
    apply();
    EXPECT_EQ(database->commits() - commits, 1U);
    EXPECT_EQ(portal.listings - listings, 1);
    EXPECT_EQ(site.looks - looks, 1);
}

TEST_F(CycleTest, BlocksWhoIsGoneInTheSameCycleAndRemovesHimAfterTheGrace)
{
    apply();
    portal.rows.associations.pop_back(); // ocean3
    apply();
    EXPECT_TRUE(blocked("brics.ocean", "ocean3"));
    EXPECT_EQ(records(), 8U);

    clock.advance(Seconds { 86399 });
    apply();
    EXPECT_EQ(records(), 8U);
    clock.advance(Seconds { 1 });
    EXPECT_EQ(plan(), "fake, remove:\n  remove association c1/brics.ocean/ocean3\n");
    apply();
    EXPECT_EQ(records(), 7U);
    EXPECT_EQ(plan(), "");
}

TEST_F(CycleTest, ReadsTheListsTwiceBeforeItTakesAnythingAway)
{
    apply();
    portal.lie_once = portal.rows;
    portal.lie_once->associations.pop_back();
    const auto listings = portal.listings;
    EXPECT_EQ(apply().outcomes.size(), 0U);
    EXPECT_EQ(portal.listings - listings, 2);
    EXPECT_FALSE(blocked("brics.ocean", "ocean3"));
}

TEST_F(CycleTest, DoesNotBelieveListsThatLeaveOutWhatARetrieveFinds)
{
    apply();
    const auto hidden = portal.rows.associations.back().uuid;
    portal.lie = portal.rows;
    portal.lie->associations.pop_back();
    portal.retrievable = { hidden };
    const auto report = apply();
    ASSERT_TRUE(report.portal_error);
    EXPECT_THAT(report.portal_error->text, HasSubstr("rows that the portal still has"));
    EXPECT_FALSE(blocked("brics.ocean", "ocean3"));
}

TEST_F(CycleTest, LiftsTheBlockOfWhoComesBackAndForgetsIt)
{
    apply();
    const auto full = portal.rows;
    portal.rows.associations.pop_back();
    apply();
    ASSERT_TRUE(blocked("brics.ocean", "ocean3"));
    portal.rows = full;
    apply();
    EXPECT_FALSE(blocked("brics.ocean", "ocean3"));
    clock.advance(Seconds { 30 * 86400 });
    EXPECT_EQ(plan(), "");
}

TEST_F(CycleTest, PortalLies_AnEmptyListTakesNothingAway)
{
    apply();
    portal.lie = Listing {};
    for (int cycle_number = 0; cycle_number < 3; ++cycle_number) {
        const auto report = apply();
        ASSERT_FALSE(report.plan.guards.empty());
        EXPECT_EQ(report.plan.guards[0].guard, "empty-list");
        EXPECT_EQ(report.exit_code(), 3);
        EXPECT_EQ(report.outcomes.size(), 0U);
        clock.advance(Seconds { 8 * 86400 });
    }
    EXPECT_FALSE(closed("brics.climate"));
    portal.lie.reset();
    EXPECT_EQ(plan(), "");
}

TEST_F(CycleTest, PortalLies_AnEmptyListIsNotKeptToFallBackOn)
{
    apply();
    portal.lie = Listing {};
    apply();
    portal.away = Error { Errc::unreachable, "connection refused" };
    whole_ledger(36000);
    apply();
    EXPECT_TRUE(closed("brics.climate")); // from the last list that was believed
}

TEST_F(CycleTest, PortalLies_ManyGoneAtOnceTakesNothingAwayButStillGives)
{
    add_project("forest", 6);
    apply();
    portal.rows.associations.resize(portal.rows.associations.size() - 6);
    add_project("river", 1);
    const auto report = apply();
    ASSERT_EQ(report.plan.guards.size(), 1U);
    EXPECT_EQ(report.plan.guards[0].guard, "taking-away");
    EXPECT_EQ(report.plan.guards[0].held.size(), 6U);
    EXPECT_EQ(report.outcomes.size(), 2U);
    EXPECT_FALSE(blocked("brics.forest", "forest1"));
}

TEST_F(CycleTest, PortalLies_AClockFarFromOursStopsEverything)
{
    portal.rows.skew = Seconds { 86400 };
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 3);
    EXPECT_EQ(records(), 0U);
}

TEST_F(CycleTest, WithThePortalAwayOnlyGatesMayCloseFromTheLedger)
{
    apply();
    portal.away = Error { Errc::unreachable, "connection refused" };
    site.records.erase({ Kind::association, Name { "c1" }, Name { "brics.ocean" }, Name { "ocean1" } });
    whole_ledger(36000);
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 1);
    EXPECT_TRUE(closed("brics.climate"));
    EXPECT_FALSE(closed("brics.ocean"));
    EXPECT_EQ(records(), 7U); // what vanished is not made again from an old snapshot
}

TEST_F(CycleTest, WithThePortalAwayOverAMonthsTurnGatesStayAsTheyAre)
{
    apply();
    portal.away = Error { Errc::unreachable, "connection refused" };
    clock.advance(Seconds { 26 * 86400 });
    config.snapshot_max_age = Seconds { 60 * 86400 };
    whole_ledger(36000);
    apply();
    EXPECT_FALSE(closed("brics.climate"));
}

TEST_F(CycleTest, AnOldSnapshotIsNotActedOn)
{
    apply();
    portal.away = Error { Errc::unreachable, "connection refused" };
    clock.advance(Seconds { 8 * 86400 });
    const auto report = apply();
    ASSERT_TRUE(report.error);
    EXPECT_THAT(report.error->text, HasSubstr("too old"));
}

TEST_F(CycleTest, ClosesTheGateWhenTheMonthIsSpentAndOpensItWithMore)
{
    apply();
    whole_ledger(36000);
    apply();
    EXPECT_TRUE(closed("brics.climate"));
    portal.rows.allocations[0].node_limit = 11;
    apply();
    EXPECT_FALSE(closed("brics.climate"));
}

TEST_F(CycleTest, AClosedGateStaysClosedWhileWhatIsSpentIsNotKnown)
{
    apply();
    whole_ledger(36000);
    apply();
    ASSERT_TRUE(closed("brics.climate"));
    clock.advance(Seconds { 16 * 3600 + 60 }); // a minute past midnight: the new day has not been read
    EXPECT_EQ(plan(), "");
    portal.rows.allocations[0].node_limit.reset();
    EXPECT_EQ(plan(), "");
    EXPECT_TRUE(closed("brics.climate"));
}

TEST_F(CycleTest, ASiteThatCannotBeReadIsLeftAloneAndNobodysGraceBegins)
{
    apply();
    portal.rows.associations.pop_back();
    site.unreadable = true;
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 1);
    EXPECT_EQ(report.plan.sick.size(), 1U);
    site.unreadable = false;
    clock.advance(Seconds { 10 * 86400 });
    apply(); // blocked only now, so the grace runs from here
    EXPECT_TRUE(blocked("brics.ocean", "ocean3"));
    EXPECT_EQ(records(), 8U);
}

TEST_F(CycleTest, AForeignAccountIsNotAdoptedAndNothingIsAddedBeneathIt)
{
    site.records[{ Kind::account, Name { "c1" }, Name { "brics.climate" } }][Name { "owner" }]
        = Name { "admin" };
    const auto report = apply();
    EXPECT_EQ(report.plan.blocked.size(), 4U);
    EXPECT_EQ(records(), 5U); // the foreign one, and ocean with its three
}

TEST_F(CycleTest, AFailedChangeIsAloneAndTheExitCodeTells)
{
    site.refuses.insert({ Kind::association, Name { "c1" }, Name { "brics.climate" }, Name { "climate2" } });
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 1);
    EXPECT_EQ(records(), 7U);
    site.refuses.clear();
    EXPECT_EQ(apply().exit_code(), 0);
    EXPECT_EQ(records(), 8U);
}

TEST_F(CycleTest, ARemovalThatMustWaitIsLaterAndNotAnError)
{
    apply();
    portal.rows.associations.pop_back();
    apply();
    clock.advance(Seconds { 86400 });
    site.busy.insert({ Kind::association, Name { "c1" }, Name { "brics.ocean" }, Name { "ocean3" } });
    const auto report = apply();
    ASSERT_EQ(report.outcomes.size(), 1U);
    EXPECT_EQ(report.outcomes[0].outcome, "later");
    EXPECT_EQ(report.exit_code(), 2);
    site.busy.clear();
    EXPECT_EQ(apply().exit_code(), 0);
    EXPECT_EQ(records(), 7U);
}

TEST_F(CycleTest, AMemberUnknownToNssWaitsAndIsServedOnceHeIsKnown)
{
    bool known = false;
    people = [&](Name user) -> Result<std::optional<Person>> {
        if (user.text() == "climate2" && !known)
            return std::optional<Person> {};
        return std::optional<Person> { Person { 20001, 20001 } };
    };
    const auto report = apply();
    EXPECT_EQ(report.waiting, 1U);
    EXPECT_EQ(report.exit_code(), 0);
    EXPECT_EQ(records(), 7U);
    known = true;
    apply();
    EXPECT_EQ(records(), 8U);
}

TEST_F(CycleTest, AMemberWithALowUidIsRefusedAndPeopleInPlaceAreNotLookedUpAgain)
{
    int lookups = 0;
    people = [&](Name user) -> Result<std::optional<Person>> {
        ++lookups;
        return std::optional<Person> { Person { user.text() == "climate2" ? 12U : 20001U, 20001 } };
    };
    const auto report = apply();
    EXPECT_EQ(records(), 7U);
    EXPECT_EQ(lookups, 6);
    apply();
    EXPECT_EQ(lookups, 7); // only the refused one is not in place
}

TEST_F(CycleTest, AnIntentLeftOpenIsAnsweredByTheSiteNotGuessed)
{
    // The site becomes unreadable right after the work: the outcome is not known.
    site.before_apply = [&] { site.unreadable = true; };
    EXPECT_EQ(apply().exit_code(), 1);
    EXPECT_EQ(records(), 8U);
    site.unreadable = false;
    site.before_apply = {};
    restart();
    EXPECT_EQ(plan(), ""); // a plan knows it too, without writing
    EXPECT_EQ(apply().exit_code(), 0);
    Journal journal(*database);
    EXPECT_TRUE(journal.open_intents("fake", Name { "c1" })->empty());
    EXPECT_EQ(OwnershipStore(*database).load("fake", Name { "c1" })->size(), 8U);
}

TEST_F(CycleTest, WhoWasMadeInACycleThatCrashedHasHisGraceToo)
{
    apply();
    add_project("forest", 1);
    struct Crash { };
    CycleParts dying = parts();
    dying.progress = [&](const Progress& progress) {
        if (progress.doing == "changing fake" && progress.done > 0)
            throw Crash {};
    };
    EXPECT_THROW(cycle(dying, CycleMode::apply), Crash);
    EXPECT_EQ(records(), 10U);
    restart();
    const auto reads = portal.listings;
    portal.rows.associations.pop_back();
    apply();
    EXPECT_EQ(portal.listings, reads + 2); // gone is who is missing from two readings
    EXPECT_EQ(records(), 10U);
    EXPECT_TRUE(blocked("brics.forest", "forest1"));
    clock.advance(config.member_grace);
    apply();
    EXPECT_EQ(records(), 9U);
}

TEST_F(CycleTest, StopsBetweenBatchesWhenAskedTo)
{
    const CycleParts parts { config, config.clusters[0], portal, *database, { backend.get() }, clock, {}, {},
        [] { return true; }, "test" };
    const auto report = cycle(parts, CycleMode::apply);
    EXPECT_TRUE(report.stopped);
    EXPECT_EQ(records(), 0U);
    EXPECT_EQ(report.exit_code(), 2);
}

} // namespace
} // namespace site
