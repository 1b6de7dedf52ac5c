#include "unit/core/explain_fixture.hpp"

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(Explain, WhoHasEverythingCanWorkAndEachLinkSaysSo)
{
    whole_ledger(3600);
    both();
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.state, LinkState::ok) << chain(made);
    EXPECT_EQ(made.verdict.text, "can work");
    EXPECT_EQ(made.verdict.link, "");
    EXPECT_EQ(made.subject, "user ocean2 (p2.ocean.brics) in brics.ocean (ocean)");
    EXPECT_EQ(chain(made),
        "portal=ok unix-user=ok group=ok group-member=ok account=ok association=ok limit=ok blocked-by=ok");
    EXPECT_EQ(detail(link(made, "group"), "gid"), "5002 (ours, before: unset)");
    EXPECT_EQ(detail(link(made, "unix-user"), "uid"), "20000");
    EXPECT_EQ(link(made, "limit").text, "limit of 2026-11: 10 node-hours, spent by our ledger: 0 node-hours");
    EXPECT_EQ(detail(link(of("climate1"), "limit"), "spent"), "1 node-hours");
}

TEST_F(Explain, AProjectIsFoundByEachOfItsNames)
{
    both();
    for (const auto& name : { std::string("brics.ocean"), std::string("ocean.brics"), std::string("ocean"),
             ocean().uuid.text() }) {
        const auto made = of(name);
        EXPECT_EQ(made.sort, SubjectSort::project) << name;
        EXPECT_EQ(chain(made),
            "portal=ok group=ok group-member=ok account=ok association=ok limit=ok blocked-by=ok");
        EXPECT_EQ(link(made, "association").text, "3 of 3 members have their association");
    }
    EXPECT_EQ(of("p2.ocean.brics").sort, SubjectSort::user);
}

TEST_F(Explain, ANameOfBothSortsIsExplainedAsBothUnlessOneIsAskedFor)
{
    ocean().name = "ocean2";
    both();
    EXPECT_EQ(report("ocean2").explained.size(), 2U);
    ASSERT_EQ(report("ocean2", SubjectSort::user).explained.size(), 1U);
    EXPECT_EQ(report("ocean2", SubjectSort::user).explained[0].sort, SubjectSort::user);
    ASSERT_EQ(report("ocean2", SubjectSort::project).explained.size(), 1U);
    EXPECT_EQ(report("ocean2", SubjectSort::project).explained[0].sort, SubjectSort::project);
}

TEST_F(Explain, AnUnknownNameIsAnsweredWithTheNearestOnes)
{
    both();
    strangers = { "ocaen2", "entirely-else", "p2.ocean.brisc" };
    const auto made = report("ocaen2");
    EXPECT_FALSE(made.error);
    EXPECT_THAT(made.explained, IsEmpty());
    EXPECT_FALSE(made.all_hold());
    EXPECT_THAT(made.nearest, ElementsAre("ocean2", "ocean", "ocean1"));
    EXPECT_THAT(report("entirely-else").nearest, IsEmpty());
    EXPECT_THAT(
        report("p2.ocean.brisc", SubjectSort::project).nearest, Not(testing::Contains("p2.ocean.brics")));
    EXPECT_THAT(report("").explained, IsEmpty());
}

TEST_F(Explain, WhomThePortalDoesNotListIsToldSoAndWhoCanAddHim)
{
    both();
    const auto made = of("guest7"); // NSS knows him
    EXPECT_EQ(made.verdict.link, "portal");
    EXPECT_EQ(made.verdict.text, "can't work: the portal does not list him in any project");
    EXPECT_EQ(made.verdict.who, "the project's owner in the portal");
    // Beneath an account of ours by another's hand: the project is named.
    site.records[{ Kind::association, Name { "c1" }, Name { "brics.ocean" }, Name { "guest7" } }] = {};
    EXPECT_THAT(verdict("guest7"), HasSubstr("the portal does not list him in project ocean.brics"));
}

