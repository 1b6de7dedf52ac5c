#include "real_cluster.hpp"

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(RealCluster, MakesAProjectWithSingleCommands)
{
    settle({ project("p1", { member("u001"), member("u002") }) });
    EXPECT_EQ(
        sacctmgr({ "-nP", "show", "account", "where", "name=p1", "format=Account,Description,Organization" }),
        "p1|project climate.brics|site-agent\n");
    EXPECT_EQ(value("p1", "", "ParentName"), "root");
    EXPECT_EQ(refusal("u001", "p1"), "");
    EXPECT_THAT(refusal("u003", "p1"), HasSubstr("Invalid account"));
}

TEST_F(RealCluster, LooksWithAConstantNumberOfProcesses)
{
    const std::vector projects { project("p1", { member("u001") }) };
    settle(projects);
    const auto before = runner.started();
    EXPECT_THAT(plan(projects).changes, IsEmpty());
    EXPECT_LE(runner.started() - before, 4U);
}

TEST_F(RealCluster, MakesManyProjectsWithOneLoad)
{
    std::vector<Allocation> projects;
    for (int i = 10; i < 40; ++i)
        projects.push_back(project(
            "p" + std::to_string(i), { member("u001"), member("u002"), member("u003"), member("u004") }));
    (void)observed(projects);
    const auto before = runner.started();
    EXPECT_THAT(reconcile(projects), SizeIs(150));
    const auto used = runner.started() - before;
    EXPECT_LE(used, 5U) << "one load beside the look";
    EXPECT_THAT(plan(projects).changes, IsEmpty());
    EXPECT_EQ(refusal("u004", "p39"), "");
}

TEST_F(RealCluster, ChangesNothingWhenTheSameIsAppliedTwice)
{
    const std::vector projects { project("p1", { member("u001") }) };
    const auto changes = plan(projects).changes;
    ASSERT_THAT(changes, SizeIs(2));
    for (int round = 0; round < 2; ++round)
        for (const auto& result : plugin().apply(changes))
            EXPECT_TRUE(result) << result.error().text;
}

TEST_F(RealCluster, SetsQosAndFairShareAlsoAfterALoad)
{
    sacctmgr({ "-i", "add", "qos", "low,high" });
    settings.qos = { "normal", "high" };
    settings.default_qos = "high";
    settings.downscaled_qos = "low";
    settings.fairshare = 7;
    std::vector<Allocation> projects;
    for (int i = 10; i < 20; ++i)
        projects.push_back(project("p" + std::to_string(i)));
    settle(projects);
    EXPECT_EQ(value("p10", "", "DefaultQOS"), "high");
    EXPECT_EQ(value("p10", "", "Fairshare"), "7");
    projects[0].downscaled = true;
    settle(projects);
    EXPECT_EQ(value("p10", "", "DefaultQOS"), "low");
    projects[0].downscaled = false;
    settle(projects);
    EXPECT_EQ(value("p10", "", "DefaultQOS"), "high");
    sandbox().clear();
    sacctmgr({ "-i", "delete", "qos", "low,high" });
}

TEST_F(RealCluster, PutsProjectsUnderOrganisationsAndMovesThem)
{
    settings.accounts = AccountTree::by_customer;
    auto one = project("p1", { member("u001") });
    one.customer = Name("org1");
    one.customer_name = "Organisation One";
    settle({ one });
    EXPECT_EQ(value("p1", "", "ParentName"), "org1");
    one.customer = Name("org2");
    one.customer_name = "Organisation \"Two\" | Ltd";
    settle({ one });
    EXPECT_EQ(value("p1", "", "ParentName"), "org2");
    EXPECT_EQ(value("org1", "", "Account"), "") << "nothing hangs under it any more";
    EXPECT_EQ(refusal("u001", "p1"), "");
}

TEST_F(RealCluster, MakesAnAssociationAPartition)
{
    settings.partitions = { "main" };
    settle({ project("p1", { member("u001") }) });
    EXPECT_EQ(value("p1", "u001", "Partition"), "main");
    EXPECT_EQ(refusal("u001", "p1"), "");
    settle({ project("p1", { member("u001", Standing::revoked) }) });
    EXPECT_THAT(refusal("u001", "p1"), HasSubstr("AssocMaxSubmitJobLimit"));
}

TEST_F(RealCluster, LeavesAnAccountOfSomebodyElseInTheDatabaseAlone)
{
    sacctmgr({ "-i", "add", "account", "taken", "cluster=sandbox", "organization=physics" });
    sacctmgr({ "-i", "delete", "account", "taken", "cluster=sandbox" });
    EXPECT_THAT(reconcile({ project("taken", { member("u001") }) }), IsEmpty());
    EXPECT_EQ(value("taken", "", "Account"), "");
}

TEST_F(RealCluster, ChangesNothingWithoutTheController)
{
    sandbox().tool("stop", { "slurmctld" });
    const auto looked = plugin().observed({ { Name("p1") }, false });
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().code, Errc::unreachable) << looked.error().text;
    sandbox().tool("start", { "slurmctld" });
    settle({ project("p1", { member("u001") }) });
    EXPECT_EQ(refusal("u001", "p1"), "");
}

TEST_F(RealCluster, SaysThatTheDatabaseIsOutOfReach)
{
    const std::vector projects { project("p1", { member("u001") }) };
    const auto changes = plan(projects).changes;
    sandbox().tool("stop", { "slurmdbd" });
    const auto looked = plugin().observed({ { Name("p1") }, false });
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().code, Errc::unreachable) << looked.error().text;
    for (const auto& result : plugin().apply(changes))
        EXPECT_EQ(result.error().code, Errc::unreachable) << result.error().text;
    sandbox().tool("start", { "slurmdbd" });
    settle(projects);
}

TEST_F(RealCluster, ChecksAHealthySiteWithoutAnError)
{
    std::string codes;
    for (const auto& finding : plugin().check()) {
        EXPECT_NE(finding.severity, Severity::error) << finding.code << ": " << finding.text;
        codes += finding.code + " ";
    }
    for (const auto* code : { "slurm-database", "slurm-admin", "slurm-parent", "slurm-nodes", "slurm-safe",
             "slurm-cap", "slurm-jobs" })
        EXPECT_THAT(codes, HasSubstr(code));
}

} // namespace
} // namespace site
