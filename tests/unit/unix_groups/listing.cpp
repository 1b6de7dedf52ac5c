#include "unix_groups/listing.hpp"

#include "sample.hpp"

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

AccountFiles files()
{
    return { .groups
        = { { "proja", { 7001, "u2,Odd Name,u1" } }, { "projb", { 7002, "u1" } }, { "users", { 100, "" } } },
        .users = { { "u1", { 6001, 7001 } }, { "u2", { 6002, 100 } }, { "u3", { 6003, 7009 } } },
        .shadow = { { "u1", { 1 } }, { "u2", {} } } };
}

std::vector<std::string> keys(const Observation& seen)
{
    std::vector<std::string> out;
    for (const auto& record : seen.records) {
        out.push_back(text(record.key));
        for (const auto& field : record.fields)
            out.back() += " " + field.field.text() + "=" + field.value.text();
    }
    return out;
}

TEST(UnixListing, ShowsTheGroupsAskedForWithAllTheirMembersInOrder)
{
    const auto seen = unix_listing(cluster, { .names = { Name("absent"), Name("proja") } }, files(), 20'000);
    EXPECT_THAT(keys(seen),
        ElementsAre("group c1/proja gid=7001", "group_member c1/proja/Odd Name", "group_member c1/proja/u1",
            "group_member c1/proja/u2"));
}

TEST(UnixListing, ShowsTheUsersAskedForAndWhetherTheyAreLocked)
{
    const auto seen = unix_listing(
        cluster, { .names = {}, .users = { Name("u1"), Name("u2"), Name("u9") } }, files(), 20'000);
    std::vector<std::string> fields;
    for (const auto& record : seen.records) {
        EXPECT_EQ(record.key.kind, Kind::user);
        EXPECT_TRUE(record.key.name.empty());
        fields.push_back(record.key.member.text());
        for (const auto& field : record.fields)
            fields.back() += " " + field.field.text() + "=" + field.value.text();
    }
    EXPECT_THAT(fields, ElementsAre("u1 uid=6001 locked=1", "u2 uid=6002"));
}

TEST(UnixListing, KnowsWhoIsInAGroupWithoutBeingListed)
{
    const auto seen = unix_listing(cluster, { .names = { Name("proja"), Name("projb") } }, files(), 20'000);
    const auto& facts = dynamic_cast<const GroupFacts&>(*seen.facts);
    EXPECT_THAT(facts.primary, ElementsAre(Pair(Name("proja"), Name("u1"))));
}

TEST(UnixListing, CountsTheGroupIdOfAUserWithoutThatGroupAsInUse)
{
    const auto seen = unix_listing(cluster, {}, files(), 20'000);
    EXPECT_THAT(seen.records, IsEmpty());
    ASSERT_TRUE(seen.ids);
    EXPECT_THAT(seen.ids->groups,
        ElementsAre(Pair(100, Name("users")), Pair(7001, Name("proja")), Pair(7002, Name("projb")),
            Pair(7009, Name("u3"))));
    EXPECT_THAT(
        seen.ids->users, ElementsAre(Pair(6001, Name("u1")), Pair(6002, Name("u2")), Pair(6003, Name("u3"))));
}

} // namespace
} // namespace site
