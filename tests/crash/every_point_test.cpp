#include "crash/crash_site.hpp"
#include "support/background_agent.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <thread>

namespace site {
namespace {

/// Each command of a site's life is killed at its k-th fault point, for every k, and started again. The end
/// must be that of the undisturbed run: at the site, at the portal and in the store.
class EveryPoint : public testing::Test {
protected:
    using Command = std::vector<std::string>;

    void killed_everywhere(const std::string& what, const Command& command)
    {
        crashed.keep();
        const auto names = crashed.passages(command);
        const auto whole = crashed.state();
        ASSERT_EQ(crashed.contradiction(), "") << what;
        std::size_t point = 1;
        for (; !HasFailure(); ++point) {
            SCOPED_TRACE(what + ", killed at passage " + std::to_string(point) + ", "
                + (point <= names.size() ? names[point - 1] : "none"));
            crashed.put_back();
            const auto killed = crashed.agent->run(command, { { "SITE_FAULT_AT", std::to_string(point) } });
            if (!killed.exit.signal) { // it has no more passages
                EXPECT_EQ(killed.exit.status, 0) << killed.text << killed.exit.errors;
                break;
            }
            ASSERT_EQ(*killed.exit.signal, SIGKILL);
            crashed.agent->expect(0, command);
            EXPECT_EQ(crashed.state(), whole);
            EXPECT_EQ(crashed.contradiction(), "");
            crashed.agent->expect(0, { "plan" });
        }
        EXPECT_EQ(point - 1, names.size());
        std::printf(
            "%s: killed at each of %zu passages: %s\n", what.c_str(), point - 1, counted(names).c_str());
    }

    /// Everything made, one of several members with jobs, and told to the portal.
    void settled_site()
    {
        crashed.agent->expect(0, { "apply" });
        crashed.jobs_of({ { "brics.climate", "u001" }, { "brics.ocean", "u005" } }, 600);
        crashed.agent->expect(0, { "usage", "collect" });
        crashed.agent->expect(0, { "apply" });
    }
    void a_member_leaves_and_a_gate_closes()
    {
        crashed.change("members/drop", R"({"allocation": "climate", "username": "u001"})");
        crashed.change("members/drop", R"({"allocation": "ocean", "username": "u005"})");
        crashed.change("allocations/set", R"({"allocation": "plasma", "node_limit": 0})");
        crashed.change("members/add",
            R"({"allocation": "genome", "username": "u013", "useridentifier": "kim.genome.brics"})");
    }

    void killed_by(const std::string& name)
    {
        const auto output
            = crashed.agent->run({ "apply" }, { { "SITE_FAULT_NAME", name }, { "SITE_FAULT_AT", "1" } });
        ASSERT_EQ(output.exit.signal.value_or(0), SIGKILL) << output.text << output.exit.errors;
        ASSERT_NE(crashed.contradiction().find("open: "), std::string::npos);
    }

