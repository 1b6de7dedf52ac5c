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
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class ZfsEngine : public testing::Test {
protected:
    ZfsEngine()
    {
        settings.name = "home";
        settings.root = "/tank/proj";
        settings.device = "tank/proj";
        runner.fails(
            "property,value default", 2, "bad property list: invalid property 'defaultprojectquota'\n");
        runner.says("projectspace",
            "0\t4096\t0\t8\t0\n4328\t1073741824\t1099511627776\t1200\t0\n"
            "4329\t524288\t0\t-\t-\n");
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
    std::unique_ptr<QuotaEngine> engine = zfs_engine(settings, runner);
};

TEST_F(ZfsEngine, IsWhatItIs)
{
    for (const auto by : { QuotaBy::project, QuotaBy::group, QuotaBy::user })
        EXPECT_FALSE(engine->cannot(by));
    EXPECT_TRUE(engine->costly());
    EXPECT_TRUE(engine->project_ids());
    EXPECT_EQ(*engine->granularity(), 1U);
}

TEST_F(ZfsEngine, StorageQuotas10ReadsEachKindByOneCommand)
{
    runner.says("groupspace", "0\t1\t0\t1\t0\n7001\t10\t20\t30\t40\n");
    runner.says("userspace", "0\t1\t0\t1\t0\n6001\t10\tnone\t30\t-\n");
    EXPECT_THAT(read({ project(4328), project(4329), project(4330), group(7001), user(6001) }),
        ElementsAre("used 1073741824 of 1099511627776 soft -, files 1200 of - soft -",
            "used 524288 of - soft -, files ? of - soft -", "used 0 of - soft -, files 0 of - soft -",
            "used 10 of 20 soft -, files 30 of 40 soft -", "used 10 of - soft -, files 30 of - soft -"));
    const std::string columns = " -o name,used,quota,objused,objquota tank/proj";
    EXPECT_THAT(runner.ran,
        ElementsAre("/usr/sbin/zfs projectspace -Hp" + columns,
            "/usr/sbin/zfs get -Hp -o property,value defaultprojectquota,defaultprojectobjquota tank/proj",
            "/usr/sbin/zfs groupspace -Hpn -t posixgroup" + columns,
            "/usr/sbin/zfs userspace -Hpn -t posixuser" + columns));
    runner.ran.clear();
    EXPECT_THAT(read({ project(4328) }), SizeIs(1));
    EXPECT_THAT(runner.ran, ElementsAre(HasSubstr("projectspace")));
}

TEST_F(ZfsEngine, StorageQuotas10ADefaultThatIsShownIsNotTheIdsOwn)
{
    runner.says("property,value default", "defaultprojectquota\t500\ndefaultprojectobjquota\t0\n");
    runner.says("projectspace", "0\t4096\t500\t8\t0\n4328\t10\t500\t1\t0\n4329\t10\t500\t1\t0\n");
    runner.says("property,value projectquota@4328",
        "projectquota@4328\t500\nprojectobjquota@4328\t7\nprojectquota@4329\t0\nprojectobjquota@4329\t0\n"
        "projectquota@4330\t0\nprojectobjquota@4330\t0\n");
    EXPECT_THAT(read({ project(4328), project(4329), project(4330) }),
        ElementsAre("used 10 of 500 soft -, files 1 of 7 soft -", "used 10 of - soft -, files 1 of - soft -",
            "used 0 of - soft -, files 0 of - soft -"));
    EXPECT_THAT(runner.ran.back(),
        "/usr/sbin/zfs get -Hp -o property,value projectquota@4328,projectobjquota@4328,projectquota@4329,"
        "projectobjquota@4329,projectquota@4330,projectobjquota@4330 tank/proj");
    runner.says("property,value projectquota@4328", "projectquota@4328\t500\n");
    EXPECT_THAT(
        read({ project(4328) }), ElementsAre(HasSubstr("!! zfs get does not show the quota of project")));
}

TEST_F(ZfsEngine, WithoutDefaultsTheListingIsAllThatIsNeeded)
{
    runner.says("property,value default", "defaultprojectquota\t0\ndefaultprojectobjquota\tnone\n");
    EXPECT_THAT(read({ project(4328) }), ElementsAre(HasSubstr("of 1099511627776")));
    EXPECT_THAT(runner.ran, SizeIs(2));
}

TEST_F(ZfsEngine, WhatCannotBeReadIsAnErrorOfTheVolume)
{
    runner.says("projectspace", "");
    EXPECT_THAT(read({ project(1) }),
        ElementsAre(HasSubstr("!! reading all quotas by project of tank/proj: zfs shows nobody")));
    runner.fails("projectspace", 1, "cannot open 'tank/proj': dataset does not exist\n");
    EXPECT_THAT(read({ project(1) }), ElementsAre(HasSubstr("dataset does not exist")));
    runner.on("projectspace", Error { Errc::timed_out, "no end within 300000 ms" });
    EXPECT_THAT(read({ project(1) }), ElementsAre(HasSubstr("no end within")));
    runner.says("projectspace", "0\t1\t0\t1\t0\n");
    runner.fails("property,value default", 1, "cannot open 'tank/proj': pool I/O is currently suspended\n");
    EXPECT_THAT(read({ project(1) }), ElementsAre(HasSubstr("currently suspended")));
}

TEST_F(ZfsEngine, SetsManyByOneCommand)
{
    runner.says("zfs set", "");
    const std::vector<QuotaSetting> wanted { { project(4328), { 1UL << 40, {}, 1000, {} } },
        { group(7001), { 1, {}, {}, {} } }, { user(6001), {} } };
    EXPECT_THAT(set(wanted), Each("ok"));
    EXPECT_THAT(runner.ran,
        ElementsAre("/usr/sbin/zfs set projectquota@4328=1099511627776 projectobjquota@4328=1000 "
                    "groupquota@7001=1 groupobjquota@7001=none userquota@6001=none userobjquota@6001=none "
                    "tank/proj"));
    EXPECT_EQ(engine->commands(wanted), runner.ran);
    EXPECT_THAT(set({}), IsEmpty());
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(ZfsEngine, KeepsACommandShorterThanTheKernelTakes)
{
    runner.says("zfs set", "");
    std::vector<QuotaSetting> wanted;
    for (std::uint32_t id = 1; id <= 5000; ++id)
        wanted.push_back({ project(4000000000 + id), { 1UL << 60, {}, 1UL << 60, {} } });
    EXPECT_THAT(set(wanted), AllOf(SizeIs(5000), Each("ok")));
    std::size_t assignments = 0;
    for (const auto& command : runner.ran) {
        EXPECT_LT(command.size(), 40'000U);
        assignments += static_cast<std::size_t>(std::count(command.begin(), command.end(), '='));
    }
    EXPECT_EQ(assignments, 10'000U);
    EXPECT_LT(runner.ran.size(), 20U);
}

TEST_F(ZfsEngine, StorageQuotas3ZeroAndSoftLimitsNeverReachTheTool)
{
    runner.says("zfs set", "");
    EXPECT_THAT(set({ { project(1), { 0, {}, {}, {} } }, { project(2), { 5, 4, {}, {} } },
                    { project(3), { 5, {}, {}, 4 } }, { project(0), { 5, {}, {}, {} } },
                    { project(4), { 5, {}, {}, {} } } }),
        ElementsAre(HasSubstr("would be 0"),
            StartsWith("invalid: the quota of project \"proja\" (2) has a soft limit"),
            StartsWith("invalid: "), HasSubstr("id 0"), "ok"));
    EXPECT_THAT(
        runner.ran, ElementsAre("/usr/sbin/zfs set projectquota@4=5 projectobjquota@4=none tank/proj"));
}

TEST_F(ZfsEngine, FindsTheOneThatIsRefusedByHalves)
{
    runner.says("zfs set", "");
    runner.fails("projectquota@3=", 1, "cannot set property for 'tank/proj': no\n");
    std::vector<QuotaSetting> wanted;
    for (std::uint32_t id = 1; id <= 8; ++id)
        wanted.push_back({ project(id), { 5, {}, {}, {} } });
    const auto done = set(wanted);
    ASSERT_THAT(done, SizeIs(8));
    for (std::size_t i = 0; i < 8; ++i)
        EXPECT_THAT(done[i],
            i == 2 ? testing::Matcher<std::string>(StartsWith("refused: setting the quota of"))
                   : testing::Matcher<std::string>("ok"));
    EXPECT_THAT(runner.ran, SizeIs(7));
}

TEST_F(ZfsEngine, ADeadlineEndsTheBatches)
{
    runner.on("zfs set", Error { Errc::timed_out, "no end within 300000 ms" });
    std::vector<QuotaSetting> wanted;
    for (std::uint32_t id = 1; id <= 2000; ++id)
        wanted.push_back({ project(id), { 5, {}, {}, {} } });
    const auto done = set(wanted);
    EXPECT_THAT(done, Each(StartsWith("timed_out: ")));
    EXPECT_THAT(done.back(), HasSubstr("not tried"));
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(ZfsEngine, ChecksTheToolAndThatSpaceIsCounted)
{
    const TempDir dir;
    settings.programs = dir.path().string();
    settings.projects.quota_by = QuotaBy::project;
    engine = zfs_engine(settings, runner);
    EXPECT_THAT(shown(engine->check()), ElementsAre(StartsWith("storage-no-tool: ")));
    write_file(dir.path() / "zfs", "", 0755);
    EXPECT_THAT(engine->check(), IsEmpty());
    runner.says("projectspace", "");
    EXPECT_THAT(shown(engine->check()), ElementsAre(StartsWith("storage-no-quotas: ")));
}

} // namespace
} // namespace site
