#include "real_cluster.hpp"

namespace site {
namespace {

using testing::HasSubstr;

TEST_F(RealCluster, ClosesAGateWithoutStoppingWhatRuns)
{
    auto one = project("p1", { member("u001") });
    settle({ one });
    sacctmgr({ "-i", "modify", "account", "where", "name=p1", "set", "GrpJobs=40" });
    const auto running = submit("u001", "p1", {}, 12);
    ASSERT_TRUE(comes_to(running, "RUNNING"));
    const auto pending = submit("u001", "p1", { "--dependency=afterok:" + running }, 1);

    one.paused = true;
    settle({ one });
    EXPECT_THAT(refusal("u001", "p1"), HasSubstr("AssocGrpSubmitJobsLimit"));
    EXPECT_TRUE(comes_to(running, "COMPLETED"));
    EXPECT_TRUE(comes_to(pending, "PENDING AssocGrpJobsLimit")) << state(pending);

    one.paused = false;
    settle({ one });
    EXPECT_EQ(value("p1", "", "GrpJobs"), "40") << "what the site had set is back";
    EXPECT_EQ(value("p1", "", "GrpSubmitJobs"), "");
    EXPECT_TRUE(comes_to(pending, "COMPLETED")) << state(pending);
}

TEST_F(RealCluster, ClosesManyGatesWithOneCommand)
{
    std::vector<Allocation> projects;
    for (int i = 10; i < 30; ++i)
        projects.push_back(project("p" + std::to_string(i), { member("u001") }));
    settle(projects);
    for (auto& one : projects)
        one.spent->node_seconds = *one.limit;
    (void)observed(projects);
    settings.cap_tolerance = 1000;
    const auto changes = plan(projects).changes;
    std::vector<Change> gates;
    for (const auto& change : changes)
        if (change.effect == Effect::stops)
            gates.push_back(change);
    ASSERT_EQ(gates.size(), 20U);
    const auto before = runner.started();
    for (const auto& result : plugin().apply(gates))
        EXPECT_TRUE(result);
    EXPECT_EQ(runner.started() - before, 1U);
    EXPECT_THAT(refusal("u001", "p29"), HasSubstr("AssocGrpSubmitJobsLimit"));
}

TEST_F(RealCluster, BlocksOneMemberInOneProject)
{
    const auto other = project("p2", { member("u001") });
    settle({ project("p1", { member("u001"), member("u002") }), other });
    settle({ project("p1", { member("u001", Standing::revoked), member("u002") }), other });
    EXPECT_THAT(refusal("u001", "p1"), HasSubstr("AssocMaxSubmitJobLimit"));
    EXPECT_EQ(refusal("u002", "p1"), "");
    EXPECT_EQ(refusal("u001", "p2"), "");
    settle({ project("p1", { member("u001"), member("u002") }), other });
    EXPECT_EQ(refusal("u001", "p1"), "");
}

TEST_F(RealCluster, BlocksPeopleOfManyProjectsAndLetsThemBack)
{
    const auto projects = [](Standing standing) {
        std::vector<Allocation> out;
        for (int i = 10; i < 22; ++i)
            out.push_back(project("p" + std::to_string(i), { member("u001", standing), member("u002") }));
        return out;
    };
    settle(projects(Standing::present));
    settle(projects(Standing::revoked));
    EXPECT_THAT(refusal("u001", "p21"), HasSubstr("AssocMaxSubmitJobLimit"));
    EXPECT_EQ(refusal("u002", "p21"), "");
    settle(projects(Standing::present));
    EXPECT_EQ(value("p21", "u001", "MaxSubmitJobs"), "");
    EXPECT_EQ(refusal("u001", "p21"), "");
}

TEST_F(RealCluster, DoesNotTakeTheAccountsLimitForAMembersOwn)
{
    const std::vector projects { project("p1", { member("u001") }) };
    settle(projects);
    sacctmgr({ "-i", "modify", "account", "where", "name=p1", "set", "MaxSubmitJobs=50" });
    ASSERT_EQ(value("p1", "u001", "MaxSubmitJobs"), "50");
    EXPECT_THAT(plan(projects).changes, testing::IsEmpty());
}

} // namespace
} // namespace site
