#include "real_cluster.hpp"

namespace site {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(RealCluster, HoldsAMonthWithinItsLimitWithoutKilling)
{
    auto one = project("p1", { member("u001") });
    one.limit = 75; // ten cpu-minutes on a node of eight
    settle({ one });
    EXPECT_THAT(value("p1", "", "GrpTRESMins"), HasSubstr("cpu=10"));
    EXPECT_THAT(value("p1", "", "GrpTRESMins"), Not(HasSubstr("node")));

    // Slurm reserves what a job may still use: five minutes of one cpu fit, of three more do not.
    const auto running = submit("u001", "p1", {}, 45);
    ASSERT_TRUE(comes_to(running, "RUNNING"));
    const auto large = submit("u001", "p1", { "-n", "3" }, 1);
    EXPECT_TRUE(comes_to(large, "PENDING AssocGrpCPUMinutesLimit")) << state(large);

    // The month is spent: the cap goes to what was counted, and with `safe` the running job still ends by
    // itself. Without it slurmctld would kill it within 30 s.
    one.spent->node_seconds = 75;
    settle({ one });
    EXPECT_THAT(value("p1", "", "GrpTRESMins"), HasSubstr("cpu=0"));
    EXPECT_TRUE(comes_to(running, "COMPLETED")) << state(running);
}

TEST_F(RealCluster, LoadsManyDifferentCaps)
{
    std::vector<Allocation> projects;
    for (int i = 10; i < 25; ++i) {
        projects.push_back(project("p" + std::to_string(i)));
        projects.back().limit = 3'600 * static_cast<std::uint64_t>(i);
    }
    settle(projects);
    for (auto& one : projects)
        *one.limit *= 2;
    (void)observed(projects);
    const auto changes = plan(projects).changes;
    ASSERT_EQ(changes.size(), 15U);
    EXPECT_EQ(plugin().commands(changes).size(), 1U);
    settle(projects);
    EXPECT_EQ(value("p10", "", "GrpTRESMins"), "cpu=9600,gres/gpu=2400,mem=75000G");
}

TEST_F(RealCluster, ReadsBackACapOfWholeTerabytes)
{
    settings.default_node = { .cpus = 8, .gpus = 2, .memory = 1 << 20 };
    auto one = project("p1");
    one.limit = 60 * 1024;
    settle({ one });
    EXPECT_THAT(plan({ one }).changes, IsEmpty());
}

} // namespace
} // namespace site
