#include "core/membership.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace site {
namespace {

using testing::HasSubstr;

Uuid uuid(int n)
{
    auto text = std::to_string(n);
    return *Uuid::parse(std::string(32 - text.size(), '0') + text);
}

AllocationRow allocation(int n, const std::string& project)
{
    AllocationRow row;
    row.uuid = uuid(n);
    row.name = project;
    row.backend_id = project + ".brics";
    row.groupname = "brics." + project;
    row.node_limit = 10;
    row.state = PortalState::ok;
    row.resource = uuid(1000 + n);
    row.customer_name = "Physics Department";
    return row;
}

AssociationRow association(int n, int of, const std::string& user, const std::string& project)
{
    AssociationRow row;
    row.uuid = uuid(n);
    row.allocation = uuid(of);
    row.username = user;
    row.groupname = "brics." + project;
    row.useridentifier = user + "." + project + ".brics";
    return row;
}

struct MembershipTest : testing::Test {
    MembershipTest()
    {
        rules.cluster = Name { "c1" };
        rules.portal = "brics";
        rules.protected_names = always_protected();
        listing.allocations = { allocation(1, "climate") };
        listing.associations
            = { association(101, 1, "mia", "climate"), association(102, 1, "olu", "climate") };
    }

    const Judged& judged(Seconds later = Seconds { 0 })
    {
        now += later;
        result = judge(listing, known, resources, spent, rules, now);
        return result;
    }

    /// As after a cycle that was carried through.
    void remember() { known = judged().known; }

    std::string standings()
    {
        std::string out;
        for (const auto& one : result.snapshot.allocations) {
            out += one.group.text() + " " + std::string(name(one.standing)) + ":";
            for (const auto& member : one.members)
                out += " " + member.user.text() + "=" + std::string(name(member.standing));
            out += "\n";
        }
        return out;
    }

    std::string codes()
    {
        std::string out;
        for (const auto& finding : result.findings)
            out += finding.code + " ";
        return out;
    }

