#include "portal/portal.hpp"
#include "unit/portal/rig.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

const std::string two_projects = R"({"openportal-allocations":[
  {"uuid":"22222222222222222222222222222222","name":"two","service_settings_uuid":"ffffffffffffffffffffffffffffffff"},
  {"uuid":"11111111-1111-1111-1111-111111111111","name":"one","node_limit":5,"state":"Update Scheduled",
   "service_settings_uuid":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","unknown":[1,2]},
  {"uuid":"33333333333333333333333333333333","name":"three","node_limit":"x",
   "service_settings_uuid":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"}],
 "openportal-associations":[
  {"uuid":"44444444444444444444444444444444","allocation":"https://p/api/openportal-allocations/11111111111111111111111111111111/","username":"alice"},
  {"uuid":"55555555555555555555555555555555","allocation":"https://p/api/openportal-allocations/22222222222222222222222222222222/"}],
 "something-else":7})";

const AllocationFilter ours { .service_settings = { uuid('e') }, .offerings = {} };

TEST(SnapshotText, IsReadAsThePortalGivesItAndNarrowed)
{
    const auto listing = from_snapshot_text(two_projects, ours).value();
    ASSERT_EQ(listing.allocations.size(), 2U);
    EXPECT_EQ(listing.allocations[0].name, "one");
    EXPECT_EQ(listing.allocations[0].state, PortalState::update_scheduled);
    EXPECT_EQ(listing.allocations[1].broken, "node_limit: not an integer");
    ASSERT_EQ(listing.associations.size(), 1U);
    EXPECT_EQ(listing.associations[0].username, "alice");
    EXPECT_EQ(listing.foreign_allocations, 1U);
    EXPECT_EQ(listing.foreign_associations, 1U);
}

TEST(SnapshotText, ComesBackTheSame)
{
    const auto listing = from_snapshot_text(two_projects, ours).value();
    const auto text = to_snapshot_text(listing);
    const auto again = from_snapshot_text(text, ours).value();
    EXPECT_EQ(again.allocations, listing.allocations);
    EXPECT_EQ(again.associations, listing.associations);
    EXPECT_EQ(again.foreign_allocations, 1U);
    EXPECT_EQ(again.foreign_associations, 1U);
    EXPECT_EQ(to_snapshot_text(again), text);
    EXPECT_THAT(text, testing::Not(HasSubstr("unknown\"")));
}

TEST(SnapshotText, KeepsEveryMemberOfARow)
{
    Listing listing;
    listing.allocations.push_back({ .uuid = uuid('1'),
        .name = "n\"\n",
        .backend_id = "climate.brics",
        .groupname = "g",
        .node_limit = -1,
        .node_usage = Decimal::hundredths(123),
        .is_active = false,
        .state = PortalState::erred,
        .service_settings = uuid('e'),
        .customer_name = "c",
        .customer_abbreviation = "ca",
        .project_name = "p",
        .resource = uuid('a'),
        .resource_state = "OK",
        .offering = uuid('b'),
        .broken = "later found bad" });
    listing.associations.push_back({ .uuid = uuid('2'),
        .allocation = uuid('1'),
        .username = "u",
        .groupname = "g",
        .useridentifier = "u.climate.brics",
        .broken = {} });
    const auto again = from_snapshot_text(to_snapshot_text(listing), {}).value();
    EXPECT_EQ(again.allocations, listing.allocations);
    EXPECT_EQ(again.associations, listing.associations);
}

TEST(SnapshotText, ThatIsNotWholeIsAnError)
{
    for (const auto* text : { "", "[]", "{}", R"({"openportal-allocations":[]})",
             R"({"openportal-allocations":[],"openportal-associations":{}})",
             R"({"openportal-allocations":[],"openportal-allocations":[],"openportal-associations":[]})",
             R"({"openportal-allocations":[{}],"openportal-associations":[]})" })
        EXPECT_EQ(from_snapshot_text(text, {}).error().code, Errc::invalid) << text;
    const auto row = R"({"uuid":")" + hex('1') + "\"}";
    const auto twice
        = R"({"openportal-allocations":[)" + row + "," + row + R"(],"openportal-associations":[]})";
    EXPECT_THAT(from_snapshot_text(twice, {}).error().text, HasSubstr("stands twice"));
}

TEST(SnapshotText, AMemberThatStandsTwiceBreaksItsRow)
{
    const auto listing = from_snapshot_text(R"({"openportal-associations":[],"openportal-allocations":[
        {"uuid":"11111111111111111111111111111111"},
        {"uuid":"22222222222222222222222222222222","node_limit":1,"node_limit":2}]})",
        {})
                             .value();
    EXPECT_EQ(listing.allocations[0].broken, "");
    EXPECT_EQ(listing.allocations[1].broken, "\"node_limit\": stands twice in one object");
}

TEST(FilePortalReading, GivesTheListingWithItsAge)
{
    const SecretFile file(two_projects);
    FilePortal portal(file.source().file, some_time());
    const auto listing = portal.listing(ours).value();
    EXPECT_EQ(listing.taken, some_time());
    EXPECT_EQ(listing.allocations.size(), 2U);
    EXPECT_TRUE(portal.is_there(RowFamily::allocation, uuid('2')).value());
    EXPECT_FALSE(portal.is_there(RowFamily::allocation, uuid('4')).value());
    EXPECT_TRUE(portal.is_there(RowFamily::association, uuid('4')).value());
}

TEST(FilePortalReading, NamesTheFileThatIsMissing)
{
    FilePortal portal("/nonexistent/snapshot.json", some_time());
    const auto listing = portal.listing({});
    EXPECT_EQ(listing.error().code, Errc::not_found);
    EXPECT_THAT(listing.error().text, HasSubstr("/nonexistent/snapshot.json"));
}

} // namespace
} // namespace site
