#include "support/background_agent.hpp"
#include "support/fake_slurm.hpp"
#include "support/portal_process.hpp"
#include "system/clock.hpp"
#include "system/file_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

namespace site {
namespace {

using testing::HasSubstr;

/// `site-agent run` with more words, beside the test.
struct Service : BackgroundAgent {
    explicit Service(AgentHome& home, std::vector<std::string> more = {})
        : BackgroundAgent(home, words(std::move(more)))
    {
    }
    static std::vector<std::string> words(std::vector<std::string> more)
    {
        more.insert(more.begin(), "run");
        return more;
    }
};

struct DaemonTest : testing::Test {
    DaemonTest()
    {
        slurm.answer("sacctmgr.show.assoc", "root||||1|||||normal|\nroot|root||||||||normal|\n");
        slurm.answer("sacctmgr.show.account", "root|default root account|root\n");
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.resolve_people = false;
        options.more = "intervals: {cycle: 1s, usage: 1h, status: 1h}\n";
        home = std::make_unique<AgentHome>(options);
    }
    [[nodiscard]] bool slurm_was_changed() const
    {
        for (const auto& call : slurm.calls())
            for (const auto* word : { " load ", " add ", " modify ", " delete " })
                if (call.find(word) != std::string::npos)
                    return true;
        return false;
    }

    FakeSlurm slurm;
    PortalProcess portal;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> home;
};

TEST_F(DaemonTest, RunsCyclesAndLeavesWhenAskedTo)
{
    Service service(*home);
    ASSERT_TRUE(service.says("cycle: 4 allocations"));
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
    EXPECT_THAT(service.log(), HasSubstr("leaving"));
    EXPECT_TRUE(slurm_was_changed());
}

TEST_F(DaemonTest, RefusesASecondDaemon)
{
    Service first(*home);
    ASSERT_TRUE(first.says("started for cluster sandbox"));
    const auto second = home->run({ "run" });
    EXPECT_EQ(second.exit.status, 1);
    EXPECT_THAT(second.exit.errors, HasSubstr("another daemon is running"));
}

TEST_F(DaemonTest, AuditShowsThePlanAndChangesAndSendsNothing)
{
    Service service(*home, { "--dry-run" });
    ASSERT_TRUE(service.says("would create account sandbox/brics.climate"));
    ASSERT_TRUE(service.says("status report"));
    std::this_thread::sleep_for(std::chrono::seconds { 3 }); // some more cycles
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
    EXPECT_FALSE(slurm_was_changed());
    const auto log = service.log();
    const auto first = log.find("would create account sandbox/brics.climate");
    EXPECT_EQ(log.find("would create account sandbox/brics.climate", first + 1), std::string::npos) << log;
    EXPECT_EQ(portal.requests("POST /api/marketplace-component-usages/set_usage/"), 0U);
    EXPECT_THAT(home->run({ "status" }).text, HasSubstr("would        create account sandbox/brics.climate"));
}

TEST_F(DaemonTest, AReloadWithABadFileKeepsTheOldOneAndSaysSo)
{
    Service service(*home);
    ASSERT_TRUE(service.says("cycle: 4 allocations"));
    const auto good = read_file(home->config_file());
    write_file(home->config_file(), good + "nonsense: true\n");
    service.send(SIGHUP);
    ASSERT_TRUE(service.says("nonsense"));
    ASSERT_TRUE(service.says("going on with the old one"));
    write_file(home->config_file(), good);
    service.send(SIGHUP);
    ASSERT_TRUE(service.says("configuration read again"));
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
}

TEST_F(DaemonTest, APortalOutageIsOneLineAndItsEndAnother)
{
    portal.fault(R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "reset"})");
    Service service(*home);
    ASSERT_TRUE(service.says("portal: "));
    std::this_thread::sleep_for(std::chrono::seconds { 4 });
    (void)portal.control("DELETE", "faults");
    ASSERT_TRUE(service.says("portal: answers"));
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
    const auto log = service.log();
    std::size_t lines = 0;
    for (std::size_t at = log.find("portal: "); at != std::string::npos; at = log.find("portal: ", at + 1))
        ++lines;
    EXPECT_LE(lines, 4U) << log;
}

TEST_F(DaemonTest, AWaitingApplySaysWhoHoldsTheLock)
{
    const SystemClock clock;
    auto lock = try_lock(home->path("run") / "writer.lock", "a long cycle", clock.now());
    ASSERT_TRUE(lock);
    options.more += "lock_wait: 1s\n";
    home->write_config(options);
    const auto output = home->run({ "apply" });
    EXPECT_EQ(output.exit.status, 1);
    EXPECT_THAT(output.exit.errors, HasSubstr("a long cycle"));
}

} // namespace
} // namespace site