    Listing listing;
    Known known;
    std::map<Uuid, ResourceRow> resources;
    std::optional<std::map<Name, Spent>> spent = std::map<Name, Spent> {};
    MembershipRules rules;
    Instant now = *parse_instant("2026-11-05T08:00:00Z");
    Judged result;
};

TEST_F(MembershipTest, TakesWhatThePortalListsAsPresent)
{
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=present\n");
    EXPECT_EQ(result.snapshot.allocations[0].limit, 36000U);
    EXPECT_EQ(result.snapshot.allocations[0].customer.text(), "physics-department");
    EXPECT_EQ(codes(), "");
}

TEST_F(MembershipTest, AnOrganisationOfAProtectedNameIsNone)
{
    listing.allocations[0].customer_abbreviation = "Site-Agent";
    judged();
    EXPECT_TRUE(result.snapshot.allocations[0].customer.empty());
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=present\n");
    EXPECT_EQ(codes(), "name-protected ");
}

TEST_F(MembershipTest, RevokesAtOnceAndExpiresOnlyAfterTheGraceFromTheConfirmedBlock)
{
    remember();
    listing.associations.pop_back();
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=revoked\n");
    EXPECT_EQ(result.gone_associations, std::vector { uuid(102) });
    known = result.known;

    judged(Seconds { 10 * 86400 }); // the block was never confirmed: the grace has not begun
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=revoked\n");
    EXPECT_TRUE(result.gone_associations.empty());
    EXPECT_FALSE(result.expires);

    known.at(uuid(1)).members[1].blocked = now;
    judged(Seconds { 86399 });
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=revoked\n");
    judged(Seconds { 1 });
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=expired\n");
    EXPECT_TRUE(result.expires);
}

TEST_F(MembershipTest, ComingBackInTheGraceLosesNothing)
{
    remember();
    auto full = listing;
    listing.associations.pop_back();
    known = judged().known;
    known.at(uuid(1)).members[1].blocked = now;
    listing = full;
    listing.associations[1].uuid = uuid(202); // a new association of the same person
    judged(Seconds { 3600 });
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=present\n");
    EXPECT_FALSE(result.known.at(uuid(1)).members[1].gone);
    EXPECT_EQ(result.known.at(uuid(1)).members[1].association, uuid(202));
}

TEST_F(MembershipTest, ClosesAnAllocationThatIsGoneAndKeepsItsMembers)
{
    remember();
    listing = {};
    judged();
    EXPECT_EQ(standings(), "brics.climate revoked: mia=present olu=present\n");
    EXPECT_EQ(closure(result.snapshot.allocations[0]), Closure::gone);
    EXPECT_EQ(result.gone_allocations, std::vector { uuid(1) });
    EXPECT_TRUE(result.gone_associations.empty());
}

TEST_F(MembershipTest, SkipsAssociationsWithoutANameYet)
{
    listing.associations[1].username.reset();
    listing.associations.push_back(association(103, 1, "", "climate"));
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present\n");
    EXPECT_EQ(result.without_names, 2U);
}

TEST_F(MembershipTest, KeepsAMemberWhoseRowLostItsName)
{
    remember();
    listing.associations[1].username.reset();
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=frozen\n");
}

TEST_F(MembershipTest, RefusesAnIdentifierOfAnotherPortal)
{
    listing.allocations[0].backend_id = "climate.other";
    judged();
    EXPECT_EQ(standings(), "");
    EXPECT_EQ(codes(), "foreign-portal ");

    listing.allocations[0].backend_id = "climate.brics";
    listing.associations[1].useridentifier = "olu.climate.other";
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present\n");
}

TEST_F(MembershipTest, FreezesAKnownAllocationWhoseRowIsRefused)
{
    remember();
    listing.allocations[0].broken = "node_limit is not an integer";
    judged();
    EXPECT_EQ(standings(), "brics.climate frozen: mia=frozen olu=frozen\n");
    EXPECT_EQ(codes(), "row-broken ");
}

TEST_F(MembershipTest, RefusesNamesThatAreProtectedOrOutsideTheStrictForm)
{
    for (const auto* name : { "root", "-x", "Mia", "a b", "a,b", "a=b", "" }) {
        listing.associations[0].username = name;
        judged();
        EXPECT_EQ(standings(), "brics.climate present: olu=present\n") << name;
    }
    listing.allocations[0].groupname = "wheel";
    judged();
    EXPECT_EQ(standings(), "");
    EXPECT_EQ(codes(), "name-protected ");
}

TEST_F(MembershipTest, RefusesTheNewcomerOnALocalNameThatIsTaken)
{
    remember();
    listing.allocations.push_back(allocation(2, "ocean"));
    listing.allocations[1].groupname = "brics.climate";
    auto impostor = association(103, 1, "mia", "climate");
    impostor.useridentifier = "eve.climate.brics";
    listing.associations.push_back(impostor);
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=present\n");
    EXPECT_EQ(codes(), "name-shared name-shared ");
}

TEST_F(MembershipTest, ANameThatDiffersFromAnotherByCaseAloneIsRefused)
{
    remember();
    listing.allocations.push_back(allocation(2, "ocean"));
    listing.allocations[1].groupname = "brics.Climate";
    auto impostor = association(103, 1, "Mia", "climate");
    impostor.useridentifier = "eve.climate.brics";
    listing.associations.push_back(impostor);
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=present\n");
    EXPECT_EQ(codes(), "name-form name-form ");
}

TEST_F(MembershipTest, GivesTheNameOfAGoneProjectToNobodyElse)
{
    remember();
    listing.allocations = { allocation(2, "ocean") };
    listing.allocations[0].groupname = "brics.climate";
    listing.associations.clear();
    judged();
    EXPECT_EQ(standings(), "brics.climate revoked: mia=present olu=present\n");
    EXPECT_EQ(codes(), "name-shared ");
}

TEST_F(MembershipTest, LetsANewAllocationOfTheSameProjectTakeOverItsAccount)
{
    remember();
    listing.allocations[0].uuid = uuid(2);
    listing.associations = { association(201, 2, "mia", "climate") };
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=revoked\n");
    EXPECT_EQ(result.gone_allocations, std::vector { uuid(1) }); // to be looked for once more
    EXPECT_EQ(result.known.size(), 1U);
}

TEST_F(MembershipTest, FreezesAMemberWhoseNameChangedUnderTheSameAssociation)
{
    remember();
    listing.associations[1].username = "olumide";
    listing.associations[1].useridentifier = "olu.climate.brics";
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=frozen\n");
    EXPECT_EQ(codes(), "name-changed ");
}

TEST_F(MembershipTest, ARefusedRowIsNotHeldAgainstTheMembersOtherRows)
{
    remember();
    listing.associations[0].useridentifier = "somebody.elsewhere.brics";
    remember();
    listing.allocations.push_back(allocation(2, "ocean"));
    listing.associations.push_back(association(103, 2, "mia", "ocean"));
    judged();
    EXPECT_EQ(
        standings(), "brics.climate present: mia=frozen olu=present\nbrics.ocean present: mia=present\n");
}

TEST_F(MembershipTest, ANameDoesNotPassToSomebodyElseByWaiting)
{
    remember();
    listing.associations[0].useridentifier = "mallory.climate.brics";
    for (int cycle = 0; cycle < 3; ++cycle) {
        remember();
        EXPECT_EQ(standings(), "brics.climate present: mia=frozen olu=present\n");
    }
}

TEST_F(MembershipTest, CountsAMemberOnceWhoIsListedTwice)
{
    listing.associations.push_back(association(103, 1, "mia", "climate"));
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=present olu=present\n");
    EXPECT_EQ(codes(), "association-twice ");
}

TEST_F(MembershipTest, LeavesLimitsAloneThatAreNegativeOrMissing)
{
    listing.allocations[0].node_limit = -1;
    EXPECT_FALSE(judged().snapshot.allocations[0].limit);
    EXPECT_EQ(codes(), "limit-negative ");
    listing.allocations[0].node_limit.reset();
    EXPECT_FALSE(judged().snapshot.allocations[0].limit);
    EXPECT_EQ(codes(), "limit-missing ");
    listing.allocations[0].node_limit = std::numeric_limits<std::int64_t>::max();
    EXPECT_FALSE(judged().snapshot.allocations[0].limit);
    EXPECT_EQ(codes(), "limit-too-large ");
}

TEST_F(MembershipTest, TreatsUpdatingAsEverydayAndErredAsNothingNew)
{
    listing.allocations[0].state = PortalState::updating;
    EXPECT_TRUE(judged().snapshot.allocations[0].may_create);
    listing.allocations[0].state = PortalState::erred;
    EXPECT_FALSE(judged().snapshot.allocations[0].may_create);
    EXPECT_EQ(closure(result.snapshot.allocations[0]), Closure::open);
    listing.allocations[0].state = PortalState::deleting;
    EXPECT_EQ(closure(judged().snapshot.allocations[0]), Closure::deleting);
}

TEST_F(MembershipTest, ClosesForPausedInactiveZeroAndSpent)
{
    const auto closed = [&] { return closure(judged().snapshot.allocations[0]); };
    resources[uuid(1001)] = { uuid(1001), "OK", true, false, false };
    EXPECT_EQ(closed(), Closure::paused);
    resources.clear();
    listing.allocations[0].is_active = false;
    EXPECT_EQ(closed(), Closure::inactive);
    listing.allocations[0].is_active = true;
    listing.allocations[0].node_limit = 0;
    EXPECT_EQ(closed(), Closure::limit_zero);
    listing.allocations[0].node_limit = 10;
    (*spent)[Name { "brics.climate" }].node_seconds = 36000;
    EXPECT_EQ(closed(), Closure::spent);
    spent.reset(); // the ledger has no whole figure
    EXPECT_EQ(closed(), Closure::undecided);
    EXPECT_FALSE(result.snapshot.allocations[0].spent);
    listing.allocations[0].node_limit.reset();
    EXPECT_EQ(closed(), Closure::undecided);
}

TEST_F(MembershipTest, WhatTheResourceGrantsIsToldByComponentAndNothingWhereItIsNotKnown)
{
    using Granted = std::map<Name, std::uint64_t>;
    const auto granted = [&] { return judged().snapshot.allocations[0].granted; };
    EXPECT_EQ(granted(), Granted {});
    EXPECT_FALSE(result.snapshot.allocations[0].grants_known);
    resources[uuid(1001)] = { .uuid = uuid(1001), .state = "OK" };
    EXPECT_EQ(granted(), Granted {});
    EXPECT_TRUE(result.snapshot.allocations[0].grants_known);
    resources[uuid(1001)]
        = { .uuid = uuid(1001), .state = "OK", .limits = { { "storage", 500 }, { "gpu", 0 } } };
    EXPECT_EQ(granted(), (Granted { { Name("gpu"), 0 }, { Name("storage"), 500 } }));
    remember();
    resources.clear();
    EXPECT_EQ(granted(), Granted {});
    resources[uuid(1002)] = { .uuid = uuid(1002), .state = "OK", .limits = { { "storage", 9 } } };
    EXPECT_EQ(granted(), Granted {});
}

TEST_F(MembershipTest, RevokesMembersWhileTheResourceRestrictsTheirAccess)
{
    resources[uuid(1001)] = { uuid(1001), "OK", false, false, true };
    judged();
    EXPECT_EQ(standings(), "brics.climate present: mia=revoked olu=revoked\n");
    EXPECT_FALSE(result.known.at(uuid(1)).members[0].gone);
}

TEST(United, CountsARowAsGoneOnlyWhenItIsMissingFromBothReadings)
{
    Listing first;
    Listing second;
    first.associations = { association(101, 1, "mia", "climate") };
    second.associations = { association(102, 1, "olu", "climate") };
    EXPECT_EQ(united(first, second).associations.size(), 2U);
}

} // namespace
} // namespace site