    CrashSite crashed;
};

TEST_F(EveryPoint, OfTheFirstApplyOfSeveralProjects)
{
    killed_everywhere("first apply", { "apply" });
}

TEST_F(EveryPoint, OfTheFirstApplyByOneLoad)
{
    crashed.change("allocations/add",
        R"({"name": "fusion", "project": "Plasma", "instance": "OpenPortal brics",
            "backend_id": "fusion.brics", "groupname": "brics.fusion", "node_limit": 10,
            "members": [{"username": "u014", "useridentifier": "lea.fusion.brics"}]})");
    killed_everywhere("first apply by load", { "apply" });
    EXPECT_NE(crashed.slurm.calls().find("sacctmgr -i load"), std::string::npos);
}

TEST_F(EveryPoint, OfABlockAndAClosingGate)
{
    settled_site();
    a_member_leaves_and_a_gate_closes();
    killed_everywhere("block and gate", { "apply" });
}

TEST_F(EveryPoint, OfABlockLiftedAndAGateOpenedAgain)
{
    settled_site();
    a_member_leaves_and_a_gate_closes();
    crashed.agent->expect(0, { "apply" });
    crashed.change("members/add",
        R"({"allocation": "climate", "username": "u001", "useridentifier": "mia.climate.brics"})");
    crashed.change("allocations/set", R"({"allocation": "plasma", "node_limit": 500})");
    killed_everywhere("lifted and opened", { "apply" });
}

TEST_F(EveryPoint, OfARemovalAfterItsGraceWithTheDefaultAccountMoved)
{
    settled_site();
    ASSERT_NE(crashed.slurm.text().find("default|u001|brics.climate\n"), std::string::npos);
    a_member_leaves_and_a_gate_closes();
    crashed.agent->expect(0, { "apply" });
    crashed.options.member_grace = "1s"; // only now, or it would be over in the middle of the step before
    crashed.configure();
    std::this_thread::sleep_for(std::chrono::milliseconds { 2100 });
    killed_everywhere("removal", { "apply" });
    EXPECT_NE(crashed.slurm.text().find("default|u001|brics.ocean\n"), std::string::npos);
    EXPECT_EQ(crashed.slurm.text().find("row|brics.climate|u001|"), std::string::npos);
}

TEST_F(EveryPoint, OfReadingUsageAndTellingThePortal)
{
    settled_site();
    crashed.jobs_of(
        { { "brics.climate", "u001" }, { "brics.climate", "u002" }, { "brics.ocean", "u005" } }, 1800);
    killed_everywhere("collect and send", { "usage", "collect" });
    EXPECT_GT(crashed.portal.requests("POST /api/marketplace-component-usages/set_usage/"), 0U);
    EXPECT_NE(crashed.portal.control("GET", "user_usages").body, "[]");
}

// A run that answers what a kill left open is itself killed at each point.
TEST_F(EveryPoint, OfARecoveryWhereAllHadBeenDone)
{
    settled_site();
    a_member_leaves_and_a_gate_closes();
    killed_by("applied");
    killed_everywhere("recovery, all done", { "apply" });
}

TEST_F(EveryPoint, OfARecoveryWhereNothingHadBeenDone)
{
    settled_site();
    a_member_leaves_and_a_gate_closes();
    killed_by("apply");
    killed_everywhere("recovery, nothing done", { "apply" });
}

TEST_F(EveryPoint, OfARestore)
{
    settled_site();
    const auto backup = crashed.agent->path("mine.db");
    crashed.agent->expect(0, { "backup", backup });
    killed_everywhere("restore", { "restore", backup, "--yes" });
}

TEST_F(EveryPoint, OfACompaction)
{
    settled_site();
    killed_everywhere("compaction", { "journal", "compact", "--before", "2100-01-01", "--yes" });
}

/// The service never ends by itself: it has done its round when it has told the states.
TEST_F(EveryPoint, OfTheServiceUntilItHasToldEachResourcesState)
{
    settled_site();
    crashed.options.more = "intervals: {cycle: 1h, usage: 1h, status: 1h}\n";
    crashed.configure();
    crashed.change("members/drop", R"({"allocation": "plasma", "username": "u009"})");
    crashed.change("resources/set", R"({"resource": "genome", "paused": true})");
    crashed.keep();
    const auto log = crashed.agent->path("fault.log");
    const auto round = [&](const BackgroundAgent::Variables& variables) { // true: it was killed
        BackgroundAgent service(*crashed.agent, { "run" }, variables);
        for (int i = 0; i < 3000 && !service.has_ended() && !service.has_said("status report: "); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds { 20 });
        if (!service.has_ended())
            service.send(SIGTERM);
        const int code = service.wait();
        EXPECT_TRUE(code == 0 || code == 128 + SIGKILL) << code << "\n" << service.log();
        EXPECT_TRUE(code != 0 || service.has_said("status report: 4 resources")) << service.log();
        return code != 0;
    };
    ASSERT_FALSE(round({ { "SITE_FAULT_LOG", log } }));
    const auto names = lines_of(log);
    crashed.agent->expect(0, { "apply" }); // what the states ask for is for the next cycle to do
    const auto whole = crashed.state();
    ASSERT_NE(whole.find("4e500000000040008000000000000004 was synced"), std::string::npos) << whole;
    std::size_t point = 1;
    for (; !HasFailure(); ++point) {
        SCOPED_TRACE("killed at passage " + std::to_string(point) + ", "
            + (point <= names.size() ? names[point - 1] : "none"));
        crashed.put_back();
        if (!round({ { "SITE_FAULT_AT", std::to_string(point) } }))
            break;
        EXPECT_FALSE(round({}));
        crashed.agent->expect(0, { "apply" });
        EXPECT_EQ(crashed.state(), whole);
        EXPECT_EQ(crashed.contradiction(), "");
    }
    EXPECT_EQ(point - 1, names.size());
    std::printf("service: killed at each of %zu passages: %s\n", point - 1, counted(names).c_str());
}

} // namespace
} // namespace site
