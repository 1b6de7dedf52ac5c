#include "unix_groups/apply.hpp"

#include "sample.hpp"
#include "support/temp_dir.hpp"
#include "unix_groups/unix_groups.hpp"

namespace site {
namespace {

using namespace test;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string locked_group = "groupadd: existing lock file /etc/group.lock without a PID\n"
                                 "groupadd: cannot lock /etc/group; try again later.\n";

/// The tools are scripted and the files are real, below a root that no tool ever sees.
class UnixApply : public testing::Test {
protected:
    UnixApply()
    {
        std::filesystem::create_directories(etc);
        put_group("u1,u2,u3");
        write_file(etc / "passwd", "root:x:0:0:::\nu1:x:6001:100:::\nu2:x:6002:100:::\nu3:x:6003:100:::\n");
        write_file(etc / "shadow", "root:*:1::::::\nu1:!:1::::::\n");
        settings.root = dir.path().string();
    }

    void put_group(const std::string& members)
    {
        write_file(etc / "group", "root:x:0:\nproja:x:7001:" + members + "\n");
    }

    std::vector<std::string> apply(const std::vector<Change>& changes)
    {
        if (!plugin)
            plugin.emplace(cluster, settings, runner, [this](auto time) { waits.push_back(time); });
        return shown(plugin->apply(changes));
    }

    /// What was run, without the root.
    std::vector<std::string> ran()
    {
        std::vector<std::string> out;
        for (auto line : runner.ran) {
            for (const auto* flag : { " -R ", " -Q " })
                if (const auto at = line.find(flag + settings.root); at != std::string::npos)
                    line.erase(at, 4 + settings.root.size());
            out.push_back(line.substr(line.rfind('/', line.find(' ')) + 1));
        }
        return out;
    }

