#include "sample.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>

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

const std::string header = "name,id,size,hard,files,hard\n";

class BeegfsEngine : public testing::Test {
protected:
    BeegfsEngine()
    {
        settings.name = "scratch";
        settings.root = "/mnt/beegfs/projects";
        settings.device = "/mnt/beegfs";
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
    std::unique_ptr<QuotaEngine> engine = beegfs_engine(settings, runner);
};

TEST_F(BeegfsEngine, CountsByGroupAndUserOnly)
{
    EXPECT_TRUE(engine->cannot(QuotaBy::project));
    EXPECT_FALSE(engine->cannot(QuotaBy::group));
    EXPECT_FALSE(engine->cannot(QuotaBy::user));
    EXPECT_TRUE(engine->costly());
    EXPECT_FALSE(engine->project_ids());
    EXPECT_EQ(*engine->granularity(), 1U);
    EXPECT_THAT(read({ project(1) }), ElementsAre(StartsWith("! the engine beegfs can't count by project")));
    EXPECT_THAT(
        set({ { project(1), { 1, {}, {}, {} } } }), ElementsAre(StartsWith("invalid: the engine beegfs")));
    EXPECT_THAT(runner.ran, IsEmpty());
}

TEST_F(BeegfsEngine, ReadsEachKindByOneCommand)
{
    runner.says(
        "--gid", header + "proja,7001,4096,1099511627776,1,unlimited\nprojb,7002,0,unlimited,0,unlimited\n");
    runner.says("--uid", header + "u1,6001,4096,unlimited,1,10\n");
    EXPECT_THAT(read({ group(7002), user(6001), group(7001), group(7001) }),
        ElementsAre("used 0 of - soft -, files 0 of - soft -", "used 4096 of - soft -, files 1 of 10 soft -",
            "used 4096 of 1099511627776 soft -, files 1 of - soft -",
            "used 4096 of 1099511627776 soft -, files 1 of - soft -"));
    const std::string asked = "/usr/bin/beegfs-ctl --getquota --mount=/mnt/beegfs --storagepoolid=1 --csv ";
    EXPECT_THAT(runner.ran, ElementsAre(asked + "--gid --list 7001,7002", asked + "--uid --list 6001"));
}

TEST_F(BeegfsEngine, WhomItLeavesOutIsAnErrorOfHisOwn)
{
    runner.on("--gid",
        Output { { .status = 0,
                     .signal = {},
                     .errors = "\nSome IDs were skipped because of invalid values. Check server logs.\n" },
            header + "proja,7001,4096,unlimited,1,unlimited\n" });
    EXPECT_THAT(read({ group(7001), group(7002, "projb") }),
        ElementsAre(StartsWith("used 4096"),
            "! beegfs-ctl shows nothing of the quota of group \"projb\" (7002): its figures are not valid "
            "now"));
}

TEST_F(BeegfsEngine, WhatCannotBeReadIsAnErrorOfTheVolume)
{
    runner.fails("--gid", 1,
        "Could not gather quota information from all storage nodes.\nRefusing to display incorrect "
        "information.\n");
    EXPECT_THAT(read({ group(7001) }),
        ElementsAre(
            "!! reading quotas by group of /mnt/beegfs: beegfs-ctl: Could not gather quota information "
            "from all storage nodes. (exit status 1)"));
    runner.says("--gid", "");
    EXPECT_THAT(read({ group(7001) }), ElementsAre(StartsWith("!! ")));
    runner.on("--gid", Error { Errc::timed_out, "no end within 300000 ms" });
    EXPECT_THAT(read({ group(7001), user(1) }), ElementsAre(HasSubstr("no end within")));
    EXPECT_THAT(runner.ran, SizeIs(3));
}

TEST_F(BeegfsEngine, KeepsAListShorterThanTheKernelTakes)
{
    std::vector<QuotaSubject> subjects;
    for (std::uint32_t id = 0; id < 12'000; ++id)
        subjects.push_back(group(4'000'000'000 + id));
    runner.says("--gid", header);
    EXPECT_THAT(read(subjects), SizeIs(12'000));
    EXPECT_THAT(runner.ran, SizeIs(3));
    for (const auto& command : runner.commands)
        for (const auto& argument : command.arguments)
            EXPECT_LT(argument.size(), 128U << 10);
}

TEST_F(BeegfsEngine, SetsOneByOne)
{
    runner.says("--setquota", "");
    const std::vector<QuotaSetting> wanted { { group(7001), { 1UL << 40, {}, 1000, {} } },
        { user(6001), {} } };
    EXPECT_THAT(set(wanted), Each("ok"));
    const std::string asked = "/usr/bin/beegfs-ctl --setquota --mount=/mnt/beegfs --storagepoolid=1 ";
    EXPECT_THAT(runner.ran,
        ElementsAre(asked + "--gid 7001 --sizelimit=1099511627776 --inodelimit=1000",
            asked + "--uid 6001 --sizelimit=unlimited --inodelimit=unlimited"));
    EXPECT_EQ(engine->commands(wanted), runner.ran);
}

TEST_F(BeegfsEngine, StorageQuotas3ZeroAndSoftLimitsNeverReachTheTool)
{
    EXPECT_THAT(set({ { group(1), { 0, {}, {}, {} } }, { group(2), { {}, {}, 0, {} } },
                    { group(3), { 5, 4, {}, {} } }, { group(0), { 5, {}, {}, {} } } }),
        ElementsAre(HasSubstr("would be 0"), HasSubstr("would be 0"), HasSubstr("has a soft limit"),
            HasSubstr("id 0")));
    EXPECT_THAT(runner.ran, IsEmpty());
}

TEST_F(BeegfsEngine, AManagementThatIsAwayIsTriedOnce)
{
    runner.fails("--setquota", 1, "Failed to communicate with node: beegfs-mgmtd\n");
    EXPECT_THAT(set({ { group(1), { 5, {}, {}, {} } }, { group(2), { 5, {}, {}, {} } } }),
        ElementsAre(StartsWith("unreachable: setting"), StartsWith("unreachable: not tried")));
    EXPECT_THAT(runner.ran, SizeIs(1));
    runner.fails(
        "--setquota", 1, "Failed to set quota limits. Quota is not enabled in the management server.\n");
    EXPECT_THAT(set({ { group(1), { 5, {}, {}, {} } } }), ElementsAre(StartsWith("refused: ")));
}

TEST_F(BeegfsEngine, ChecksTheToolAndThatItAnswers)
{
    const TempDir dir;
    settings.programs = dir.path().string();
    settings.projects.quota_by = QuotaBy::group;
    engine = beegfs_engine(settings, runner);
    EXPECT_THAT(shown(engine->check()), ElementsAre(StartsWith("storage-no-tool: ")));
    write_file(dir.path() / "beegfs-ctl", "", 0755);
    runner.says("--gid --list 0", header + "root,0,1,unlimited,1,unlimited\n");
    EXPECT_THAT(engine->check(), IsEmpty());
    runner.fails("--gid", 1, "Couldn't receive valid quota data.\n");
    EXPECT_THAT(shown(engine->check()),
        ElementsAre(AllOf(StartsWith("storage-no-quotas: "), HasSubstr("valid quota data"))));
}

} // namespace
} // namespace site
