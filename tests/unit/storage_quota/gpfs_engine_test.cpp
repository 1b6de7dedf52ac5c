#include "sample.hpp"
#include "support/temp_dir.hpp"

namespace site {
namespace {

using namespace test;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const std::string header
    = "mmrepquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:blockQuota:"
      "blockLimit:blockInDoubt:blockGrace:filesUsage:filesQuota:filesLimit:filesInDoubt:filesGrace:remarks:"
      "quota:defQuota:fid:filesetname:\n";
const std::string filesets = header
    + "mmrepquota::0:1:::gpfs0:FILESET:0:root:256:0:0:0:none:1:0:0:0:none:i:on:off:::\n"
      "mmrepquota::0:1:::gpfs0:FILESET:412:proja:100:200:300:0:none:4:5:6:0:none:e:on:off:::\n";
const std::string groups = header
    + "mmrepquota::0:1:::gpfs0:GRP:0:root:256:0:0:0:none:1:0:0:0:none:i:on:off:::\n"
      "mmrepquota::0:1:::gpfs0:GRP:7001:proja:100:0:300:0:none:4:0:6:0:none:e:on:off:::\n";
const std::string groups_by_fileset = header
    + "mmrepquota::0:1:::gpfs0:GRP:7001:proja:1000:0:2000:0:none:10:0:0:0:none:e:on:off::scratch:\n"
      "mmrepquota::0:1:::gpfs0:GRP:7001:proja:3000:0:9000:0:none:20:0:0:0:none:e:on:off::home:\n";

class GpfsEngine : public testing::Test {
protected:
    GpfsEngine()
    {
        settings.name = "project";
        settings.root = "/gpfs/project";
        settings.device = "gpfs0";
        runner.says("mmrepquota -j", filesets);
        runner.says("mmrepquota -g", groups);
    }

    std::vector<std::string> read(const std::vector<QuotaSubject>& subjects)
    {
        return shown(engine->read(subjects));
    }
    std::vector<std::string> set(const std::vector<QuotaSetting>& wanted)
    {
        return shown(engine->set(wanted));
    }

