#include "real_cluster.hpp"

namespace site {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(RealCluster, MovesTheDefaultAccountBeforeARemoval)
{
    const auto other = project("p2", { member("u001") });
    settle({ project("p1", { member("u001"), member("u002") }), other });
    ASSERT_EQ(sacctmgr({ "-nP", "show", "user", "where", "name=u001", "format=DefaultAccount" }), "p1\n");
    settle({ project("p1", { member("u001", Standing::expired), member("u002") }), other });
    EXPECT_EQ(sacctmgr({ "-nP", "show", "user", "where", "name=u001", "format=DefaultAccount" }), "p2\n");
    EXPECT_EQ(value("p1", "u001", "User"), "");
    EXPECT_EQ(value("p1", "u002", "User"), "u002");
    EXPECT_EQ(value("p2", "u001", "User"), "u001");
}

TEST_F(RealCluster, RemovesWhoLosesEverythingBesideWhoDoesNot)
{
    const auto projects = [](Standing standing) {
        return std::vector { project("p1",
                                 { member("u001", standing), member("u002", standing), member("u003") }),
            project("p2", { member("u001", standing), member("u002") }) };
    };
    settle(projects(Standing::present));
    settle(projects(Standing::expired));
    EXPECT_EQ(sacctmgr({ "-nP", "show", "user", "where", "name=u001", "format=User" }), "");
    EXPECT_EQ(value("p2", "u002", "User"), "u002");
    EXPECT_EQ(value("p1", "u003", "User"), "u003");
}

TEST_F(RealCluster, RemovesTheOthersWhileOneHasAJob)
{
    const auto other = project("p2", { member("u001"), member("u002") });
    settle({ project("p1", { member("u001"), member("u002") }), other });
    const auto job = submit("u001", "p1", {}, 600);
    const std::vector gone {
        project("p1", { member("u001", Standing::expired), member("u002", Standing::expired) }), other
    };
    EXPECT_THAT(reconcile(gone),
        ElementsAre(HasSubstr("u001: association sandbox/p1/u001: jobs are active"), HasSubstr("u002: ok")));
    EXPECT_THAT(reconcile(gone), ElementsAre(HasSubstr("jobs are active")));
    (void)sandbox().slurm("scancel", { job });
    sandbox().tool("wait-idle", { "60" });
    settle(gone);
    EXPECT_EQ(value("p1", "u001", "User"), "");
}

TEST_F(RealCluster, LeavesAForeignAssociationOfTheSamePersonAlone)
{
    settle({ project("p1", { member("u001") }) });
    sacctmgr({ "-i", "add", "account", "legacy", "cluster=sandbox" });
    sacctmgr({ "-i", "add", "user", "u001", "account=legacy" });
    sacctmgr({ "-i", "add", "user", "u001", "account=p1", "partition=main", "MaxSubmitJobs=3" });
    settle({ project("p1", { member("u001", Standing::revoked) }) });
    settle({ project("p1", { member("u001", Standing::expired) }) });
    EXPECT_EQ(value("legacy", "u001", "User"), "u001");
    EXPECT_EQ(value("p1", "u001", "Partition,MaxSubmitJobs"), "main|3");
}

TEST_F(RealCluster, RemovesNoAccountThatSomebodyElseUses)
{
    settings.retire = Retire::remove;
    auto one = project("p1", { member("u001") });
    settle({ one, project("p2") });
    sacctmgr({ "-i", "add", "user", "u009", "account=p1" });
    one.standing = Standing::expired;
    auto two = project("p2");
    two.standing = Standing::expired;
    const auto said = reconcile({ one, two });
    EXPECT_THAT(
        said, Contains(HasSubstr("it can't be removed: user \"u009\" still has an association in it")));
    EXPECT_EQ(value("p1", "u009", "User"), "u009");
    EXPECT_EQ(value("p2", "", "Account"), "");
    sacctmgr({ "-i", "delete", "user", "where", "name=u009", "account=p1", "cluster=sandbox" });
    settle({ one, two });
    EXPECT_EQ(value("p1", "", "Account"), "");
    EXPECT_THAT(owned, IsEmpty());
}

TEST_F(RealCluster, KeepsARetiredAccountClosedAndEmpty)
{
    auto one = project("p1", { member("u001") });
    settle({ one });
    one.standing = Standing::expired;
    settle({ one });
    EXPECT_EQ(value("p1", "", "GrpSubmitJobs,GrpJobs"), "0|0");
    EXPECT_EQ(value("p1", "u001", "User"), "");
}

} // namespace
} // namespace site