    TempDir dir;
    const std::filesystem::path etc = dir.path() / "etc";
    UnixGroupsSettings settings;
    ScriptedRunner runner;
    std::vector<std::chrono::milliseconds> waits;
    std::optional<UnixGroups> plugin;
};

TEST_F(UnixApply, RunsWhatCommandsShows)
{
    settings.caches = { .sssd = true, .nscd = true };
    UnixGroups shown_by(cluster, settings, runner);
    ASSERT_TRUE(shown_by.observed({ .names = { Name("proja") } }));
    const std::vector<Change> changes { group("projb", 7002), member("projb", "u1"), member("projb", "u2"),
        leaving("proja", "u1"), leaving("proja", "u2"), user("u9", 6009), removal(user("u3", 0)),
        locking("u1", {}, Value(1)) };
    const auto planned = shown_by.commands(changes);
    EXPECT_THAT(runner.ran, IsEmpty());
    EXPECT_THAT(planned, SizeIs(9));
    EXPECT_THAT(apply(changes), Each("ok"));
    EXPECT_EQ(runner.ran, planned);
}

TEST_F(UnixApply, RunsNothingForWhatHolds)
{
    settings.caches.sssd = true;
    EXPECT_THAT(apply({ group("proja", 7001), member("proja", "u1") }), Each("ok"));
    EXPECT_THAT(apply({}), IsEmpty());
    EXPECT_THAT(runner.ran, IsEmpty());
}

TEST_F(UnixApply, AnUnknownMemberStopsOnlyHimself)
{
    runner.on("u7,x1,u8,x2", said(10, "Invalid member username x1\n"));
    runner.on("u7,u8,x2", said(10, "Invalid member username x2\n"));
    EXPECT_THAT(
        apply({ member("proja", "u7"), member("proja", "x1"), member("proja", "u8"), member("proja", "x2") }),
        ElementsAre(
            "ok", HasSubstr("Invalid member username x1"), "ok", HasSubstr("Invalid member username x2")));
    EXPECT_EQ(ran().back(), "groupmod -a -U u7,u8 proja");
    runner.ran.clear();
    (void)apply({ member("proja", "u6"), member("proja", "x1") });
    EXPECT_THAT(ran(), ElementsAre("groupmod -a -U u6 proja", "groupmod -a -U x1 proja"));
}

TEST_F(UnixApply, ManyUnknownMembersAreBoundedAndKeepNobodyOutForLong)
{
    std::vector<Change> changes;
    for (int i = 0; i < 100; ++i) {
        const auto user = "x" + std::to_string(i);
        changes.push_back(member("proja", user));
        for (const auto* next : { ",", " " })
            runner.on("-U " + user + next, said(10, "Invalid member username " + user + "\n"));
    }
    changes.push_back(member("proja", "u8"));
    EXPECT_THAT(apply(changes), Each(Not("ok")));
    EXPECT_THAT(runner.ran, SizeIs(65));
    const auto second = apply(changes);
    EXPECT_EQ(second.back(), "ok");
    EXPECT_EQ(std::count(second.begin(), second.end(), "ok"), 1);
}

TEST_F(UnixApply, UnixGroups2ALockedFileIsTriedThreeTimesAndThenLeft)
{
    runner.on("group", said(10, locked_group));
    const auto out = apply({ group("projb", 7002), group("projc", 7003), leaving("proja", "u1"),
        locking("u1", {}, Value(1)), member("proja", "u9") });
    EXPECT_THAT(ran(),
        ElementsAre(HasSubstr("gpasswd -d u1"), HasSubstr("usermod -L"), HasSubstr("groupadd -g 7002"),
            HasSubstr("groupadd -g 7002"), HasSubstr("groupadd -g 7002")));
    EXPECT_THAT(waits, SizeIs(2));
    EXPECT_THAT(out,
        ElementsAre(HasSubstr((etc / "group").string() + " could not be locked in 3 tries"),
            HasSubstr("not tried"), "ok", "ok", HasSubstr((etc / "group.lock").string() + " is left over")));
}

TEST_F(UnixApply, AReadOnlyFileSystemIsTriedOnce)
{
    runner.on("groupadd", said(10, "groupadd: /etc/group.42: Read-only file system\n" + locked_group));
    EXPECT_THAT(
        apply({ group("projb", 7002), group("projc", 7003) }), Each(HasSubstr("ReadWritePaths=/etc")));
    EXPECT_THAT(runner.ran, SizeIs(1));
    EXPECT_THAT(waits, IsEmpty());
}

TEST_F(UnixApply, ALockThatPassesIsNoError)
{
    runner.on("projb", std::vector<Result<Output>> { said(10, locked_group), Output {} });
    EXPECT_THAT(apply({ group("projb", 7002) }), ElementsAre("ok"));
    EXPECT_THAT(waits, SizeIs(1));
}

TEST_F(UnixApply, TheListIsReadAgainJustBeforeItIsReplaced)
{
    // Somebody adds u5 while another group is worked on.
    write_file(etc / "group", "root:x:0:\nproj0:x:7000:u1\nproja:x:7001:u1,u2,u3\n");
    runner.then = [this](const std::string& command) {
        if (command.find("-d u1 proj0") != std::string::npos)
            put_group("u1,u2,u3,u5");
    };
    EXPECT_THAT(
        apply({ leaving("proj0", "u1"), leaving("proja", "u1"), leaving("proja", "u2") }), Each("ok"));
    EXPECT_THAT(ran(), ElementsAre("gpasswd -d u1 proj0", "gpasswd -M u3,u5 proja"));
}

TEST_F(UnixApply, SomebodyWhoIsNoUserAnyMoreDoesNotKeepOthersIn)
{
    put_group("u1,u2,stale");
    runner.on("-M stale", said(3, "gpasswd: user 'stale' does not exist\n"));
    EXPECT_THAT(apply({ leaving("proja", "u1"), leaving("proja", "u2") }), Each("ok"));
    EXPECT_THAT(ran(), ElementsAre("gpasswd -M stale proja", "gpasswd -d u1 proja", "gpasswd -d u2 proja"));
}

TEST_F(UnixApply, AGroupWithSomebodyElseInItIsNotRemoved)
{
    EXPECT_THAT(apply({ removal(group("proja", 0)) }),
        ElementsAre(HasSubstr("it still has members: \"u1\", \"u2\", \"u3\"")));
    EXPECT_THAT(runner.ran, IsEmpty());
}

TEST_F(UnixApply, MembersOfAGroupThatCouldNotBeMadeWait)
{
    runner.on("groupadd", said(9, "groupadd: group 'projb' already exists\n"));
    runner.on("useradd", said(1, "useradd: no\n"));
    EXPECT_THAT(apply({ group("projb", 7002), member("projb", "u1"), user("u9", 6009), member("proja", "u9"),
                    member("proja", "u8") }),
        ElementsAre(HasSubstr("already exists"), HasSubstr("its group could not be made"),
            HasSubstr("useradd: no"), HasSubstr("the user could not be made"), "ok"));
}

TEST_F(UnixApply, AHomeOfSomebodyElseIsNotTakenOver)
{
    const auto home = dir.path() / "home" / "u9";
    std::filesystem::create_directories(home);
    EXPECT_THAT(apply({ user("u9", 6009) }),
        ElementsAre(HasSubstr("is there already and belongs to user id " + std::to_string(::geteuid()))));
    EXPECT_THAT(runner.ran, IsEmpty());
}

TEST_F(UnixApply, ACacheThatCannotBeEmptiedIsNoFailureOfTheChange)
{
    settings.caches = { .sssd = true, .nscd = true };
    runner.on("sss_cache", Error { Errc::internal, "starting sss_cache: no such file" });
    EXPECT_THAT(apply({ group("projb", 7002) }), ElementsAre("ok"));
    EXPECT_THAT(runner.ran, SizeIs(4));
    const auto seen = plugin->observed({});
    ASSERT_TRUE(seen);
    ASSERT_THAT(seen->findings, SizeIs(1));
    EXPECT_EQ(seen->findings[0].code, "unix-groups-cache");
    EXPECT_THAT(seen->findings[0].text, HasSubstr("no such file"));
}

TEST_F(UnixApply, AProgramThatDoesNotEndStopsTheBatch)
{
    runner.on("groupadd", Error { Errc::timed_out, "it did not end within 60 s" });
    EXPECT_THAT(apply({ group("projb", 7002), group("projc", 7003), member("proja", "u9") }),
        Each(HasSubstr("did not end")));
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(UnixApply, AProgramThatIsNotThereStopsOnlyWhatNeedsIt)
{
    runner.on("gpasswd", Error { Errc::internal, "starting gpasswd: no such file" });
    EXPECT_THAT(apply({ leaving("proja", "u1"), group("projb", 7002), member("projb", "u1") }),
        ElementsAre(HasSubstr("no such file"), "ok", "ok"));
}

TEST_F(UnixApply, AnUnreadableFileIsAnErrorAndNeverNothing)
{
    write_file(etc / "group", "root:x:0:\nproja:x:7001:u1,u");
    write_file(etc / "passwd", "");
    for (const auto& result : apply({ member("proja", "u9") }))
        EXPECT_THAT(result, HasSubstr("may not be whole"));
    EXPECT_FALSE(plugin->observed({}));
    std::filesystem::remove(etc / "group");
    EXPECT_FALSE(plugin->observed({}));
    std::filesystem::create_directory(etc / "group");
    EXPECT_FALSE(plugin->observed({}));
    EXPECT_THAT(runner.ran, IsEmpty());
}

} // namespace
} // namespace site
