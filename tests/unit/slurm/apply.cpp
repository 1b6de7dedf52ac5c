#include "slurm/apply.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class SlurmApply : public testing::Test {
protected:
    SlurmApply() { tree.cluster = Name("sandbox"); }
    std::vector<std::string> apply(std::span<const Change> changes)
    {
        std::vector<std::string> out;
        for (const auto& result : apply_changes(changes, tree, Programs(SlurmSettings {}), runner))
            out.push_back(shown(result));
        return out;
    }
    ScriptedRunner runner;
    SlurmTree tree;
};

std::vector<Change> closings(int count)
{
    std::vector<Change> out;
    for (int i = 0; i < count; ++i)
        out.push_back(
            update(account("a" + std::to_string(i)), { set("GrpJobs", Value(0)) }, Effect::takes_away));
    return out;
}

TEST_F(SlurmApply, RunsWhatCommandsShows)
{
    runner.on("add", recorded("add-user"));
    runner.on("modify", recorded("modify-account"));
    auto changes = closings(3);
    changes.push_back(new_account("z"));
    changes.push_back(creation(association("z", "mia")));
    const auto planned = shown_commands(changes, tree, Programs(SlurmSettings {}));
    EXPECT_THAT(apply(changes), ElementsAre("ok", "ok", "ok", "ok", "ok"));
    EXPECT_EQ(runner.ran, planned);
}

TEST_F(SlurmApply, RunsNothingForNothing)
{
    EXPECT_THAT(apply({}), SizeIs(0));
    EXPECT_THAT(runner.ran, SizeIs(0));
}

TEST_F(SlurmApply, StopsOnlyTheChangeThatIsRefused)
{
    runner.on("a2", said("", 1, " Unknown option: GrpJobs=0\n"));
    runner.on("modify", recorded("modify-account"));
    const auto out = apply(closings(4));
    EXPECT_THAT(out, ElementsAre("ok", "ok", HasSubstr("refused: account sandbox/a2: Unknown option"), "ok"));
}

