#include "unit/core/groups_fixture.hpp"

#include <algorithm>

namespace site {
namespace {

TEST_F(CycleGroups, GroupsComeBeforeAccountsAndMembersBeforeAssociations)
{
    const auto planned = both(CycleMode::plan);
    std::vector<std::string> order;
    for (const auto& step : planned.plan.steps)
        for (const auto& change : step.changes)
            if (order.empty() || order.back() != name(change.key.kind))
                order.emplace_back(name(change.key.kind));
    EXPECT_EQ(order, (std::vector<std::string> { "group", "group_member", "account", "association" }));
    EXPECT_TRUE(unix_site.groups.empty());

    const auto done = both();
    EXPECT_EQ(done.exit_code(), 0);
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3");
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3");
    EXPECT_EQ(both(CycleMode::plan).plan.size(), 0U);
}

TEST_F(CycleGroups, AMembershipThatFailsMakesOnlyItsOwnAssociationWait)
{
    unix_site.refuses.insert(
        { Kind::group_member, Name { "c1" }, Name { "brics.ocean" }, Name { "ocean2" } });
    const auto done = both();
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean3");
    EXPECT_FALSE(there("brics.ocean", "ocean2"));
    EXPECT_TRUE(there("brics.ocean", "ocean1"));
    EXPECT_EQ(done.exit_code(), 1);
    unix_site.refuses.clear();
    EXPECT_EQ(both().exit_code(), 0);
    EXPECT_TRUE(there("brics.ocean", "ocean2"));
}

TEST_F(CycleGroups, AGidIsTheNextThatNeitherTheKeeperNorNssNorHistoryHas)
{
    unix_site.groups[Name { "other" }] = { 5001 };
    nss_groups[5002] = "from-ldap";
    both();
    EXPECT_EQ(group("brics.climate"), "5003: climate1 climate2 climate3");
    EXPECT_EQ(group("brics.ocean"), "5004: ocean1 ocean2 ocean3");
    // What is free now is not given to somebody else: files may bear it.
    unix_site.groups.erase(Name { "brics.climate" });
    nss_groups.clear();
    unix_site.groups.erase(Name { "other" });
    add_project("forest", 1);
    both();
    EXPECT_EQ(group("brics.climate"), "5003: climate1 climate2 climate3");
    EXPECT_EQ(group("brics.forest"), "5001: forest1");
}

TEST_F(CycleGroups, AProjectThatComesBackHasItsGidAgain)
{
    unix_site.rules.retire = Retire::remove;
    config.guards.most_taken = 100;
    config.guards.most_taken_day = 100;
    both();
    const auto rows = portal.rows;
    std::erase_if(portal.rows.allocations, [](const auto& row) { return row.name == "climate"; });
    std::erase_if(portal.rows.associations, [](const auto& row) { return row.groupname == "brics.climate"; });
    both();
    EXPECT_EQ(group("brics.climate"), "5001:"); // who is gone has left at once; the group has its grace
    clock.advance(config.allocation_grace);
    both();
    both();
    EXPECT_EQ(group("brics.climate"), "none");
    add_project("forest", 1);
    both();
    EXPECT_EQ(group("brics.forest"), "5003: forest1");
    portal.rows = rows;
    both();
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3");
}

TEST_F(CycleGroups, AnIdIsGivenForGoodBeforeAnythingIsMadeWithIt)
{
    unix_site.refuses.insert({ Kind::group, Name { "c1" }, Name { "brics.climate" } });
    (void)both(CycleMode::plan); // a plan gives nothing
    unix_site.groups[Name { "early" }] = { 5001 };
    both();
    EXPECT_EQ(group("brics.climate"), "none");
    unix_site.groups.erase(Name { "early" });
    unix_site.refuses.clear();
    restart();
    restart_groups();
    both();
    EXPECT_EQ(group("brics.climate"), "5002: climate1 climate2 climate3");
}

TEST_F(CycleGroups, AClashOfGidsIsAnErrorAndTheProjectWaitsWholly)
{
    both();
    unix_site.groups.erase(Name { "brics.climate" });
    unix_site.groups[Name { "thief" }] = { 5001 };
    add_project("forest", 1);
    const auto done = both();
    EXPECT_EQ(group("brics.climate"), "none");
    EXPECT_EQ(group("brics.forest"), "5003: forest1"); // others go on
    EXPECT_NE(codes(done).find("gid-clash"), std::string::npos) << codes(done);
    // A new account of such a project would wait as well.
    site.records.clear();
    const auto planned = both(CycleMode::plan);
    EXPECT_NE(
        blocked_text(planned).find("account c1/brics.climate: waits for group c1/brics.climate: gid 5001, "
                                   "which was \"brics.climate\"'s, is now \"thief\"'s"),
        std::string::npos)
        << blocked_text(planned);
}

TEST_F(CycleGroups, AnUnansweredNameServiceGivesNoId)
{
    nss_away = true;
    const auto done = both();
    EXPECT_TRUE(unix_site.groups.empty());
    EXPECT_EQ(records(), 0U);
    EXPECT_NE(codes(done).find("id-lookup"), std::string::npos) << codes(done);
    nss_away = false;
    both();
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3");
    EXPECT_EQ(records(), 8U);
}

TEST_F(CycleGroups, AGroupThatTheSystemHasFromElsewhereIsNotMadeAgain)
{
    nss_groups[900001] = "brics.ocean";
    const auto done = both();
    EXPECT_EQ(group("brics.ocean"), "none");
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3");
    EXPECT_NE(codes(done).find("group-elsewhere"), std::string::npos) << codes(done);
}

TEST_F(CycleGroups, AGroupWithASystemsGidIsNotTouched)
{
    unix_site.groups[Name { "brics.ocean" }] = { 27 };
    const auto done = both();
    EXPECT_EQ(group("brics.ocean"), "27:");
    EXPECT_NE(codes(done).find("gid-low"), std::string::npos) << codes(done);
    EXPECT_FALSE(there("brics.ocean", ""));
}

TEST_F(CycleGroups, WhenTheRangeIsUsedUpNothingIsMadeAndItIsSaid)
{
    config.clusters[0].gids = { 5001, 5001 };
    const auto done = both();
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3");
    EXPECT_EQ(group("brics.ocean"), "none");
    EXPECT_NE(codes(done).find("gid-range"), std::string::npos) << codes(done);
}

TEST_F(CycleGroups, WhoIsGoneLeavesTheGroupAtOnceAndComesBackToIt)
{
    both();
    const auto rows = portal.rows;
    leave("ocean2");
    const auto done = both();
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean3");
    EXPECT_TRUE(blocked("brics.ocean", "ocean2")); // and his association is closed, not removed
    // Both are one thing to the guard, and go before anything is given.
    ASSERT_FALSE(done.plan.steps.empty());
    for (const auto& step : done.plan.steps)
        EXPECT_EQ(step.phase, Phase::take_away);
    portal.rows = rows;
    both();
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3");
    EXPECT_FALSE(blocked("brics.ocean", "ocean2"));
}

TEST_F(CycleGroups, TheReasonOfALeavingIsTold)
{
    both();
    leave("ocean2");
    const auto planned = both(CycleMode::plan);
    std::string reason;
    for (const auto& step : planned.plan.steps)
        for (const auto& change : step.changes)
            if (change.key.kind == Kind::group_member)
                reason = change.reason;
    EXPECT_EQ(reason,
        "p2.ocean.brics in allocation \"ocean\" (ocean.brics): the association is gone from the "
        "portal");
}

TEST_F(CycleGroups, PortalLies_AnEmptyListTakesNobodyOutOfAGroup)
{
    both();
    portal.rows = {};
    const auto done = both();
    EXPECT_EQ(done.exit_code(), 3);
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3");
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3");
}

TEST_F(CycleGroups, AMemberLeavesASharedGroupOnlyWithHisLastAllocation)
{
    // The project has a second allocation on the same group: climate1 is in both, guest in the second only.
    AllocationRow second = portal.rows.allocations[0];
    second.uuid = uuid(900);
    second.name = "climate-2";
    portal.rows.allocations.push_back(second);
    const auto add = [&](int id, const std::string& user, const std::string& person) {
        AssociationRow row = portal.rows.associations[0];
        row.uuid = uuid(id);
        row.allocation = second.uuid;
        row.username = user;
        row.useridentifier = person + ".climate.brics";
        portal.rows.associations.push_back(row);
    };
    add(901, "climate1", "p1");
    add(902, "guest", "guest");
    const auto done = both();
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3 guest");
    EXPECT_FALSE(there("brics.climate", "guest")); // the account is the first allocation's
    EXPECT_NE(codes(done).find("group-shared"), std::string::npos) << codes(done);

    std::erase_if(portal.rows.associations, [&](const AssociationRow& row) {
        return row.username == "climate1" && row.allocation != second.uuid;
    });
    both();
    EXPECT_EQ(group("brics.climate"), "5001: climate1 climate2 climate3 guest");
    EXPECT_TRUE(blocked("brics.climate", "climate1"));
    EXPECT_EQ(both(CycleMode::plan).plan.size(), 0U);

    std::erase_if(portal.rows.associations,
        [](const AssociationRow& row) { return row.username == "climate1" || row.username == "guest"; });
    const auto reads = portal.listings;
    both();
    EXPECT_EQ(portal.listings, reads + 2); // gone is who is missing from two readings
    EXPECT_EQ(group("brics.climate"), "5001: climate2 climate3");
    EXPECT_EQ(both(CycleMode::plan).plan.size(), 0U);
}

TEST_F(CycleGroups, ASharersAllocationTakesTheNameOverWhenTheFirstOneIsGone)
{
    AllocationRow second = portal.rows.allocations[0];
    second.uuid = uuid(900);
    second.name = "climate-2";
    portal.rows.allocations.push_back(second);
    AssociationRow row = portal.rows.associations[0];
    row.uuid = uuid(901);
    row.allocation = second.uuid;
    portal.rows.associations.push_back(row);
    both();
    std::erase_if(portal.rows.allocations, [&](const AllocationRow& one) {
        return one.groupname == "brics.climate" && one.uuid != second.uuid;
    });
    std::erase_if(portal.rows.associations, [&](const AssociationRow& one) {
        return one.groupname == "brics.climate" && one.allocation != second.uuid;
    });
    const auto reads = portal.listings;
    both();
    EXPECT_EQ(portal.listings, reads + 2);
    EXPECT_EQ(group("brics.climate"), "5001: climate1");
    EXPECT_FALSE(blocked("brics.climate", "climate1"));
    EXPECT_TRUE(blocked("brics.climate", "climate2"));
}

TEST_F(CycleGroups, AnotherProjectOnTheSameGroupIsRefused)
{
    add_project("forest", 2);
    portal.rows.allocations.back().groupname = "brics.ocean";
    for (auto& row : portal.rows.associations)
        if (row.groupname == "brics.forest")
            row.groupname = "brics.ocean";
    const auto done = both();
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3");
    EXPECT_NE(codes(done).find("name-shared"), std::string::npos) << codes(done);
}

TEST_F(CycleGroups, AMemberWhomNssDoesNotKnowWaitsInBothAndIsServedLater)
{
    std::set<std::string> unknown { "ocean2" };
    people = [&](Name user) -> Result<std::optional<Person>> {
        if (unknown.contains(user.text()))
            return std::optional<Person> {};
        return std::optional(Person { 20000, 20000 });
    };
    const auto first = both();
    EXPECT_EQ(first.waiting, 1U);
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean3");
    EXPECT_FALSE(there("brics.ocean", "ocean2"));
    EXPECT_EQ(first.exit_code(), 0); // waiting is no error
    unknown.clear();
    both();
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3");
    EXPECT_TRUE(there("brics.ocean", "ocean2"));
}

TEST_F(CycleGroups, WhoHasItAsHisPrimaryGroupIsNotPutIntoIt)
{
    people = [](Name user) -> Result<std::optional<Person>> {
        return std::optional(Person { 20000, user.text() == "climate1" ? gid_t { 5001 } : gid_t { 100 } });
    };
    both();
    EXPECT_EQ(group("brics.climate"), "5001: climate2 climate3");
    EXPECT_TRUE(there("brics.climate", "climate1")); // he is in it all the same
    unix_site.primary.emplace(Name { "brics.climate" }, Name { "climate1" });
    EXPECT_EQ(both(CycleMode::plan).plan.size(), 0U);
    leave("climate1");
    EXPECT_NE(codes(both()).find("group-primary-member"), std::string::npos);
}

TEST_F(CycleGroups, AKeeperThatIsAwayHoldsBackNothingButCreations)
{
    both();
    unix_site.unreadable = true;
    add_project("forest", 1);
    leave("ocean2");
    const auto done = both();
    EXPECT_TRUE(blocked("brics.ocean", "ocean2"));
    EXPECT_FALSE(there("brics.forest", ""));
    EXPECT_NE(blocked_text(done).find("waits for group c1/brics.forest: plugin groups can't look"),
        std::string::npos)
        << blocked_text(done);
    unix_site.unreadable = false;
    both();
    EXPECT_TRUE(there("brics.forest", "forest1"));
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean3");
}

TEST_F(CycleGroups, AForeignGroupIsLeftAloneAndItsProjectWaitsUntilItIsAdopted)
{
    unix_site.groups[Name { "brics.ocean" }] = { 7000, { Name { "ocean1" } } };
    const auto done = both();
    EXPECT_EQ(group("brics.ocean"), "7000: ocean1");
    EXPECT_NE(blocked_text(done).find("group c1/brics.ocean was not made by us"), std::string::npos)
        << blocked_text(done);
    EXPECT_TRUE(there("brics.ocean", "ocean1")); // he is in the group already
    EXPECT_FALSE(there("brics.ocean", "ocean2"));

    auto with = parts();
    with.backends = { backend.get(), groups.get() };
    AdoptRequest request;
    request.keys = { { Kind::group, Name { "c1" }, Name { "brics.ocean" } },
        { Kind::group_member, Name { "c1" }, Name { "brics.ocean" }, Name { "ocean1" } } };
    EXPECT_FALSE(adopt(with, request).error);
    both();
    EXPECT_EQ(group("brics.ocean"), "7000: ocean1 ocean2 ocean3");
    EXPECT_TRUE(there("brics.ocean", "ocean2"));
    leave("ocean1");
    both();
    EXPECT_EQ(group("brics.ocean"), "7000: ocean2 ocean3");
}

TEST_F(CycleGroups, WhoIsInAGroupOfOursByAnotherHandIsReportedAndTakenOutOnlyWhenMembersAreStrict)
{
    both();
    unix_site.groups[Name { "brics.ocean" }].members.insert(Name { "stranger" });
    const auto told = both();
    EXPECT_NE(codes(told).find("group-foreign-member"), std::string::npos) << codes(told);
    EXPECT_EQ(told.plan.size(), 0U);
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3 stranger");

    unix_site.rules.strict_members = true;
    unix_site.groups[Name { "others" }] = { 6000, { Name { "stranger" } } };
    both();
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3");
    EXPECT_EQ(group("others"), "6000: stranger"); // what is not ours is never touched
}

TEST_F(CycleGroups, MadeUsersAreLockedWhenTheyHaveLeftEveryProjectAndOpenedWhenTheyComeBack)
{
    config.clusters[0].uids = { 6001, 6010 };
    config.clusters[0].unix_groups->users.create = true;
    unix_site.user_rules.create = true;
    nss_users[6001] = "somebody";
    people = [&](Name user) -> Result<std::optional<Person>> {
        if (user.text() == "ocean2" && !unix_site.users.contains(user))
            return std::optional<Person> {};
        return std::optional(Person { 20000, 20000 });
    };
    both();
    ASSERT_TRUE(unix_site.users.contains(Name { "ocean2" }));
    EXPECT_EQ(unix_site.users.at(Name { "ocean2" }).uid, 6002U);
    EXPECT_EQ(unix_site.users.size(), 1U); // nobody else was made
    EXPECT_EQ(group("brics.ocean"), "5002: ocean1 ocean2 ocean3");
    EXPECT_TRUE(there("brics.ocean", "ocean2"));
    EXPECT_EQ(both(CycleMode::plan).plan.size(), 0U);

    const auto rows = portal.rows;
    leave("ocean2");
    both();
    EXPECT_TRUE(unix_site.users.at(Name { "ocean2" }).locked);
    portal.rows = rows;
    both();
    EXPECT_FALSE(unix_site.users.at(Name { "ocean2" }).locked);
    leave("ocean2");
    both();
    clock.advance(config.member_grace);
    both();
    both();
    EXPECT_TRUE(unix_site.users.at(Name { "ocean2" }).locked); // kept, whatever becomes of his projects
    EXPECT_EQ(both(CycleMode::plan).plan.size(), 0U);
    unix_site.user_rules.retire = Retire::remove;
    both();
    EXPECT_FALSE(unix_site.users.contains(Name { "ocean2" }));
    portal.rows = rows;
    both();
    EXPECT_EQ(unix_site.users.at(Name { "ocean2" }).uid, 6002U); // his again
}

} // namespace
} // namespace site