TEST_F(Explain, WhoHasNoLocalNameYetIsFoundByHisIdentifier)
{
    ocean2().username.reset();
    both();
    const auto said = verdict("p2.ocean.brics");
    EXPECT_THAT(said,
        HasSubstr("portal waits: can't work yet: he is listed in \"ocean\", but the portal has "
                  "given him no local user name yet"));
    EXPECT_THAT(said, HasSubstr("by: the project's owner in the portal"));
    EXPECT_THAT(link(of("ocean.brics"), "portal").text, HasSubstr("1 of them without a local name yet"));
}

TEST_F(Explain, AnAllocationWithoutALocalGroupWaitsForThePortal)
{
    ocean().groupname.reset();
    both();
    EXPECT_THAT(
        verdict("ocean.brics"), HasSubstr("portal waits: can't work yet: allocation \"ocean\" is listed"));
    EXPECT_THAT(verdict("p2.ocean.brics"), HasSubstr("no identifier and local group yet"));
}

TEST_F(Explain, ARefusedRowIsToldWithItsCode)
{
    both();
    ocean2().useridentifier = "p2.climate.brics";
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.link, "portal");
    EXPECT_THAT(made.verdict.text, HasSubstr("is not of project"));
    EXPECT_EQ(detail(link(made, "portal"), "refused"), "foreign-project");
    EXPECT_THAT(made.verdict.advice, HasSubstr("foreign-project"));
}

TEST_F(Explain, ARefusedAllocationIsToldToItsMembersToo)
{
    ocean().groupname = "wheel";
    both();
    EXPECT_THAT(verdict("ocean2"), HasSubstr("group \"wheel\" is protected"));
    EXPECT_THAT(verdict("ocean.brics"), HasSubstr("see name-protected in the runbook"));
}

TEST_F(Explain, WhoseProjectClaimsAnothersGroupIsNotExplainedByThatOnesLimit)
{
    add_project("forest", 1);
    portal.rows.allocations.back().groupname = "brics.ocean";
    portal.rows.associations.back().groupname = "brics.ocean";
    both();
    const auto made = of("forest1");
    EXPECT_EQ(made.verdict.link, "portal");
    EXPECT_EQ(detail(link(made, "portal"), "refused"), "name-shared");
    EXPECT_EQ(link(made, "limit").link, "none");
    EXPECT_EQ(report("brics.ocean").explained.size(), 2U); // both are told, each with its own verdict
}

TEST_F(Explain, WhoIsGoneIsToldSinceWhenAndUntilWhenHeIsKept)
{
    both();
    leave("ocean2");
    both();
    both();
    clock.advance(Seconds { 3600 });
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.link, "portal");
    EXPECT_THAT(made.verdict.text,
        HasSubstr("his association with \"ocean\" is gone from the portal since 2026-11-05T08:00:00Z; shut "
                  "out, and kept until 2026-11-06T08:00:00Z"));
    EXPECT_EQ(detail(link(made, "portal"), "kept_until"), "2026-11-06T08:00:00Z");
    EXPECT_EQ(detail(link(made, "portal"), "listed"), "no");
    EXPECT_EQ(link(made, "association").state, LinkState::fails);
    EXPECT_THAT(link(made, "association").text, HasSubstr("shut by our block=0"));
    EXPECT_EQ(link(made, "group-member").state, LinkState::fails); // he left at once
}

TEST_F(Explain, AnAllocationThatIsGoneIsToldToItsMembers)
{
    add_project("forest", 1);
    both();
    std::erase_if(portal.rows.allocations, [](const auto& row) { return row.name == "forest"; });
    std::erase_if(portal.rows.associations, [](const auto& row) { return row.groupname == "brics.forest"; });
    both();
    both();
    EXPECT_THAT(verdict("forest1"), HasSubstr("portal fails: can't work: allocation \"forest\" is gone"));
    EXPECT_THAT(verdict("brics.forest"), HasSubstr("kept until 2026-11-12T08:00:00Z"));
}

TEST_F(Explain, APausedResourceIsThePortals)
{
    both();
    flags(true, false);
    both();
    EXPECT_THAT(verdict("ocean2"),
        HasSubstr("portal fails: can't work: the resource of allocation \"ocean\" is paused; "
                  "do: end the pause of the resource in the portal; by: the project's owner"));
    EXPECT_EQ(detail(link(of("ocean2"), "limit"), "gate"), "closed");
}