TEST_F(SlurmApply, TriesNoMoreOnceTheDatabaseIsAway)
{
    runner.on("sacctmgr", recorded("no-database"));
    auto changes = closings(3);
    changes.push_back(new_account("z"));
    changes.push_back(creation(association("z", "mia")));
    changes.push_back(removal(account("y")));
    for (const auto& result : apply(changes))
        EXPECT_THAT(result, HasSubstr("unreachable: "));
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(SlurmApply, TriesNoMoreAfterADeadline)
{
    runner.on("modify", { Result<Output>(Error { Errc::timed_out, "killed after 900 s" }) });
    auto changes = closings(2);
    changes.push_back(new_account("z"));
    EXPECT_THAT(apply(changes),
        ElementsAre(HasSubstr("timed_out: account sandbox/a0"), HasSubstr("timed_out: account sandbox/a1"),
            HasSubstr("timed_out: account sandbox/z")));
    EXPECT_THAT(runner.ran, SizeIs(1));
}

TEST_F(SlurmApply, BoundsItsSearchForTheBadOnes)
{
    runner.on("modify", said("", 1, " refused\n"));
    EXPECT_THAT(
        apply(closings(400)), testing::Each(testing::AnyOf(HasSubstr("refused: "), HasSubstr("conflict: "))));
    EXPECT_LE(runner.ran.size(), 66U);
}

TEST_F(SlurmApply, AddsNobodyToAnAccountThatCouldNotBeMade)
{
    runner.on("add account", said("", 1, " Parent account 'root' doesn't exist on cluster sandbox\n"));
    runner.on("add user", recorded("add-user"));
    const std::vector changes { new_account("a"), creation(association("a", "mia")),
        creation(association("b", "mia")) };
    EXPECT_THAT(apply(changes),
        ElementsAre(HasSubstr("refused: account sandbox/a: Parent account"),
            "conflict: association sandbox/a/mia: its account could not be made", "ok"));
    EXPECT_THAT(runner.ran_with("account=a "), SizeIs(0));
}

TEST_F(SlurmApply, RemovesTheOthersWhenSomeHaveJobs)
{
    tree.users = Users { { Name("u001"), { { { Name("brics.ocean"), {} } }, Name("x") } } };
    runner.on("delete", { recorded("delete-active"), recorded("delete-user") });
    const std::vector changes { removal(association("brics.ocean", "u001")),
        removal(association("brics.ocean", "u005")) };
    EXPECT_THAT(
        apply(changes), ElementsAre("conflict: association sandbox/brics.ocean/u001: jobs are active", "ok"));
    EXPECT_THAT(runner.ran,
        ElementsAre("/usr/bin/sacctmgr -i delete user where name=u001,u005 account=brics.ocean "
                    "cluster=sandbox partition=",
            "/usr/bin/sacctmgr -i delete user where name=u005 account=brics.ocean cluster=sandbox "
            "partition="));
}

TEST_F(SlurmApply, RemovesDefaultsApartWhenSacctmgrRefusesToMixThem)
{
    tree.users = Users {}; // the listing didn't tell of any
    runner.on("delete", { recorded("delete-mixed"), recorded("delete-user"), recorded("delete-user") });
    const std::vector changes { removal(association("brics.ocean", "u005")),
        removal(association("brics.ocean", "u006")) };
    EXPECT_THAT(apply(changes), ElementsAre("ok", "ok"));
    ASSERT_THAT(runner.ran, SizeIs(3));
    EXPECT_THAT(runner.ran[1], HasSubstr("name=u005 "));
    EXPECT_THAT(runner.ran[2], HasSubstr("name=u006 "));
}

TEST_F(SlurmApply, LooksForDefaultAccountsWhenNoRemovalWasExpected)
{
    answer_reads(runner);
    runner.on("DefaultAccount", recorded("move-default"));
    runner.on("delete", recorded("delete-user"));
    const std::vector changes { removal(association("brics.climate", "u001")) };
    EXPECT_THAT(apply(changes), ElementsAre("ok"));
    ASSERT_THAT(runner.ran, SizeIs(4));
    EXPECT_THAT(runner.ran[2], HasSubstr("name=u001 cluster=sandbox set DefaultAccount=brics.ocean"));
    EXPECT_THAT(runner.ran[3], HasSubstr("delete user where name=u001 account=brics.climate"));
}

TEST_F(SlurmApply, DoesNotRemoveADefaultAccountThatCouldNotBeMoved)
{
    tree.users = Users { { Name("mia"), { { { Name("a"), {} }, { Name("b"), {} } }, Name("a") } } };
    runner.on("DefaultAccount", recorded("move-refused"));
    const std::vector changes { removal(association("a", "mia")) };
    EXPECT_THAT(apply(changes), ElementsAre(HasSubstr("aren't associated with new default account")));
    EXPECT_THAT(runner.ran_with("delete"), SizeIs(0));
}

TEST_F(SlurmApply, RemovesNoAccountThatSomethingForeignHangsUnder)
{
    runner.on("show assoc",
        said("root||||1|||||normal|\na|||root|1|||||normal|\na|eve|||1|||||normal|\nb|||root|1|||||normal|\n"
             "c|||b|1|||||normal|\nd|||root|1|||||normal|\n"));
    runner.on("delete", recorded("delete-account"));
    const std::vector changes { removal(account("a")), removal(account("b")), removal(account("d")) };
    EXPECT_THAT(apply(changes),
        ElementsAre("refused: account sandbox/a: it can't be removed: user \"eve\" still has an association "
                    "in it",
            "refused: account sandbox/b: it can't be removed: account \"c\" hangs under it", "ok"));
    EXPECT_THAT(runner.ran_with("delete"),
        ElementsAre("/usr/bin/sacctmgr -i delete account where name=d cluster=sandbox"));
}

TEST_F(SlurmApply, KeepsAnOrganisationWhoseProjectStays)
{
    runner.on("show assoc",
        said("root||||1|||||normal|\norg|||root|1|||||normal|\np|||org|1|||||normal|\np|eve|||1|||||normal|"
             "\n"));
    const std::vector changes { removal(account("org")), removal(account("p")) };
    EXPECT_THAT(apply(changes), ElementsAre(HasSubstr("account \"p\" hangs under it"), HasSubstr("eve")));
    EXPECT_THAT(runner.ran_with("delete"), SizeIs(0));
}

TEST_F(SlurmApply, RemovesNoAccountWithoutAWholeListing)
{
    runner.on("show assoc", said(""));
    const std::vector changes { removal(account("a")) };
    EXPECT_THAT(apply(changes), ElementsAre(HasSubstr("unreachable: account sandbox/a: not even root")));
    EXPECT_THAT(runner.ran_with("delete"), SizeIs(0));
}

TEST_F(SlurmApply, RemembersWhatItMade)
{
    tree.users = Users { { Name("mia"), { { { Name("a"), {} } }, Name("a") } } };
    runner.on("add account", recorded("add-account"));
    runner.on("add user", recorded("add-user"));
    runner.on("DefaultAccount", recorded("move-default"));
    runner.on("delete", recorded("delete-user"));
    const std::vector made { new_account("b"), creation(association("b", "mia")) };
    EXPECT_THAT(apply(made), ElementsAre("ok", "ok"));
    EXPECT_EQ(tree.parents.at(Name("b")), Name("root"));
    const std::vector gone { removal(association("a", "mia")) };
    EXPECT_THAT(apply(gone), ElementsAre("ok"));
    EXPECT_THAT(runner.ran_with("DefaultAccount=b"), SizeIs(1));
}

TEST_F(SlurmApply, AnswersForAChangeThatItCannotUse)
{
    const std::vector changes { removal(association("a", "")) };
    EXPECT_THAT(apply(changes), ElementsAre(HasSubstr("invalid: user name")));
    EXPECT_THAT(runner.ran, SizeIs(0));
}

} // namespace
} // namespace site
