// Rows as recorded from `mmrepquota -Y` by gpfs_exporter and others; see plugins/storage_quota/README.md.

#include "storage_quota/gpfs_listing.hpp"

#include "sample.hpp"

namespace site {
namespace {

using testing::HasSubstr;

const std::string header
    = "mmrepquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:blockQuota:"
      "blockLimit:blockInDoubt:blockGrace:filesUsage:filesQuota:filesLimit:filesInDoubt:filesGrace:remarks:"
      "quota:defQuota:fid:filesetname:\n";

const std::string case7 = header
    + "mmrepquota::0:1:::gpfs0:GRP:5001:proja:1000:0:2000:0:none:10:0:0:0:none:e:on:off::scratch:\n"
      "mmrepquota::0:1:::gpfs0:GRP:5001:proja:3000:0:9000:0:none:20:0:0:0:none:e:on:off::home:\n"
      "mmrepquota::0:1:::gpfs0:FILESET:412:proja:358612992:2147483648:2147483648:0:none:7311:1500000:"
      "1500000:0:none:e:on:off:::\n";

std::string why(const std::string& text, QuotaBy by = QuotaBy::project)
{
    const auto listing = parse_mmrepquota(text, "gpfs0", by);
    return listing ? "it was read" : listing.error().text;
}

TEST(GpfsListing, StorageQuotas7KeepsTheQuotasOfEachFilesetApart)
{
    const auto filesets = parse_mmrepquota(case7, "gpfs0", QuotaBy::project);
    ASSERT_TRUE(filesets) << filesets.error().text;
    ASSERT_EQ(filesets->filesets.size(), 1U);
    EXPECT_EQ(shown(filesets->filesets.at("proja")),
        "used 367219703808 of 2199023255552 soft 2199023255552, files 7311 of 1500000 soft 1500000");
    EXPECT_FALSE(filesets->per_fileset);

    const auto groups = parse_mmrepquota(case7, "gpfs0", QuotaBy::group);
    ASSERT_TRUE(groups) << groups.error().text;
    ASSERT_EQ(groups->by_id.size(), 2U);
    EXPECT_TRUE(groups->per_fileset);
    EXPECT_EQ(
        shown(groups->by_id.at({ 5001, "scratch" })), "used 1024000 of 2048000 soft -, files 10 of - soft -");
    EXPECT_EQ(
        shown(groups->by_id.at({ 5001, "home" })), "used 3072000 of 9216000 soft -, files 20 of - soft -");
}

TEST(GpfsListing, FindsColumnsByTheHeader)
{
    const auto listing = parse_mmrepquota(
        "mmrepquota::HEADER:version:reserved:reserved:name:id:quotaType:filesystemName:filesLimit:filesQuota:"
        "filesUsage:blockLimit:blockQuota:blockUsage:\n"
        "mmrepquota::0:2:::proja:7:FILESET:gpfs0:60:50:4:3:2:1:\n",
        "gpfs0", QuotaBy::project);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_EQ(shown(listing->filesets.at("proja")), "used 1024 of 3072 soft 2048, files 4 of 60 soft 50");
}

TEST(GpfsListing, ReadsUsersOfTheWholeFileSystem)
{
    const auto listing = parse_mmrepquota("\n*** Report for USR quotas on nas\n" + header
            + "mmrepquota::0:1:::nas:USR:0:root:256:0:0:0:none:1:0:0:0:none:i:on:off:::\n"
              "mmrepquota::0:1:::nas:USR:12047:12047:795392:0:0:0:none:62:0:0:0:none:i:on:off:::\n"
              "mmrepquota::0:1:::other:USR:12047:12047:1:0:0:0:none:62:0:0:0:none:i:on:off:::\n",
        "/dev/nas", QuotaBy::user);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_EQ(listing->by_id.size(), 2U);
    EXPECT_FALSE(listing->per_fileset);
    EXPECT_EQ(shown(listing->by_id.at({ 12047, "" })), "used 814481408 of - soft -, files 62 of - soft -");
}

TEST(GpfsListing, DecodesNames)
{
    const auto listing = parse_mmrepquota(
        header + "mmrepquota::0:1:::gpfs0:FILESET:1:a%3Ab%2fc%25:0:0:0:0:none:1:0:0:0:none:i:on:off:::\n",
        "gpfs0", QuotaBy::project);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_TRUE(listing->filesets.contains("a:b/c%"));
}

TEST(GpfsListing, WhatIsInDoubtIsNotAddedAndLessThanNothingIsUnknown)
{
    const auto listing = parse_mmrepquota(header
            + "mmrepquota::0:1:::gpfs0:FILESET:1:proja:100:0:0:5000:none:1:0:0:39:none:i:on:off:::\n"
            + "mmrepquota::0:1:::gpfs0:FILESET:2:projb:-320:0:0:5000:none:-1:0:0:39:none:i:on:off:::\n",
        "gpfs0", QuotaBy::project);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_EQ(shown(listing->filesets.at("proja")), "used 102400 of - soft -, files 1 of - soft -");
    EXPECT_EQ(shown(listing->filesets.at("projb")), "used ? of - soft -, files ? of - soft -");
}

TEST(GpfsListing, TheDefaultQuotaIsNotItsOwn)
{
    const auto listing = parse_mmrepquota(
        header + "mmrepquota::0:1:::gpfs0:FILESET:1:proja:100:8:9:0:none:1:5:6:0:none:d_fsys:on:on:::\n",
        "gpfs0", QuotaBy::project);
    ASSERT_TRUE(listing) << listing.error().text;
    EXPECT_EQ(shown(listing->filesets.at("proja")), "used 102400 of - soft -, files 1 of - soft -");
}

TEST(GpfsListing, WhatItDoesNotKnowIsAnError)
{
    const std::string row = "mmrepquota::0:1:::gpfs0:FILESET:1:proja:1:2:3:0:none:4:5:6:0:none:e:on:off:::\n";
    ASSERT_EQ(why(header + row), "it was read");
    EXPECT_THAT(why(row), HasSubstr("is not understood"));
    EXPECT_THAT(why(header + row + row), HasSubstr("\"proja\" a second time"));
    EXPECT_THAT(why(header + row + "mmrepquota::0:1:::gpfs0:FILESET:2:projb:1:2:3\n"),
        HasSubstr("is not understood"));
    EXPECT_THAT(why(header + row.substr(0, row.size() - 1)), HasSubstr("may not be whole"));
    EXPECT_THAT(why("mmrepquota::HEADER:version:\n" + row), HasSubstr("is not understood"));
    for (const auto* bad :
        { "mmrepquota::0:1:::gpfs0:FILESET:x:proja:1:2:3:0:none:4:5:6:0:none:e:on:off:::\n",
            "mmrepquota::0:1:::gpfs0:FILESET:1:proj%2:1:2:3:0:none:4:5:6:0:none:e:on:off:::\n",
            "mmrepquota::0:1:::gpfs0:FILESET:1:proja:1:-2:3:0:none:4:5:6:0:none:e:on:off:::\n",
            "mmrepquota::0:1:::gpfs0:FILESET:1:proja::2:3:0:none:4:5:6:0:none:e:on:off:::\n",
            "mmrepquota::0:1:::gpfs0:FILESET:1:proja:1:2:99999999999999999999:0:none:4:5:6:0:none:e:on:off:::"
            "\n",
            "mmrepquota::0:1:::gpfs0:FILESET:1:proja:18446744073709551615:2:3:0:none:4:5:6:0:none:e:on:off:::"
            "\n" })
        EXPECT_THAT(why(header + bad), HasSubstr("is not understood")) << bad;
}

TEST(GpfsListing, NothingAtAllIsNotNobody)
{
    EXPECT_THAT(why(""), HasSubstr("no FILESET quota of \"gpfs0\""));
    EXPECT_THAT(why(header), HasSubstr("no FILESET quota of \"gpfs0\""));
    EXPECT_THAT(why(case7, QuotaBy::user), HasSubstr("no USR quota of \"gpfs0\""));
}

} // namespace
} // namespace site