TEST_F(Explain, ARestrictionAnInactiveAndALeavingAllocationAreThePortals)
{
    both();
    flags(false, true);
    EXPECT_THAT(verdict("ocean2"), HasSubstr("the resource restricts its members' access"));
    flags(false, false);
    ocean().is_active = false;
    EXPECT_THAT(verdict("ocean2"), HasSubstr("is inactive"));
    ocean().is_active = true;
    ocean().state = PortalState::deleting;
    EXPECT_THAT(verdict("ocean2"), HasSubstr("is being deleted"));
}

TEST_F(Explain, WhomNssDoesNotKnowWaitsForHisUnixUser)
{
    strangers = { "ocean2" };
    both();
    EXPECT_THAT(verdict("ocean2"),
        HasSubstr("unix-user waits: can't work yet: there is no Unix user \"ocean2\" yet; do: make "
                  "him known to NSS on this machine: getent passwd ocean2; by: the site's admin"));
    EXPECT_EQ(link(of("ocean2"), "association").state, LinkState::waits);
}

TEST_F(Explain, TheNameServiceIsAskedNowAlsoForWhoWasSettledLongAgo)
{
    both();
    strangers = { "ocean2" };
    EXPECT_THAT(verdict("ocean2"), HasSubstr("unix-user waits"));
    strangers.clear();
    nss_away = true;
    EXPECT_THAT(verdict("ocean2"), HasSubstr("unix-user unknown: it can't be said: looking up Unix user"));
    nss_away = false;
    uid = 12;
    EXPECT_THAT(verdict("ocean2"), HasSubstr("unix-user fails: can't work: Unix user \"ocean2\" has uid 12"));
}

TEST_F(Explain, AUserToBeMadeWaitsForTheNextCycle)
{
    config.clusters[0].uids = { 6001, 6010 };
    config.clusters[0].unix_groups->users.create = true;
    unix_site.user_rules.create = true;
    strangers = { "ocean2" };
    EXPECT_THAT(verdict("ocean2"), HasSubstr("he is to be made with uid 6001"));
    both();
    EXPECT_THAT(verdict("ocean2"), HasSubstr("was made, but NSS does not know him"));
    strangers.clear();
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.state, LinkState::ok) << chain(made);
    EXPECT_EQ(link(made, "user").text, "user \"ocean2\" is there with uid 6001");
}

TEST_F(Explain, AClashOfGidsIsTheGroups)
{
    both();
    unix_site.groups.erase(Name { "brics.ocean" });
    unix_site.groups[Name { "thief" }] = { 5002 };
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.link, "group");
    EXPECT_EQ(made.verdict.state, LinkState::fails);
    EXPECT_THAT(made.verdict.text, HasSubstr("gid 5002, which was \"brics.ocean\"'s, is now \"thief\"'s"));
    EXPECT_THAT(made.verdict.advice, HasSubstr("gid-clash"));
}

TEST_F(Explain, AForeignGroupFailsForWhoIsNotInItYet)
{
    unix_site.groups[Name { "brics.ocean" }] = { 7000, { Name { "ocean1" } } };
    both();
    const auto out = verdict("ocean2");
    EXPECT_THAT(out,
        HasSubstr("group fails: can't work: group \"brics.ocean\" is there with gid 7000, not made by "
                  "us, so nothing is added to it; do: take it over: site-agent adopt brics.ocean"));
    EXPECT_EQ(of("ocean1").verdict.state, LinkState::ok);
    EXPECT_THAT(verdict("brics.ocean"), HasSubstr("group fails"));
}

TEST_F(Explain, WhoHasItAsHisPrimaryGroupIsInIt)
{
    both();
    people = [](Name) -> Result<std::optional<Person>> { return std::optional(Person { 20000, 5002 }); };
    unix_site.groups.at(Name { "brics.ocean" }).members.erase(Name { "ocean2" });
    const auto made = of("ocean2");
    EXPECT_THAT(link(made, "group-member").text, HasSubstr("since it is his primary group"));
    EXPECT_EQ(made.verdict.state, LinkState::ok) << chain(made);
}

