// Forms by the sources of BeeGFS 7 (ctl/source/modes/ModeGetQuotaInfo.cpp).

#include "storage_quota/beegfs_listing.hpp"

#include "sample.hpp"

namespace site {
namespace {

using testing::HasSubstr;

TEST(BeegfsListing, ReadsBytesAndChunkFiles)
{
    const auto all = parse_beegfs_quota("name,id,size,hard,files,hard\n"
                                        "proja,7001,2791507521536,unlimited,873812,unlimited\n"
                                        "projb,7002,0,1099511627776,0,1000000\n"
                                        "7003,7003,4096,0,1,0\n");
    ASSERT_TRUE(all) << all.error().text;
    EXPECT_EQ(shown(all->at(7001)), "used 2791507521536 of - soft -, files 873812 of - soft -");
    EXPECT_EQ(shown(all->at(7002)), "used 0 of 1099511627776 soft -, files 0 of 1000000 soft -");
    EXPECT_EQ(shown(all->at(7003)), "used 4096 of - soft -, files 1 of - soft -");
}

TEST(BeegfsListing, FilesThatNotAllTargetsCountAreUnknown)
{
    const auto all
        = parse_beegfs_quota("name,id,size,hard,files,hard\na,1,2,unlimited,-,5\nb,2,2,unlimited,12+,5\n");
    ASSERT_TRUE(all) << all.error().text;
    EXPECT_EQ(shown(all->at(1)), "used 2 of - soft -, files ? of 5 soft -");
    EXPECT_EQ(shown(all->at(2)), "used 2 of - soft -, files ? of 5 soft -");
}

TEST(BeegfsListing, ANameMayHoldCommasAndATaleMayStandBefore)
{
    const auto all = parse_beegfs_quota("Quota is an enterprise feature.\n\nname,id,size,hard,files,hard\n"
                                        "a,b 7,1,2,unlimited,3,unlimited\n\n");
    ASSERT_TRUE(all) << all.error().text;
    EXPECT_EQ(shown(all->at(1)), "used 2 of - soft -, files 3 of - soft -");
}

TEST(BeegfsListing, WhatItDoesNotKnowIsAnError)
{
    const std::string header = "name,id,size,hard,files,hard\n";
    for (const auto* row : { "a,1,2,3,4\n", "a,x,2,3,4,5\n", "a,1,2 MiB,3,4,5\n", "a,1,-,3,4,5\n",
             "a,1,2,none,4,5\n", "a,1,2,3,+,5\n", "a,1,2,3,4,\n", "1,2,3,4,5\n" })
        EXPECT_THAT(parse_beegfs_quota(header + row).error().text, HasSubstr("is not understood")) << row;
    EXPECT_THAT(parse_beegfs_quota(header + "a,1,2,3,4,5\nb,1,2,3,4,5\n").error().text,
        HasSubstr("id 1 a second time"));
    EXPECT_THAT(parse_beegfs_quota(header + "a,1,2,3,4,5").error().text, HasSubstr("may not be whole"));
    EXPECT_THAT(parse_beegfs_quota(header + header).error().text, HasSubstr("more than one storage pool"));
    EXPECT_THAT(parse_beegfs_quota("").error().text, HasSubstr("no line name,id"));
    EXPECT_TRUE(parse_beegfs_quota(header)->empty());
}

} // namespace
} // namespace site