    VolumeSettings settings;
    AnsweringRunner runner;
    std::unique_ptr<QuotaEngine> engine = gpfs_engine(settings, runner);
};

TEST_F(GpfsEngine, IsWhatItIs)
{
    for (const auto by : { QuotaBy::project, QuotaBy::group, QuotaBy::user })
        EXPECT_FALSE(engine->cannot(by));
    EXPECT_TRUE(engine->costly());
    EXPECT_FALSE(engine->project_ids());
    EXPECT_EQ(*engine->granularity() % (1UL << 20), 0U);
}

TEST_F(GpfsEngine, ReadsEachKindThatIsAskedForByOneCommand)
{
    EXPECT_THAT(read({ project(7001), group(7001), group(7002), project(1, "root") }),
        ElementsAre("used 102400 of 307200 soft 204800, files 4 of 6 soft 5",
            "used 102400 of 307200 soft -, files 4 of 6 soft -", "used 0 of - soft -, files 0 of - soft -",
            "used 262144 of - soft -, files 1 of - soft -"));
    EXPECT_THAT(runner.ran,
        ElementsAre("/usr/lpp/mmfs/bin/mmrepquota -j -Y gpfs0", "/usr/lpp/mmfs/bin/mmrepquota -g -Y gpfs0"));
    EXPECT_THAT(read({}), IsEmpty());
    EXPECT_THAT(runner.ran, SizeIs(2));
}

TEST_F(GpfsEngine, AFilesetThatIsNotThereIsNotFound)
{
    const auto held = engine->read(std::vector { project(1, "projx") });
    ASSERT_TRUE(held);
    ASSERT_FALSE((*held)[0]);
    EXPECT_EQ((*held)[0].error(),
        (Error { Errc::not_found, "there is no fileset \"projx\" in gpfs0: mmcrfileset gpfs0 projx" }));
}

TEST_F(GpfsEngine, StorageQuotas7NeverTakesTheGroupOfOneFilesetForTheWhole)
{
    runner.says("mmrepquota -g", groups_by_fileset);
    EXPECT_THAT(read({ group(7001), group(7002) }),
        Each(AllOf(StartsWith("! "), HasSubstr("one of each fileset in gpfs0"))));
}

TEST_F(GpfsEngine, WhatCannotBeReadIsAnErrorOfTheVolume)
{
    runner.fails("mmrepquota -j", 1, "mmrepquota: GPFS is not ready for commands.\n");
    EXPECT_THAT(read({ project(1) }),
        ElementsAre(
            "!! reading all quotas by project of gpfs0: mmrepquota: mmrepquota: GPFS is not ready for "
            "commands. (exit status 1)"));
    runner.says("mmrepquota -j", header);
    EXPECT_THAT(read({ project(1) }), ElementsAre(HasSubstr("shows no FILESET quota of \"gpfs0\"")));
    runner.says("mmrepquota -j", filesets.substr(0, filesets.size() - 1));
    EXPECT_THAT(read({ project(1) }), ElementsAre(HasSubstr("may not be whole")));
    runner.on("mmrepquota -j", Error { Errc::timed_out, "no end within 300000 ms" });
    runner.ran.clear();
    EXPECT_THAT(read({ project(1), group(1) }), ElementsAre(HasSubstr("no end within")));
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(GpfsEngine, SetsFilesetsByNameAndOthersById)
{
    runner.says("mmsetquota", "");
    const std::vector<QuotaSetting> wanted { { project(412), { 3UL << 30, 2UL << 30, 1000, 900 } },
        { group(7001), { 1UL << 30, {}, {}, {} } }, { user(6001), { {}, {}, 5, {} } },
        { project(1, "projb"), {} } };
    EXPECT_THAT(set(wanted), Each("ok"));
    const std::string tool = "/usr/lpp/mmfs/bin/mmsetquota ";
    EXPECT_THAT(runner.ran,
        ElementsAre(tool + "gpfs0:proja --block 2097152K:3145728K --files 900:1000",
            tool + "gpfs0 --group 7001 --block 0:1048576K --files 0:0",
            tool + "gpfs0 --user 6001 --block 0:0 --files 0:5",
            tool + "gpfs0:projb --block 0:0 --files 0:0"));
    EXPECT_EQ(engine->commands(wanted), runner.ran);
}

TEST_F(GpfsEngine, NamesThatAreNoLocalNamesReachNoCommand)
{
    for (const auto* name : { "", "-F", "a:b", "a b", "A", "a;b", "../x", "root" })
        EXPECT_THAT(set({ { project(1, name), { 1, {}, {}, {} } } }), Each(testing::Not("ok"))) << name;
    EXPECT_THAT(runner.ran, IsEmpty());
}

TEST_F(GpfsEngine, StorageQuotas3ALimitOfZeroNeverReachesTheTool)
{
    EXPECT_THAT(set({ { project(1), { 0, {}, {}, {} } }, { project(2), { {}, {}, 0, {} } } }),
        Each(HasSubstr("would be 0")));
    EXPECT_THAT(runner.ran, IsEmpty());
}

TEST_F(GpfsEngine, ARefusalSaysHowAFilesetIsMade)
{
    runner.fails("mmsetquota", 1, "mmsetquota: no such fileset.\nmmsetquota: Command failed.\n");
    EXPECT_THAT(set({ { project(1, "projx"), { 1, {}, {}, {} } }, { group(1), { 1, {}, {}, {} } } }),
        ElementsAre(AllOf(StartsWith("refused: "), HasSubstr("no such fileset"),
                        HasSubstr("mmcrfileset gpfs0 projx")),
            AllOf(StartsWith("refused: "), testing::Not(HasSubstr("mmcrfileset")))));
    EXPECT_THAT(runner.ran, SizeIs(2));
}

TEST_F(GpfsEngine, ChecksToolsAndHowGroupsAreCounted)
{
    const TempDir dir;
    settings.programs = dir.path().string();
    settings.projects.quota_by = QuotaBy::group;
    engine = gpfs_engine(settings, runner);
    EXPECT_THAT(shown(engine->check()),
        ElementsAre(HasSubstr("mmrepquota: No such file"), HasSubstr("mmsetquota: No such file")));
    for (const auto* tool : { "mmrepquota", "mmsetquota" })
        write_file(dir.path() / tool, "", 0755);
    EXPECT_THAT(engine->check(), IsEmpty());
    runner.says("mmrepquota -g", groups_by_fileset);
    EXPECT_THAT(shown(engine->check()),
        ElementsAre("storage-per-fileset: gpfs0 counts each group in every fileset by itself, so there is no "
                    "quota of the whole"));
    runner.fails("mmrepquota -g", 1, "mmrepquota: quota management is not enabled\n");
    EXPECT_THAT(shown(engine->check()),
        ElementsAre(AllOf(StartsWith("storage-no-quotas: "), HasSubstr("is not enabled"))));
}

} // namespace
} // namespace site
