#include "integration/portal/real_portal.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;

class RealListing : public RealPortal { };

TEST_F(RealListing, IsWholeAndSetsAsideWhatIsOfAnotherInstance)
{
    const auto listing = open()->listing(ours).value();
    std::vector<std::string> names;
    for (const auto& row : listing.allocations)
        names.push_back(row.name);
    EXPECT_THAT(names, testing::ElementsAre("climate", "ocean", "plasma", "genome"));
    EXPECT_EQ(listing.foreign_allocations, 2U);
    EXPECT_EQ(listing.associations.size(), 14U);
    EXPECT_EQ(listing.foreign_associations, 3U);
    EXPECT_EQ(listing.taken, noon());
}

TEST_F(RealListing, HasEveryMemberOfARow)
{
    const auto listing = open()->listing(ours).value();
    const auto& row = listing.allocations.front();
    EXPECT_EQ(row.uuid, climate);
    EXPECT_EQ(row.backend_id, "climate.brics");
    EXPECT_EQ(row.groupname, "brics.climate");
    EXPECT_EQ(row.node_limit, 1000);
    EXPECT_EQ(row.node_usage, Decimal {});
    EXPECT_TRUE(row.is_active);
    EXPECT_EQ(row.state, PortalState::ok);
    EXPECT_EQ(row.service_settings, our_instance);
    EXPECT_EQ(row.customer_name, "Example University");
    EXPECT_EQ(row.customer_abbreviation, "EXU");
    EXPECT_EQ(row.project_name, "Climate");
    EXPECT_EQ(row.resource, climate_resource);
    EXPECT_EQ(row.resource_state, "OK");
    EXPECT_EQ(row.offering, our_offering);
    EXPECT_EQ(row.broken, "");
}

TEST_F(RealListing, KeepsMembersThatAreNotReadyYet)
{
    const auto listing = open()->listing(ours).value();
    EXPECT_EQ(std::ranges::count_if(listing.associations, [](const auto& row) { return !row.username; }), 1);
    EXPECT_TRUE(
        std::ranges::all_of(listing.associations, [](const auto& row) { return row.broken.empty(); }));
}

TEST_F(RealListing, CostsThePagesOfBothListsAndTwoCounts)
{
    const auto portal = open();
    ASSERT_TRUE(portal->listing(ours));
    const std::uint64_t pages = 2 + 6; // 6 allocations and 17 associations by 3
    EXPECT_EQ(portal->traffic().requests, pages + 2);
    EXPECT_EQ(process_.requests(), pages + 2);
    EXPECT_EQ(process_.requests("GET /api/openportal-allocations/"), 2U);
    EXPECT_EQ(process_.requests("GET /api/openportal-associations/"), 6U);
    EXPECT_EQ(process_.requests("HEAD /api/openportal-allocations/"), 1U);
    EXPECT_EQ(process_.requests("HEAD /api/openportal-associations/"), 1U);
}

TEST_F(RealListing, CostsTheSameTheSecondTime)
{
    const auto portal = open();
    ASSERT_TRUE(portal->listing(ours));
    const auto once = portal->traffic();
    ASSERT_TRUE(portal->listing(ours));
    EXPECT_EQ(portal->traffic().requests, 2 * once.requests);
}

TEST_F(RealListing, FollowsWhatThePortalChanges)
{
    const auto portal = open();
    ASSERT_EQ(portal->listing(ours).value().associations.size(), 14U);
    process_.control("POST", "members/drop", R"({"allocation":"climate","username":"u004"})");
    process_.control(
        "POST", "allocations/set", R"({"allocation":"climate","node_limit":0,"state":"UPDATING"})");
    const auto listing = portal->listing(ours).value();
    EXPECT_EQ(listing.associations.size(), 13U);
    EXPECT_EQ(listing.allocations.front().node_limit, 0);
    EXPECT_EQ(listing.allocations.front().state, PortalState::updating);
}

TEST_F(RealListing, ARowIsThereOrNot)
{
    const auto portal = open();
    const auto listing = portal->listing(ours).value();
    EXPECT_TRUE(portal->is_there(RowFamily::allocation, climate).value());
    EXPECT_TRUE(portal->is_there(RowFamily::association, listing.associations.front().uuid).value());
    EXPECT_FALSE(portal->is_there(RowFamily::allocation, our_offering).value());
    EXPECT_FALSE(portal->is_there(RowFamily::association, climate).value());
}

TEST_F(RealListing, ComesBackFromItsText)
{
    const auto listing = open()->listing(ours).value();
    const auto again = from_snapshot_text(to_snapshot_text(listing), ours).value();
    EXPECT_EQ(again.allocations, listing.allocations);
    EXPECT_EQ(again.associations, listing.associations);
}

class LargeListing : public RealPortal {
protected:
    LargeListing()
        : RealPortal({ .sample = false,
            .now = noon().time_since_epoch().count(),
            .arguments = { "--generate", "1000x5" } })
    {
        config_.page_size = 100;
    }
};

TEST_F(LargeListing, OfAThousandProjectsCostsItsPagesAndTwoCounts)
{
    const auto portal = open();
    const auto listing = portal->listing(ours).value();
    EXPECT_EQ(listing.allocations.size(), 1000U);
    EXPECT_EQ(listing.associations.size(), 5000U);
    EXPECT_EQ(listing.foreign_allocations, 0U);
    EXPECT_EQ(portal->traffic().requests, 10U + 50U + 2U);
    EXPECT_EQ(process_.requests(), 62U);
    EXPECT_TRUE(std::ranges::is_sorted(listing.associations, {}, &AssociationRow::uuid));
}

TEST_F(LargeListing, TakesThePagesThatTheServerCutsShorter)
{
    config_.page_size = 1000;
    const auto portal = open();
    EXPECT_EQ(portal->listing(ours).value().associations.size(), 5000U);
    EXPECT_EQ(portal->traffic().requests, 4U + 17U + 2U);
}

} // namespace
} // namespace site
