#include "portal/whole_listing.hpp"
#include "unit/portal/rig.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

Listing three_clusters()
{
    Listing listing;
    for (const char digit : { '1', '2', '3' }) {
        AllocationRow row;
        row.uuid = uuid(digit);
        row.service_settings = uuid(digit == '3' ? 'f' : 'e');
        row.offering = uuid(digit == '2' ? 'd' : 'c');
        listing.allocations.push_back(row);
        AssociationRow member;
        member.uuid = uuid(static_cast<char>(digit + 4));
        member.allocation = row.uuid;
        listing.associations.push_back(member);
    }
    return listing;
}

TEST(Narrowing, KeepsEverythingWithoutAFilter)
{
    auto listing = three_clusters();
    narrow(listing, {});
    EXPECT_EQ(listing.allocations.size(), 3U);
    EXPECT_EQ(listing.associations.size(), 3U);
    EXPECT_EQ(listing.foreign_allocations, 0U);
    EXPECT_EQ(listing.foreign_associations, 0U);
}

TEST(Narrowing, SetsAsideAndCountsWhatIsOfAnotherInstance)
{
    auto listing = three_clusters();
    narrow(listing, { .service_settings = { uuid('e') }, .offerings = {} });
    ASSERT_EQ(listing.allocations.size(), 2U);
    EXPECT_EQ(listing.allocations[0].uuid, uuid('1'));
    EXPECT_EQ(listing.allocations[1].uuid, uuid('2'));
    EXPECT_EQ(listing.associations.size(), 2U);
    EXPECT_EQ(listing.foreign_allocations, 1U);
    EXPECT_EQ(listing.foreign_associations, 1U);
}

TEST(Narrowing, WantsBothFiltersToAgree)
{
    auto listing = three_clusters();
    narrow(listing, { .service_settings = { uuid('e') }, .offerings = { uuid('c') } });
    ASSERT_EQ(listing.allocations.size(), 1U);
    EXPECT_EQ(listing.allocations[0].uuid, uuid('1'));
    EXPECT_EQ(listing.foreign_associations, 2U);
}

TEST(Narrowing, KeepsAsBrokenWhatItCannotJudge)
{
    auto listing = three_clusters();
    listing.allocations[0].service_settings = Uuid {};
    listing.allocations[1].offering = Uuid {};
    listing.allocations[2].offering = Uuid {};
    narrow(listing, { .service_settings = { uuid('e') }, .offerings = { uuid('c') } });
    ASSERT_EQ(listing.allocations.size(), 2U);
    EXPECT_THAT(listing.allocations[0].broken, HasSubstr("service_settings_uuid: missing"));
    EXPECT_THAT(listing.allocations[1].broken, HasSubstr("marketplace_offering_uuid: missing"));
    EXPECT_EQ(listing.foreign_allocations, 1U); // its service settings say enough
}

TEST(Narrowing, KeepsAnAssociationThatDoesNotSayWhereItBelongs)
{
    auto listing = three_clusters();
    listing.associations[2].allocation = Uuid {};
    listing.associations[2].broken = "allocation: missing";
    narrow(listing, { .service_settings = { uuid('e') }, .offerings = {} });
    EXPECT_EQ(listing.associations.size(), 3U);
    EXPECT_EQ(listing.foreign_associations, 0U);
}

} // namespace
} // namespace site
