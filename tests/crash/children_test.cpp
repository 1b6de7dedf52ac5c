#include "support/agent_home.hpp"
#include "support/background_agent.hpp"
#include "support/portal_process.hpp"
#include "support/slurm_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <thread>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What the agent started when it was killed: a `sacctmgr load` that takes its time.
class Children : public testing::Test {
protected:
    Children()
    {
        // a fifth project, so that one load makes them all
        EXPECT_LT(portal
                      .control("POST", "allocations/add",
                          R"({"name": "fusion", "project": "Plasma", "instance": "OpenPortal brics",
                              "backend_id": "fusion.brics", "groupname": "brics.fusion", "node_limit": 10,
                              "members": [{"username": "u014", "useridentifier": "lea.fusion.brics"}]})")
                      .status,
            300);
        AgentHome::Options options;
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.resolve_people = false;
        home = std::make_unique<AgentHome>(options);
    }

    /// Kills an apply while its load is held up; the load's process number.
    int killed_during_the_load(const std::string& order)
    {
        slurm.answer("load.held", order);
        BackgroundAgent agent(*home, { "apply" });
        for (int i = 0; i < 3000 && !std::filesystem::exists(slurm.path("load.pid")); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds { 20 });
        const auto text = read_file(slurm.path("load.pid"));
        EXPECT_FALSE(text.empty()) << agent.log();
        agent.send(SIGKILL);
        EXPECT_EQ(agent.wait(), 128 + SIGKILL);
        return text.empty() ? 0 : std::stoi(text);
    }
    static bool alive(int pid)
    {
        const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
        const auto end = stat.rfind(')');
        return end != std::string::npos && stat[end + 2] != 'Z';
    }
    static bool goes_away(int pid)
    {
        for (int i = 0; i < 3000 && alive(pid); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds { 20 });
        return !alive(pid);
    }
    [[nodiscard]] std::ptrdiff_t loads() const
    {
        const auto calls = slurm.calls();
        std::ptrdiff_t count = 0;
        for (auto at = calls.find(" load "); at != std::string::npos; at = calls.find(" load ", at + 1))
            ++count;
        return count;
    }

    SlurmBook slurm;
    PortalProcess portal;
    std::unique_ptr<AgentHome> home;
};

TEST_F(Children, DieWithTheAgentAndTheNextApplyMakesEverything)
{
    const int load = killed_during_the_load("\n");
    EXPECT_TRUE(goes_away(load)); // although what holds it up is still there
    EXPECT_THAT(slurm.text(), Not(HasSubstr("brics.")));
    std::filesystem::remove(slurm.path("data/load.held"));
    home->expect(0, { "apply" });
    EXPECT_THAT(slurm.text(), HasSubstr("row|brics.fusion|u014|"));
    EXPECT_EQ(loads(), 2);
    home->expect(0, { "plan" });
}

TEST_F(Children, ThatDoNotDieAreWaitedForByTheNextApplySinceTheyHoldTheLock)
{
    const int load = killed_during_the_load("deaf\n");
    ASSERT_TRUE(alive(load));
    const auto before = slurm.calls();
    BackgroundAgent next(*home, { "apply" });
    ASSERT_TRUE(next.says("waiting for ")); // who had the lock
    // Nothing that the next one does could come before the load's end: it has called no program yet.
    EXPECT_EQ(slurm.calls(), before);
    EXPECT_FALSE(next.has_ended());
    EXPECT_TRUE(alive(load));
    std::filesystem::remove(slurm.path("data/load.held"));
    EXPECT_EQ(next.wait(), 0) << next.log();
    EXPECT_TRUE(goes_away(load));
    // The load that outlived its agent did the work; the next apply saw it, and did nothing twice.
    EXPECT_EQ(loads(), 1);
    EXPECT_THAT(slurm.text(), HasSubstr("row|brics.fusion|u014|"));
    EXPECT_THAT(home->run({ "journal" }).text, HasSubstr("seen at the site after an interruption"));
    home->expect(0, { "plan" });
}

TEST_F(Children, AWaitForThemHasAnEndAndSaysWhatItWaitedFor)
{
    const int load = killed_during_the_load("deaf\n");
    write_file(home->config_file(), read_file(home->config_file()) + "lock_wait: 1s\n");
    const auto output = home->run({ "apply" });
    EXPECT_EQ(output.exit.status, 1);
    EXPECT_THAT(output.exit.errors, HasSubstr("the writer lock is held by"));
    EXPECT_TRUE(alive(load));
    std::filesystem::remove(slurm.path("data/load.held"));
    EXPECT_TRUE(goes_away(load));
}

} // namespace
} // namespace site
