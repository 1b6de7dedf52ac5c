#include "support/agent_home.hpp"
#include "support/portal_process.hpp"
#include "support/slurm_sandbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace site {
namespace {

/// The real Slurm: `apply` is killed after every commit of the store, and before and after the plugin's work;
/// started again, the end must be that of the undisturbed run. test_every_point does it at every point.
class ApplyKilled : public testing::Test {
protected:
    static void SetUpTestSuite() { slurm = std::make_unique<SlurmSandbox>(); }
    static void TearDownTestSuite() { slurm.reset(); }

    ApplyKilled()
    {
        agent = std::make_unique<AgentHome>(
            AgentHome::Options { .portal_url = portal.url(), .slurm_conf = slurm->conf() });
        agent->environment = slurm->environment();
        agent->environment.emplace_back("SITE_FAULT_NAME", "commit,apply,applied");
    }
    void TearDown() override { slurm->clear(); }

    void change(const std::string& what, const std::string& json)
    {
        ASSERT_LT(portal.control("POST", what, json).status, 300);
    }
    void portal_as_at_first()
    {
        change("allocations/set", R"({"allocation": "climate", "node_limit": 1000})");
        (void)portal.control("POST", "members/drop", R"({"allocation": "genome", "username": "u013"})");
        (void)portal.control("POST", "members/drop", R"({"allocation": "ocean", "username": "u005"})");
        change("members/add",
            R"({"allocation": "ocean", "username": "u005", "useridentifier": "cem.ocean.brics"})");
    }
    void portal_moves_on()
    {
        change("allocations/set", R"({"allocation": "climate", "node_limit": 0})");
        change("members/drop", R"({"allocation": "ocean", "username": "u005"})");
        change("members/add",
            R"({"allocation": "genome", "username": "u013", "useridentifier": "kim.genome.brics"})");
    }

    /// What is ours and how it stands, as the agent tells it itself.
    std::string state() { return slurm->associations(); }

    /// Passages of fault points in an undisturbed apply.
    std::size_t count_points()
    {
        const auto log = agent->path("fault.log");
        std::filesystem::remove(log);
        agent->expect(0, { "apply" }, { { "SITE_FAULT_LOG", log } });
        const auto text = read_file(log);
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    void killed_at(std::size_t point)
    {
        const auto output = agent->run({ "apply" }, { { "SITE_FAULT_AT", std::to_string(point) } });
        ASSERT_EQ(output.exit.signal.value_or(0), SIGKILL)
            << "point " << point << ": " << output.text << output.exit.errors;
    }

    static std::unique_ptr<SlurmSandbox> slurm;
    PortalProcess portal;
    std::unique_ptr<AgentHome> agent;
};

std::unique_ptr<SlurmSandbox> ApplyKilled::slurm;

TEST_F(ApplyKilled, FromNothingEndsTheSameWhereverItWasKilled)
{
    const auto points = count_points();
    const auto undisturbed = state();
    ASSERT_GE(points, 4U);
    for (std::size_t point = 1; point <= points; ++point) {
        slurm->clear();
        agent->forget();
        killed_at(point);
        agent->expect(0, { "apply" });
        EXPECT_EQ(state(), undisturbed) << "killed at point " << point;
        agent->expect(0, { "plan" });
    }
    std::printf("killed once at each of %zu fault points\n", points);
}

TEST_F(ApplyKilled, RevokingAndClosingEndsTheSameWhereverItWasKilled)
{
    agent->expect(0, { "apply" });
    portal_moves_on();
    const auto points = count_points();
    const auto undisturbed = state();
    ASSERT_GE(points, 4U);
    for (std::size_t point = 1; point <= points; ++point) {
        portal_as_at_first();
        slurm->clear();
        agent->forget();
        agent->expect(0, { "apply" });
        portal_moves_on();
        killed_at(point);
        agent->expect(0, { "apply" });
        EXPECT_EQ(state(), undisturbed) << "killed at point " << point;
        agent->expect(0, { "plan" });
        // What is blocked is still ours to lift.
        portal_as_at_first();
        agent->expect(0, { "usage", "collect" });
        agent->expect(0, { "apply" });
        for (const auto* opened : { "brics.climate||root||||\n", "brics.ocean|u005|||||\n" })
            EXPECT_NE(state().find(opened), std::string::npos) << "killed at point " << point << "\n"
                                                               << state();
    }
    std::printf("killed once at each of %zu fault points\n", points);
}

} // namespace
} // namespace site
