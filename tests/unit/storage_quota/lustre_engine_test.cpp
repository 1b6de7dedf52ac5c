#include "sample.hpp"
#include "support/temp_dir.hpp"
#include "system/runner.hpp"

#include <cerrno>
#include <sys/wait.h>
#include <thread>

namespace site {
namespace {

using namespace test;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class LustreEngine : public testing::Test {
protected:
    LustreEngine()
    {
        settings.name = "scratch";
        settings.root = "/lustre/projects";
        settings.read_deadline = Seconds { 30 };
        settings.change_deadline = Seconds { 20 };
    }

    std::vector<std::string> read(const std::vector<QuotaSubject>& subjects)
    {
        return shown(engine->read(subjects));
    }
    std::vector<std::string> set(const std::vector<QuotaSetting>& wanted)
    {
        return shown(engine->set(wanted));
    }

    /// Projects 1 to `count`, each with its own answer.
    std::vector<QuotaSubject> projects(std::uint32_t count)
    {
        std::vector<QuotaSubject> out;
        for (std::uint32_t id = 1; id <= count; ++id) {
            const auto number = std::to_string(id);
            runner.says("-q -p " + number + " /", "/lustre/projects " + number + " 0 0 - 1 0 0 -\n");
            out.push_back(project(id));
        }
        return out;
    }

    VolumeSettings settings;
    AnsweringRunner runner;
    std::unique_ptr<QuotaEngine> engine = lustre_engine(settings, runner);
};

TEST_F(LustreEngine, IsWhatItIs)
{
    for (const auto by : { QuotaBy::project, QuotaBy::group, QuotaBy::user })
        EXPECT_FALSE(engine->cannot(by));
    EXPECT_TRUE(engine->costly());
    EXPECT_TRUE(engine->project_ids());
    EXPECT_EQ(*engine->granularity(), 1024U);
}

TEST_F(LustreEngine, AsksForAFewOneByOne)
{
    runner.says("-p 4328", "/lustre/projects\n                1048576  2097152 3145728 - 1200 0 0 -\n");
    runner.says("-g 7001", "/lustre/projects 4 0 0 - 1 0 0 -\n");
    runner.says("-u 6001", "/lustre/projects 8* 4 8 - 2 0 0 -\n");
    EXPECT_THAT(read({ project(4328), group(7001), user(6001) }),
        ElementsAre("used 1073741824 of 3221225472 soft 2147483648, files 1200 of - soft -",
            "used 4096 of - soft -, files 1 of - soft -",
            "used 8192 of 8192 soft 4096, files 2 of - soft -"));
    EXPECT_THAT(runner.ran,
        ElementsAre("/usr/bin/lfs quota -q -p 4328 /lustre/projects",
            "/usr/bin/lfs quota -q -g 7001 /lustre/projects",
            "/usr/bin/lfs quota -q -u 6001 /lustre/projects"));
    for (const auto& command : runner.commands)
        EXPECT_EQ(command.deadline, 30s);
    EXPECT_THAT(read({}), IsEmpty());
}

TEST_F(LustreEngine, AsksForAllOfManyByOneCommandAndForThoseThatItDoesNotShow)
{
    const auto subjects = projects(9);
    std::string all;
    for (int id = 1; id <= 7; ++id)
        all += "/lustre/projects " + std::to_string(id) + " " + std::to_string(100 * id) + " 0 0 - 1 0 0 -\n";
    all += "/lustre/projects 8 800 [0] [0] - 1 0 0 -\n";
    runner.says("-a -n -p", all);
    const auto held = read(subjects);
    ASSERT_THAT(held, SizeIs(9));
    EXPECT_THAT(held[0], StartsWith("used 102400 "));
    EXPECT_THAT(held[6], StartsWith("used 716800 "));
    EXPECT_THAT(held[7], StartsWith("used 8192 "));
    EXPECT_THAT(held[8], StartsWith("used 9216 "));
    EXPECT_THAT(runner.ran,
        ElementsAre(
            "/usr/bin/lfs quota -q -a -n -p /lustre/projects", HasSubstr("-p 8 "), HasSubstr("-p 9 ")));
}

TEST_F(LustreEngine, EightAreAFew)
{
    EXPECT_THAT(read(projects(8)), Each(StartsWith("used ")));
    EXPECT_THAT(runner.ran, SizeIs(8));
}

TEST_F(LustreEngine, AReleaseThatCannotListAllIsAskedOneByOneAndNotForAllAgain)
{
    const auto subjects = projects(9);
    runner.fails(
        "-a -n", 1, "lfs: invalid option -- 'a'\nlfs quota: unrecognized option '-a'\n", "usage: quota\n");
    EXPECT_THAT(read(subjects), Each(StartsWith("used ")));
    EXPECT_THAT(runner.ran, SizeIs(10));
    EXPECT_THAT(read(subjects), Each(StartsWith("used ")));
    EXPECT_THAT(runner.ran, SizeIs(19));
}

TEST_F(LustreEngine, AListThatIsNotUnderstoodIsNotUsedNorAskedForAgain)
{
    const auto subjects = projects(9);
    runner.says("-a -n", "usage: quota [-q] [-v]\n");
    EXPECT_THAT(read(subjects), Each(StartsWith("used ")));
    EXPECT_THAT(runner.ran, SizeIs(10));
    EXPECT_THAT(read(subjects), Each(StartsWith("used ")));
    EXPECT_THAT(runner.ran, SizeIs(19));
}

TEST_F(LustreEngine, AListThatFailsThisTimeIsTriedAgain)
{
    const auto subjects = projects(9);
    runner.fails("-a -n", 16, "get all quota failed -16\n");
    EXPECT_THAT(read(subjects), Each(StartsWith("used ")));
    EXPECT_THAT(read(subjects), Each(StartsWith("used ")));
    EXPECT_THAT(runner.ran, SizeIs(20));
}

TEST_F(LustreEngine, StorageQuotas2AnErrorStatusMakesUsageUnknownAndLeavesLimits)
{
    runner.fails("-p 4440", 5, "",
        "/lustre/projects [524288] 2097152 3145728 - [700] 0 0 -\n"
        "1 Some errors happened when getting quota info. Some devices may be not working or deactivated. "
        "The data in \"[]\" is inaccurate.\n");
    runner.fails("-p 4441", 5, "", "/lustre/projects 524288 0 0 - 700 0 0 -\n");
    EXPECT_THAT(read({ project(4440), project(4441) }),
        ElementsAre("used ? of 3221225472 soft 2147483648, files ? of - soft -",
            "used ? of - soft -, files ? of - soft -"));
}

TEST_F(LustreEngine, LimitsThatAreNotKnownAreAnErrorOfThatOne)
{
    runner.fails("-p 1 ", 5, "", "/lustre/projects [0] [0] [0] - [0] [0] [0] -\n");
    runner.says("-p 2 ", "/lustre/projects 1 0 0 - 1 0 0 -\n");
    EXPECT_THAT(read({ project(1), project(2) }),
        ElementsAre(AllOf(HasSubstr("! reading the quota of project 1"), HasSubstr("did not answer")),
            "used 1024 of - soft -, files 1 of - soft -"));
}

TEST_F(LustreEngine, StorageQuotas8TheFirstDeadlineEndsTheReading)
{
    (void)projects(3);
    runner.on("-p 2 ", Error { Errc::timed_out, "no end within 30000 ms" });
    EXPECT_THAT(read({ project(1), project(2), project(3) }),
        ElementsAre("!! reading the quota of project 2: no end within 30000 ms"));
    EXPECT_THAT(runner.ran, SizeIs(2));
}

TEST_F(LustreEngine, StorageQuotas8TheDeadlineOfTheListEndsTheReading)
{
    const auto subjects = projects(9);
    runner.on("-a -n", Error { Errc::timed_out, "no end within 30000 ms" });
    EXPECT_THAT(read(subjects), ElementsAre(HasSubstr("!! reading all quotas by project: no end")));
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(LustreEngine, AFileSystemWithoutQuotasCannotBeRead)
{
    runner.fails("-p 1 ", 3, "prj quotas are not enabled.\n");
    const auto held = engine->read(std::vector { project(1), project(2) });
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, Errc::unreachable);
    EXPECT_EQ(held.error().text,
        "reading the quota of project 1: lfs: prj quotas are not enabled. (exit status 3)");
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(LustreEngine, AnAnswerThatIsNotUnderstoodIsNoZero)
{
    runner.says("-p 1 ", "");
    EXPECT_THAT(
        read({ project(1) }), ElementsAre(HasSubstr("!! reading the quota of project 1: lfs quota shows")));
    Output killed;
    killed.exit.signal = 9;
    killed.text = "/lustre/projects 1 0 0 - 1 0 0 -\n";
    runner.on("-p 1 ", killed);
    EXPECT_THAT(read({ project(1) }), ElementsAre(HasSubstr("ended by signal 9")));
}

TEST_F(LustreEngine, SetsAllFourLimitsWithTheirUnits)
{
    runner.says("setquota", "");
    settings.programs = "/opt/lustre/bin";
    engine = lustre_engine(settings, runner);
    const std::vector<QuotaSetting> wanted { { project(4328), { 3UL << 30, 2UL << 30, 1000, 900 } },
        { group(7001), { 1, std::nullopt, std::nullopt, std::nullopt } }, { user(6001), {} } };
    EXPECT_THAT(set(wanted), Each("ok"));
    EXPECT_THAT(runner.ran,
        ElementsAre(
            "/opt/lustre/bin/lfs setquota -p 4328 -b 2097152K -B 3145728K -i 900 -I 1000 /lustre/projects",
            "/opt/lustre/bin/lfs setquota -g 7001 -b 0 -B 1K -i 0 -I 0 /lustre/projects",
            "/opt/lustre/bin/lfs setquota -u 6001 -b 0 -B 0 -i 0 -I 0 /lustre/projects"));
    EXPECT_EQ(engine->commands(wanted), runner.ran);
    for (const auto& command : runner.commands)
        EXPECT_EQ(command.deadline, 20s);
}

TEST_F(LustreEngine, StorageQuotas3ALimitOfZeroNeverReachesTheTool)
{
    const std::vector<QuotaSetting> wanted { { project(1), { 0, {}, {}, {} } },
        { project(2), { {}, 0, {}, {} } }, { project(3), { {}, {}, 0, {} } },
        { project(4), { {}, {}, {}, 0 } }, { project(0), { 1, {}, {}, {} } } };
    EXPECT_THAT(set(wanted),
        ElementsAre(HasSubstr("would be 0"), HasSubstr("would be 0"), HasSubstr("would be 0"),
            HasSubstr("would be 0"), HasSubstr("id 0")));
    EXPECT_THAT(runner.ran, IsEmpty());
    EXPECT_THAT(engine->commands(wanted), IsEmpty());
}

TEST_F(LustreEngine, ARefusalKeepsNobodyElseBack)
{
    runner.says("setquota", "");
    runner.fails(
        "-p 1 ", 22, "lfs setquota: quotactl failed: Invalid argument\nsetquota failed: Invalid argument\n");
    EXPECT_THAT(
        set({ { project(1, "proja"), { 1, {}, {}, {} } }, { project(2, "projb"), { 1, {}, {}, {} } } }),
        ElementsAre(
            "refused: setting the quota of project \"proja\" (1): lfs: lfs setquota: quotactl failed: "
            "Invalid argument (exit status 22)",
            "ok"));
}

TEST_F(LustreEngine, AFileSystemThatIsAwayIsTriedOnce)
{
    for (const Result<Output>& answer : { Result<Output>(Error { Errc::timed_out, "no end" }),
             Result<Output>(Output { { .status = 108,
                                       .signal = {},
                                       .errors = "setquota failed: Cannot send after transport endpoint "
                                                 "shutdown\n" },
                 {} }) }) {
        runner.ran.clear();
        runner.on("setquota", answer);
        const auto done = engine->set(std::vector<QuotaSetting> {
            { project(1), { 1, {}, {}, {} } }, { project(2), { 1, {}, {}, {} } } });
        EXPECT_THAT(runner.ran, SizeIs(1));
        ASSERT_EQ(done.size(), 2U);
        for (const auto& one : done)
            EXPECT_TRUE(!one && retryable(one.error().code));
        EXPECT_THAT(done[1].error().text, StartsWith("not tried: "));
    }
}

TEST_F(LustreEngine, ChecksTheToolAndThatQuotasAreCounted)
{
    const TempDir dir;
    settings.programs = dir.path().string();
    settings.projects.quota_by = QuotaBy::project;
    settings.users.quota_by = QuotaBy::user;
    engine = lustre_engine(settings, runner);
    EXPECT_THAT(shown(engine->check()),
        ElementsAre("storage-no-tool: " + settings.programs + "/lfs: No such file or directory"));
    EXPECT_THAT(runner.ran, IsEmpty());
    write_file(dir.path() / "lfs", "", 0755);
    runner.says("-p 0 ", "/lustre/projects 1 0 0 - 1 0 0 -\n");
    runner.fails("-u 0 ", 3, "usr quotas are not enabled.\n");
    EXPECT_THAT(shown(engine->check()),
        ElementsAre(AllOf(StartsWith("storage-no-quotas: "), HasSubstr("usr quotas are not enabled"))));
}

bool is_there(const std::string& pid)
{
    const auto stat = read_file("/proc/" + pid + "/stat");
    const auto name_end = stat.rfind(')');
    return name_end != std::string::npos && stat[name_end + 2] != 'Z';
}

TEST(HangingTool, StorageQuotas8IsKilledWithItsGroupAndReaped)
{
    const TempDir dir;
    const auto pids = dir.path() / "pids";
    // It heeds no TERM, and neither does what it started.
    write_file(dir.path() / "lfs",
        "#!/bin/sh\ntrap '' TERM\nsleep 1000 &\necho $$ $! >" + pids.string()
            + "\nwhile :; do sleep 0.1; done\n",
        0755);
    VolumeSettings settings;
    settings.root = "/lustre";
    settings.programs = dir.path().string();
    settings.read_deadline = Seconds { 1 };
    SystemRunner runner;
    const auto engine = lustre_engine(settings, runner);
    const auto before = std::chrono::steady_clock::now();
    const auto held = engine->read(std::vector { project(1), project(2) });
    EXPECT_LT(std::chrono::steady_clock::now() - before, 20s);
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, Errc::timed_out);
    EXPECT_THAT(held.error().text, HasSubstr("no end within 1000 ms"));
    EXPECT_EQ(runner.started(), 1U);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    const auto both = read_file(pids);
    const auto blank = both.find(' ');
    ASSERT_NE(blank, std::string::npos);
    for (const auto& pid : { both.substr(0, blank), both.substr(blank + 1, both.find('\n') - blank - 1) }) {
        for (int i = 0; i < 2000 && is_there(pid); ++i)
            std::this_thread::sleep_for(5ms);
        EXPECT_FALSE(is_there(pid)) << pid;
    }
}

} // namespace
} // namespace site