TEST_F(Explain, WhoIsInTheGroupByAnotherAllocationHasNoAssociation)
{
    AllocationRow second = ocean();
    second.uuid = uuid(900);
    second.name = "ocean-2";
    portal.rows.allocations.push_back(second);
    AssociationRow row = ocean2();
    row.uuid = uuid(901);
    row.allocation = second.uuid;
    row.username = "guest1";
    row.useridentifier = "guest.ocean.brics";
    portal.rows.associations.push_back(row);
    both();
    const auto made = of("guest1");
    EXPECT_THAT(link(made, "group-member").text, HasSubstr("by another allocation that shares the group"));
    EXPECT_EQ(made.verdict.link, "association");
    EXPECT_THAT(made.verdict.text,
        HasSubstr("the account is that of allocation \"ocean\", which shares the "
                  "group and does not list him"));
    EXPECT_EQ(made.verdict.who, "the project's owner in the portal");
}

TEST_F(Explain, ASickPluginMeansThatItCannotBeSaidUnlessSomethingElseKeepsHimOut)
{
    both();
    unix_site.unreadable = true;
    EXPECT_THAT(verdict("ocean2"),
        HasSubstr("group unknown: it can't be said: can't look: plugin groups: the "
                  "directory is away; do: mend what the plugin needs: site-agent check"));
    ocean().node_limit = 0;
    EXPECT_THAT(verdict("ocean2"), HasSubstr("limit fails"));
}

TEST_F(Explain, SomebodyElsesBlockIsTheSiteAdmins)
{
    both();
    site.records.at(association())[Name { "block" }] = std::int64_t { 0 };
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.link, "association");
    EXPECT_THAT(made.verdict.text, HasSubstr("is shut by somebody else's block=0, which is never opened"));
    EXPECT_EQ(made.verdict.who, "the site's admin");
    EXPECT_EQ(detail(link(made, "association"), "block"), "0");
    EXPECT_EQ(of("ocean1").verdict.state, LinkState::ok);
    site.records.at(account())[Name { "gate" }] = std::int64_t { 0 };
    EXPECT_THAT(verdict("ocean1"), HasSubstr("account fails"));
}

TEST_F(Explain, AnAccountMadeByAnotherIsToBeAdopted)
{
    site.records[account()][Name { "owner" }] = Name { "admin" };
    both();
    EXPECT_THAT(verdict("ocean2"),
        HasSubstr("account fails: can't work: account \"brics.ocean\" is there, not made by us, "
                  "so nothing is added to it; do: take it over: site-agent adopt brics.ocean"));
}

TEST_F(Explain, ALimitOfZeroIsThePortals)
{
    both();
    ocean().node_limit = 0;
    EXPECT_THAT(verdict("ocean2"), HasSubstr("limit fails: can't work: closed: the portal's limit is 0"));
    EXPECT_EQ(detail(link(of("ocean2"), "limit"), "gate"), "open"); // not yet
    both();
    const auto made = of("brics.ocean");
    EXPECT_EQ(made.verdict.link, "limit");
    EXPECT_EQ(detail(link(made, "limit"), "gate"), "closed");
    EXPECT_EQ(detail(link(made, "account"), "gate"), "0 (ours, before: unset)");
}

TEST_F(Explain, ASpentMonthSaysWhenTheNextBegins)
{
    whole_ledger(11 * 3600);
    both();
    EXPECT_THAT(verdict("climate1"),
        HasSubstr(
            "limit fails: can't work: closed: the month's limit is spent (limit of 2026-11: 10 node-hours, "
            "spent by our ledger: 11 node-hours); do: raise the limit in the portal, or wait until "
            "2026-12-01T00:00:00Z"));
    portal.rows.allocations[0].node_limit = 20;
    EXPECT_THAT(
        verdict("climate1"), HasSubstr("limit waits: can't work yet: limit of 2026-11: 20 node-hours"));
    both();
    EXPECT_EQ(of("climate1").verdict.state, LinkState::ok);
}

TEST_F(Explain, AnUnknownLimitLeavesTheGateAndSaysSo)
{
    both();
    ocean().node_limit.reset();
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.state, LinkState::ok);
    EXPECT_THAT(link(made, "limit").text, HasSubstr("the gate stays as it stands: open"));
}

