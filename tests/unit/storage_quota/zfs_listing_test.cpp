// Forms by the sources of OpenZFS (cmd/zfs/zfs_main.c, print_us_node) and its manual pages of 2.0 to 2.2.

#include "storage_quota/zfs_listing.hpp"

#include "sample.hpp"

namespace site {
namespace {

using testing::HasSubstr;

TEST(ZfsListing, StorageQuotas10ZeroNoneAndDashAreThreeThings)
{
    const auto all = parse_zfs_space("4328\t1073741824\t1099511627776\t1200\t0\n"
                                     "4329\t524288\t0\t-\t-\n"
                                     "4330\t524288\tnone\t-\t7\n"
                                     "4331\t-\t-\t3\t7\n");
    ASSERT_TRUE(all) << all.error().text;
    EXPECT_EQ(shown(all->at(4328)), "used 1073741824 of 1099511627776 soft -, files 1200 of - soft -");
    EXPECT_EQ(shown(all->at(4329)), "used 524288 of - soft -, files ? of - soft -");
    EXPECT_EQ(shown(all->at(4330)), "used 524288 of - soft -, files ? of 7 soft -");
    EXPECT_EQ(shown(all->at(4331)), "used ? of - soft -, files 3 of 7 soft -");
}

TEST(ZfsListing, WhatItDoesNotKnowIsAnError)
{
    for (const auto* text : { "4329\t512K\tnone\t-\t-\n", "root\t1\t0\t1\t0\n", "1\t1\t0\t1\n", "\n",
             "1\t1\t0\t1\t0\t0\n", "1 1 0 1 0\n", "-1\t1\t0\t1\t0\n", "4294967296\t1\t0\t1\t0\n",
             "1\tnone\t0\t1\t0\n", "1\t\t0\t1\t0\n" })
        EXPECT_THAT(parse_zfs_space(text).error().text, HasSubstr("is not understood")) << text;
    EXPECT_THAT(
        parse_zfs_space("1\t1\t0\t1\t0\n1\t1\t0\t1\t0\n").error().text, HasSubstr("id 1 a second time"));
    EXPECT_THAT(parse_zfs_space("1\t1\t0\t1\t0").error().text, HasSubstr("may not be whole"));
}

TEST(ZfsListing, NothingAtAllIsNotNobody)
{
    const auto all = parse_zfs_space("");
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, Errc::unreachable);
}

TEST(ZfsListing, ReadsAmountsOfProperties)
{
    const auto amounts = parse_zfs_amounts("projectquota@4328\t1099511627776\nprojectobjquota@4328\t0\n"
                                           "defaultprojectquota\tnone\ndefaultprojectobjquota\t-\n");
    ASSERT_TRUE(amounts) << amounts.error().text;
    EXPECT_EQ(amounts->at("projectquota@4328"), 1099511627776U);
    for (const auto* none : { "projectobjquota@4328", "defaultprojectquota", "defaultprojectobjquota" })
        EXPECT_EQ(amounts->at(none), std::nullopt) << none;
    EXPECT_TRUE(parse_zfs_amounts("")->empty());
    for (const auto* text : { "a\n", "a\t1\t2\n", "\t1\n", "a\t1G\n", "a\t1", "a\t1\na\t1\n" })
        EXPECT_FALSE(parse_zfs_amounts(text)) << text;
}

} // namespace
} // namespace site
