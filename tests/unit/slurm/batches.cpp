#include "slurm/batches.hpp"

#include "recorded.hpp"
#include "slurm/apply.hpp"
#include "slurm/load_file.hpp"

#include <gmock/gmock.h>
#include <numeric>

namespace site {
namespace {

using namespace test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Batches : public testing::Test {
protected:
    Batches() { tree.cluster = Name("sandbox"); }
    std::vector<std::string> commands(std::span<const Change> changes) const
    {
        return shown_commands(changes, tree, Programs(SlurmSettings {}));
    }
    SlurmTree tree;
};

TEST_F(Batches, AddsAHandfulOneByOneWithAccountsFirst)
{
    const std::vector changes { creation(association("a", "mia")), creation(association("a", "tom")),
        new_account("a") };
    EXPECT_THAT(commands(changes),
        ElementsAre("/usr/bin/sacctmgr -i add account name=a cluster=sandbox parent=root "
                    "'description=project a' organization=site-agent",
            "/usr/bin/sacctmgr -i add user name=mia,tom account=a cluster=sandbox"));
}

TEST_F(Batches, AddsAnOrganisationBeforeItsProjects)
{
    const std::vector changes { new_account("a", "org"), new_account("org") };
    const auto out = commands(changes);
    ASSERT_THAT(out, SizeIs(2));
    EXPECT_THAT(out[0], HasSubstr("name=org"));
    EXPECT_THAT(out[1], AllOf(HasSubstr("name=a "), HasSubstr("parent=org")));
}

TEST_F(Batches, LoadsManyCreationsInOneFileAndSetsQosAfterwards)
{
    std::vector<Change> changes;
    for (const auto* name : { "p1", "p2", "p3", "p4", "p5" }) {
        auto account = new_account(name, "org");
        account.fields.push_back(set("QOS", Value(Name("long,normal"))));
        account.fields.push_back(set("DefaultQOS", Value(Name("normal"))));
        changes.push_back(account);
    }
    changes.push_back(new_account("org"));
    changes[1].fields.push_back(set("GrpSubmitJobs", Value(0)));
    changes[1].fields.push_back(set("GrpTRESMins/cpu", Value(100)));
    changes[1].fields.push_back(set("GrpTRESMins/gres/gpu", Value(7)));
    changes.push_back(creation(association("p1", "mia")));
    changes.push_back(creation(association("p1", "tom", "gpu")));
    changes.push_back(creation(association("old", "eve"), { set("MaxSubmitJobs", Value(3)) }));
    EXPECT_THAT(commands(changes),
        ElementsAre(R"(/usr/bin/sacctmgr -i load file=/dev/stdin <<'END'
Cluster - 'sandbox'
Parent - 'root'
Account - 'org':description='project org':organization='site-agent'
Parent - 'org'
Account - 'p1':description='project p1':organization='site-agent'
Account - 'p2':GrpSubmitJobs='0':GrpTRESMins='cpu=100,gres/gpu=7':description='project p2':organization='site-agent'
Account - 'p3':description='project p3':organization='site-agent'
Account - 'p4':description='project p4':organization='site-agent'
Account - 'p5':description='project p5':organization='site-agent'
Parent - 'old'
User - 'eve':MaxSubmitJobs='3'
Parent - 'p1'
User - 'mia'
User - 'tom':Partition='gpu'
END)",
            "/usr/bin/sacctmgr -i modify account where name=p1,p2,p3,p4,p5 cluster=sandbox set "
            "DefaultQOS=normal QOS=long,normal"));
}

TEST_F(Batches, ClosesEveryAccountWithOneCommandBeforeAnythingElse)
{
    std::vector<Change> changes { new_account("z") };
    for (const auto* name : { "a", "b", "c" })
        changes.push_back(update(
            account(name), { set("GrpSubmitJobs", Value(0)), set("GrpJobs", Value(0)) }, Effect::takes_away));
    const auto out = commands(changes);
    ASSERT_THAT(out, SizeIs(2));
    EXPECT_EQ(out[0],
        "/usr/bin/sacctmgr -i modify account where name=a,b,c cluster=sandbox set GrpJobs=0 "
        "GrpSubmitJobs=0");
}

TEST_F(Batches, OpensByPuttingBackWhatStoodThere)
{
    const std::vector changes {
        update(account("a"), { set("GrpSubmitJobs", {}), set("GrpJobs", Value(40)) }),
    };
    EXPECT_THAT(commands(changes),
        ElementsAre("/usr/bin/sacctmgr -i modify account where name=a cluster=sandbox set GrpJobs=40 "
                    "GrpSubmitJobs=-1"));
}

TEST_F(Batches, BlocksPeopleByAccount)
{
    std::vector<Change> changes;
    for (const auto* user : { "mia", "tom" })
        changes.push_back(
            update(association("a", user), { set("MaxSubmitJobs", Value(0)) }, Effect::takes_away));
    changes.push_back(
        update(association("b", "mia", "gpu"), { set("MaxSubmitJobs", Value(0)) }, Effect::takes_away));
    EXPECT_THAT(commands(changes),
        ElementsAre(
            "/usr/bin/sacctmgr -i modify user where name=mia,tom account=a cluster=sandbox partition= "
            "set MaxSubmitJobs=0",
            "/usr/bin/sacctmgr -i modify user where name=mia account=b cluster=sandbox partition=gpu set "
            "MaxSubmitJobs=0"));
}

TEST_F(Batches, LoadsBlocksOfPeopleInManyAccounts)
{
    std::vector<Change> changes;
    for (int i = 0; i < 9; ++i)
        changes.push_back(update(association("a" + std::to_string(i), "mia"),
            { set("MaxSubmitJobs", i == 0 ? Value {} : Value(0)) }, Effect::takes_away));
    const auto out = commands(changes);
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_THAT(out[0],
        HasSubstr("Parent - 'a0'\nUser - 'mia':MaxSubmitJobs='-1'\nParent - 'a1'\nUser - "
                  "'mia':MaxSubmitJobs='0'\n"));
}

TEST_F(Batches, LoadsManyDifferentCapsUnderTheParentThatAnAccountHas)
{
    std::vector<Change> changes;
    for (int i = 0; i < 9; ++i) {
        const auto name = "a" + std::to_string(i);
        tree.parents[Name(name)] = Name(i < 5 ? "org" : "root");
        changes.push_back(update(account(name), { set("GrpTRESMins/cpu", Value(100 + i)) }));
    }
    const auto out = commands(changes);
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_THAT(out[0], HasSubstr("Parent - 'org'\nAccount - 'a0':GrpTRESMins='cpu=100'\n"));
    EXPECT_THAT(out[0], HasSubstr("Parent - 'root'\nAccount - 'a5':GrpTRESMins='cpu=105'\n"));
}

TEST_F(Batches, SetsCapsOneByOneWhereAParentIsUnknown)
{
    std::vector<Change> changes;
    for (int i = 0; i < 9; ++i)
        changes.push_back(
            update(account("a" + std::to_string(i)), { set("GrpTRESMins/cpu", Value(100 + i)) }));
    EXPECT_THAT(commands(changes), SizeIs(9));
}

TEST_F(Batches, ClearsACapThatIsNotAskedForBeforeAnythingElse)
{
    const std::vector changes { update(account("a"), { set("fairshare", Value(3)) }),
        update(account("b"), { set("GrpTRESMins/cpu", Value {}), set("GrpTRESMins/mem", Value {}) }) };
    EXPECT_THAT(commands(changes),
        ElementsAre("/usr/bin/sacctmgr -i modify account where name=b cluster=sandbox set "
                    "GrpTRESMins=cpu=-1,mem=-1",
            "/usr/bin/sacctmgr -i modify account where name=a cluster=sandbox set fairshare=3"));
}

TEST_F(Batches, MovesAnAccountWithACommandOfItsOwn)
{
    const std::vector changes { update(
        account("a"), { set("parent", Value(Name("org"))), set("fairshare", Value(3)) }) };
    EXPECT_THAT(commands(changes),
        ElementsAre("/usr/bin/sacctmgr -i modify account where name=a cluster=sandbox set parent=org",
            "/usr/bin/sacctmgr -i modify account where name=a cluster=sandbox set fairshare=3"));
}

TEST_F(Batches, ClearsQosWithAnEmptyListAndItsDefaultFirst)
{
    const std::vector changes { update(account("a"), { set("QOS", {}), set("DefaultQOS", {}) }) };
    EXPECT_THAT(commands(changes),
        ElementsAre(
            "/usr/bin/sacctmgr -i modify account where name=a cluster=sandbox set DefaultQOS=-1 QOS="));
}

TEST_F(Batches, KeepsListsWithinFiveHundredNames)
{
    std::vector<Change> changes;
    for (int i = 0; i < 1200; ++i)
        changes.push_back(
            update(account("a" + std::to_string(i)), { set("GrpJobs", Value(0)) }, Effect::takes_away));
    const auto out = commands(changes);
    ASSERT_THAT(out, SizeIs(3));
    for (const auto& one : out) {
        EXPECT_LE(std::count(one.begin(), one.end(), ','), 499);
        EXPECT_LT(one.size(), 100'000U);
    }
}

TEST_F(Batches, LoadsThousandsAtOnceSinceEachLoadRenumbersTheWholeTree)
{
    std::vector<Change> changes;
    for (int i = 0; i < 5001; ++i)
        changes.push_back(new_account("a" + std::to_string(i)));
    EXPECT_THAT(commands(changes), SizeIs(2));
    changes.pop_back();
    EXPECT_THAT(commands(changes), SizeIs(1));
}

TEST_F(Batches, RefusesWhatMustNotReachACommand)
{
    const auto why = [](const Change& change) { return shown(fit(change, Name("sandbox"))); };
    EXPECT_EQ(why(removal(association("a", "mia"))), "ok");
    EXPECT_THAT(why(removal(association("a", ""))), HasSubstr("invalid: user name"));
    EXPECT_THAT(why(removal(account(""))), HasSubstr("invalid: account name"));
    EXPECT_THAT(why(removal(account("a,b"))), HasSubstr("invalid: account name"));
    EXPECT_THAT(why(removal(association("a", "mia", "x y"))), HasSubstr("partition"));
    EXPECT_THAT(why(removal(association("a", "mia", "x,y"))), HasSubstr("partition"));
    EXPECT_THAT(why(removal({ Kind::account, Name("other"), Name("a") })), HasSubstr("is not of cluster"));
    EXPECT_THAT(why(removal({ Kind::group, Name("sandbox"), Name("a") })), HasSubstr("is not Slurm's"));
    EXPECT_THAT(why(update(account("a"), { set("MaxSubmitJobs", Value(0)) })), HasSubstr("is not set on"));
    EXPECT_THAT(
        why(update(association("a", "mia"), { set("GrpJobs", Value(0)) })), HasSubstr("is not set on"));
    EXPECT_THAT(why(update(account("a"), { set("RawUsage", Value(0)) })), HasSubstr("is not a field"));
    EXPECT_THAT(why(update(account("a"), { set("GrpJobs", Value(-1)) })), HasSubstr("is negative"));
    EXPECT_THAT(why(update(account("a"), { set("QOS", Value(Name("a b"))) })), HasSubstr("can't be given"));
    EXPECT_THAT(
        why(update(account("a"), { set("description", Value(Name("it's"))) })), HasSubstr("can't be given"));
    EXPECT_THAT(why(update(account("a"), { set("description", {}) })), HasSubstr("can't be cleared"));
    EXPECT_THAT(why(update(account("a"), { set("parent", {}) })), HasSubstr("is not an account name"));
    EXPECT_THAT(why(creation(account("a"))), HasSubstr("needs a parent"));
}

TEST_F(Batches, ShowsNothingForNothing)
{
    EXPECT_THAT(commands({}), IsEmpty());
}

TEST_F(Batches, MovesDefaultAccountsTogetherAndDeletesByAccount)
{
    tree.users = Users {
        { Name("mia"), { { { Name("a"), {} }, { Name("z"), {} }, { Name("b"), {} } }, Name("a") } },
        { Name("tom"), { { { Name("a"), {} }, { Name("b"), {} } }, Name("a") } },
        { Name("eve"), { { { Name("a"), {} } }, Name("a") } },
    };
    const std::vector changes { removal(association("a", "eve")), removal(association("a", "mia")),
        removal(association("a", "tom")) };
    EXPECT_THAT(commands(changes),
        ElementsAre(
            "/usr/bin/sacctmgr -i modify user where name=mia,tom cluster=sandbox set DefaultAccount=b",
            "/usr/bin/sacctmgr -i delete user where name=mia,tom account=a cluster=sandbox partition=",
            "/usr/bin/sacctmgr -i delete user where name=eve account=a cluster=sandbox partition="));
}

TEST_F(Batches, RemovesTheDefaultAccountOfAUserWhoLosesAllLast)
{
    tree.users = Users { { Name("mia"), { { { Name("a"), {} }, { Name("b"), {} } }, Name("a") } } };
    const std::vector changes { removal(association("a", "mia")), removal(association("b", "mia")) };
    EXPECT_THAT(commands(changes),
        ElementsAre("/usr/bin/sacctmgr -i delete user where name=mia account=b cluster=sandbox partition=",
            "/usr/bin/sacctmgr -i delete user where name=mia account=a cluster=sandbox partition="));
}

TEST_F(Batches, MovesNoDefaultWhereAnotherPartitionOfTheAccountStays)
{
    tree.users = Users { { Name("mia"),
        { { { Name("a"), {} }, { Name("a"), Name("gpu") }, { Name("b"), {} } }, Name("a") } } };
    const std::vector changes { removal(association("a", "mia")) };
    EXPECT_THAT(commands(changes),
        ElementsAre("/usr/bin/sacctmgr -i delete user where name=mia account=a cluster=sandbox partition="));
}

TEST_F(Batches, RemovesProjectsBeforeTheirOrganisation)
{
    tree.parents = { { Name("p"), Name("org") }, { Name("org"), Name("root") } };
    const std::vector changes { removal(account("org")), removal(account("p")) };
    EXPECT_THAT(commands(changes),
        ElementsAre("/usr/bin/sacctmgr -i delete account where name=p cluster=sandbox",
            "/usr/bin/sacctmgr -i delete account where name=org cluster=sandbox"));
}

TEST_F(Batches, GivesEveryCommandTheSettingsFolderAndConfiguration)
{
    SlurmSettings settings;
    settings.programs = "/opt/slurm/bin";
    settings.conf = "/etc/slurm/c1.conf";
    const Programs programs(settings);
    const std::vector changes { removal(account("a")) };
    const auto made = command({ SlurmVerb::delete_accounts, { 0 } }, changes, tree, programs);
    EXPECT_EQ(made.program, "/opt/slurm/bin/sacctmgr");
    EXPECT_THAT(made.environment, ElementsAre(testing::Pair("SLURM_CONF", "/etc/slurm/c1.conf")));
    EXPECT_EQ(made.arguments.front(), "-i");
    EXPECT_EQ(made.deadline, std::chrono::seconds(900));
    EXPECT_EQ(programs.reading("sshare", {}).deadline, std::chrono::seconds(60));
}

} // namespace
} // namespace site
