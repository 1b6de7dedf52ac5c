// Forms of `lfs quota` by the sources of Lustre (lustre/utils/lfs.c), before and after its rewrite of 2024.

#include "storage_quota/lustre_listing.hpp"

#include "sample.hpp"

namespace site {
namespace {

using testing::HasSubstr;

const std::string sentence
    = "Some errors happened when getting quota info. Some devices may be not working or "
      "deactivated. The data in \"[]\" is inaccurate.\n";

std::string read(const std::string& text, const std::string& mount = "/lustre")
{
    const auto quota = parse_lustre_quota(text, mount);
    if (!quota)
        return "! " + quota.error().text;
    return shown(quota->held) + (quota->limits_known ? "" : ", limits not known");
}

TEST(LustreListing, StorageQuotas1ReadsALineThatIsBrokenBehindALongMountPoint)
{
    const std::string expected = "used 1073741824 of 3221225472 soft 2147483648, files 1200 of - soft -";
    EXPECT_EQ(read("Disk quotas for prj 4328 (pid 4328):\n"
                   "     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace\n"
                   "/lustre/projects01\n"
                   "                1048576  2097152 3145728       -    1200       0       0       -\n",
                  "/lustre/projects01"),
        expected);
    EXPECT_EQ(read("/lustre/projects01\n"
                   "                1048576  2097152 3145728       -    1200       0       0       -\n",
                  "/lustre/projects01"),
        expected);
    EXPECT_EQ(read("Disk quotas for prj 4328 (pid 4328):\n"
                   "      Filesystem  kbytes  bquota  blimit  bgrace   files  iquota  ilimit  igrace\n"
                   "/lustre/projects01 1048576 2097152 3145728       -    1200       0       0       - \n",
                  "/lustre/projects01"),
        expected);
    EXPECT_EQ(
        read("        /lustre 1048576  2097152 3145728       -    1200       0       0       -\n"), expected);
}

TEST(LustreListing, StorageQuotas2UsageIsUnknownAndLimitsHoldWhereServersDidNotAnswer)
{
    EXPECT_EQ(read("Disk quotas for prj 4440 (pid 4440):\n"
                   "      Filesystem  kbytes  bquota  blimit  bgrace   files  iquota  ilimit  igrace\n"
                   "         /lustre [524288] 2097152 3145728       -   [700]       0       0       -\n"
                   "1 "
                  + sentence),
        "used ? of 3221225472 soft 2147483648, files ? of - soft -");
}

TEST(LustreListing, OnlyWhatStandsInBracketsIsUnknown)
{
    EXPECT_EQ(read("  /lustre [524288]  0 0 - 700 0 0 -\n"), "used ? of - soft -, files 700 of - soft -");
    EXPECT_EQ(read("  /lustre 4  0 0 - [700] 0 0 -\n"), "used 4096 of - soft -, files ? of - soft -");
    EXPECT_EQ(
        read("  /lustre [524288]* 0 64 - 700 0 0 -\n"), "used ? of 65536 soft -, files 700 of - soft -");
}

TEST(LustreListing, TheSentenceAloneMakesUsageUnknown)
{
    // A server that is inactive adds its own star instead of brackets.
    EXPECT_EQ(read("  /lustre 4*  0 0 - 700 0 0 -\n" + sentence), "used ? of - soft -, files ? of - soft -");
    EXPECT_EQ(read("  /lustre 4**  0 1 - 700 0 0 -\n"), "used ? of 1024 soft -, files 700 of - soft -");
}

TEST(LustreListing, LimitsInBracketsAreNotKnown)
{
    for (const auto* row : { "/lustre 4 [0] 0 - 1 0 0 -\n", "/lustre 4 0 [0] - 1 0 0 -\n",
             "/lustre 4 0 0 - 1 [0] 0 -\n", "/lustre 4 0 0 - 1 0 [0] -\n" })
        EXPECT_THAT(read(row), HasSubstr("limits not known")) << row;
}

TEST(LustreListing, AStarMeansOverTheLimit)
{
    EXPECT_EQ(read("        /lustre 3145728* 2097152 3145728       -    1200*   1000    1200       -\n"),
        "used 3221225472 of 3221225472 soft 2147483648, files 1200 of 1200 soft 1000");
}

TEST(LustreListing, GraceIsNoNumber)
{
    for (const auto* grace : { "-", "6d23h59m59s", "none", "expired", "0s" })
        EXPECT_EQ(read(std::string("/lustre 3* 2 4 ") + grace + " 1 0 0 " + grace + "\n"),
            "used 3072 of 4096 soft 2048, files 1 of - soft -")
            << grace;
}

TEST(LustreListing, TheDefaultQuotaOfTheFileSystemIsNotTheIdsOwn)
{
    const std::string row = "/lustre 3 2 4 - 1 5 6 -\n";
    EXPECT_EQ(read(row + "pid 4328 is using default block quota setting\n"),
        "used 3072 of - soft -, files 1 of 6 soft 5");
    EXPECT_EQ(read(row + "pid 4328 is using default file quota setting\n"),
        "used 3072 of 4096 soft 2048, files 1 of - soft -");
}

TEST(LustreListing, WhatItDoesNotKnowIsAnError)
{
    for (const auto* text : { "", "\n", "Disk quotas for prj 1 (pid 1):\n", "/lustre\n", "/lustre 1 2 3 -\n",
             "/lustre 1 2 3 - 4 5 6 - 7\n", "/lustre x 2 3 - 4 5 6 -\n", "/lustre -1 2 3 - 4 5 6 -\n",
             "/lustre 1.5G 2 3 - 4 5 6 -\n", "/lustre2 1 2 3 - 4 5 6 -\n", "/other 1 2 3 - 4 5 6 -\n",
             "/lustre 18446744073709551615 2 3 - 4 5 6 -\n", "/lustre 18446744073709551616 2 3 - 4 5 6 -\n",
             "/lustre 1*** 2 3 - 4 5 6 -\n", "/lustre [] 2 3 - 4 5 6 -\n",
             "/lustre 1 2 3 - 4 5 6 -\n/lustre 1 2 3 - 4 5 6 -\n", "usage: quota [-q] ...\n" })
        EXPECT_THAT(read(text), testing::StartsWith("! ")) << text;
    EXPECT_THAT(read("/lustre 1 2 3 - 4 5 6 -\n", ""), testing::StartsWith("! "));
}

TEST(LustreListing, AllIdsByOneCommand)
{
    const auto all = parse_lustre_all(
        "Disk prj quotas\n"
        "      Filesystem  quota_id  kbytes  bquota  blimit  bgrace   files\n"
        "         /lustre      4328 1048576 2097152 3145728       -    1200"
        "       0       0       - \n"
        "         /lustre      4329       4       0       0       -       1"
        "       0       9       - \n"
        "         /lustre      4330       4     [0]     [0]       -       1"
        "       0       9       - \n"
        "         /lustre      4331     [4]       0       0       -       1       0       9       - \n"
        "         /lustre      4332       4       0       0       -     [1]       0       9       - \n",
        "/lustre");
    ASSERT_TRUE(all) << all.error().text;
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(shown(all->at(4328)), "used 1073741824 of 3221225472 soft 2147483648, files 1200 of - soft -");
    EXPECT_EQ(shown(all->at(4329)), "used 4096 of - soft -, files 1 of 9 soft -");
}

TEST(LustreListing, AllIdsAreAnErrorWhereALineIsStrange)
{
    for (const auto* text : { "/lustre proja 4 0 0 - 1 0 0 -\n", "/lustre 1 4 0 0 - 1 0 0\n", "/lustre\n",
             "/lustre 1 4 0 0 - 1 0 0 -\n/lustre 1 4 0 0 - 1 0 0 -\n", "/lustre 1 4 0 0 - 1 0 0 -",
             "/lustre 4294967296 4 0 0 - 1 0 0 -\n", "something else\n" })
        EXPECT_FALSE(parse_lustre_all(text, "/lustre")) << text;
    EXPECT_TRUE(parse_lustre_all("", "/lustre")->empty());
}

} // namespace
} // namespace site