TEST_F(Explain, WhatAGuardHoldsIsToldWithTheGuard)
{
    portal.rows.allocations[0].service_settings = uuid(700);
    both();
    ocean().service_settings = uuid(701); // another instance's: every change waits
    AssociationRow row = ocean2();
    row.uuid = uuid(901);
    row.username = "ocean9";
    row.useridentifier = "p9.ocean.brics";
    portal.rows.associations.push_back(row);
    const auto made = of("ocean9");
    EXPECT_EQ(made.verdict.link, "group-member");
    EXPECT_EQ(made.verdict.state, LinkState::fails);
    EXPECT_THAT(made.verdict.text, HasSubstr("guard service-settings holds it"));
    EXPECT_THAT(made.verdict.advice, HasSubstr("site-agent plan"));
    EXPECT_EQ(link(made, "blocked-by").state, LinkState::fails);
    const auto other = of("ocean2");
    EXPECT_EQ(other.verdict.state, LinkState::ok); // nothing of his is held, and yet it is told
    EXPECT_THAT(detail(link(other, "blocked-by"), "tripped"), HasSubstr("guard service-settings: "));
}

TEST_F(Explain, WhoIsNewWaitsForTheNextCycleAndForeverInAnAudit)
{
    EXPECT_THAT(verdict("ocean2"),
        HasSubstr("group waits: can't work yet: group \"brics.ocean\" is not there: the next cycle"));
    config.mode = OperatingMode::audit;
    EXPECT_THAT(verdict("ocean2"), HasSubstr("nothing is changed in mode audit"));
}

TEST_F(Explain, AFailedAttemptIsToldWithTheToolsWords)
{
    site.refuses = { association() };
    both();
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.link, "association");
    EXPECT_EQ(made.verdict.state, LinkState::fails);
    EXPECT_THAT(made.verdict.text, HasSubstr("tried at 2026-11-05T08:00:00Z: it failed: "));
    EXPECT_THAT(made.verdict.text, HasSubstr("the tool says no"));
    EXPECT_EQ(link(made, "blocked-by").state, LinkState::fails);
    site.records[association()] = {}; // somebody made it by hand
    EXPECT_EQ(of("ocean2").verdict.state, LinkState::ok);
    site.records.erase(association());
    site.refuses.clear();
    both();
    EXPECT_EQ(of("ocean2").verdict.state, LinkState::ok); // an old failure is in nobody's way
}

TEST_F(Explain, APortalThatIsAwayIsExplainedByItsLastWholeSnapshot)
{
    both();
    const auto taken = clock.now();
    clock.advance(Seconds { 7200 });
    portal.away = Error { Errc::unreachable, "connection refused" };
    const auto made = report("ocean2");
    ASSERT_TRUE(made.portal_error);
    EXPECT_EQ(made.portal_error->text, "connection refused");
    EXPECT_EQ(made.taken, taken);
    ASSERT_EQ(made.explained.size(), 1U);
    EXPECT_EQ(made.explained[0].verdict.state, LinkState::ok) << chain(made.explained[0]);
    site.records.erase(association());
    EXPECT_THAT(verdict("ocean2"),
        HasSubstr("association waits: can't work yet: association of \"ocean2\" in \"brics.ocean\" is "
                  "not there: nothing is given while the portal is away"));
}

TEST_F(Explain, APortalThatWasNeverReadIsAnError)
{
    portal.away = Error { Errc::unreachable, "connection refused" };
    const auto made = report("ocean2");
    ASSERT_TRUE(made.error);
    EXPECT_THAT(made.error->text, HasSubstr("connection refused"));
    EXPECT_FALSE(made.all_hold());
}

TEST_F(Explain, AFindingAboutHimIsShownAndDecidesNothing)
{
    both();
    portal.rows.associations.push_back(ocean2());
    portal.rows.associations.back().uuid = uuid(901);
    const auto made = of("ocean2");
    EXPECT_EQ(made.verdict.state, LinkState::ok);
    EXPECT_THAT(detail(link(made, "blocked-by"), "finding"), HasSubstr("association-twice"));
}

} // namespace
} // namespace site
