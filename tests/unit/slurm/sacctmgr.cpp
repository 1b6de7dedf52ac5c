#include "slurm/sacctmgr.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using test::recorded;
using test::said;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Sacctmgr, ReadsAnAccountsRowByPosition)
{
    const auto row
        = parse_association("brics.ocean|||root|5|0|7|cpu=1000,gres/gpu=20,mem=2000000M|50|low,normal|low");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->account, "brics.ocean");
    EXPECT_EQ(row->user, "");
    EXPECT_EQ(row->parent, "root");
    EXPECT_EQ(row->fairshare, "5");
    EXPECT_EQ(row->grp_submit, 0);
    EXPECT_EQ(row->grp_jobs, 7);
    EXPECT_EQ(row->grp_tres_mins, "cpu=1000,gres/gpu=20,mem=2000000M");
    EXPECT_EQ(row->max_submit, 50);
    EXPECT_EQ(row->qos, "low,normal");
    EXPECT_EQ(row->default_qos, "low");
}

TEST(Sacctmgr, RefusesARowWithTooFewOrTooManyColumns)
{
    EXPECT_FALSE(parse_association("brics.ocean|||root|5|0|7|cpu=1000|50|normal"));
    EXPECT_FALSE(parse_association("brics.ocean|||root|5|0|7|cpu=1000|50|normal|low|more"));
    EXPECT_FALSE(parse_association("|u001|||1|||||normal|"));
    EXPECT_FALSE(parse_association("a|||root|1|x|||50|normal|"));
    EXPECT_FALSE(parse_association("a|||root|1|-1|||50|normal|"));
    EXPECT_FALSE(parse_association(""));
}

TEST(Sacctmgr, LeavesASeparatorInADescriptionThere)
{
    const auto row = parse_account("legacy|one | two|physics");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->account, "legacy");
    EXPECT_EQ(row->description, "one | two");
    EXPECT_EQ(row->organization, "physics");
    EXPECT_FALSE(parse_account("legacy|one"));
    EXPECT_FALSE(parse_account("|one|two"));
}

TEST(Sacctmgr, TakesWhatWasDoneForDone)
{
    EXPECT_EQ(judge(Deed::add, recorded("add-account")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::add, recorded("add-user")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::modify, recorded("modify-account")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::modify, recorded("modify-user")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::modify, recorded("move-default")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::load, recorded("load")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::load, recorded("load-again")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::remove, recorded("delete-user")).kind, Verdict::Kind::done);
    EXPECT_EQ(judge(Deed::remove, recorded("delete-account")).kind, Verdict::Kind::done);
}

TEST(Sacctmgr, TakesNothingToDoForDone)
{
    for (const auto* name : { "add-again", "modify-nothing", "delete-nothing" }) {
        const auto output = recorded(name);
        EXPECT_EQ(output.exit.status, 1) << name;
        EXPECT_EQ(judge(Deed::modify, output).kind, Verdict::Kind::done) << name;
    }
}

TEST(Sacctmgr, SaysWhatWentWrongInItsOwnWords)
{
    const auto failed = [](Deed deed, const char* name) {
        const auto verdict = judge(deed, recorded(name));
        EXPECT_EQ(verdict.kind, Verdict::Kind::failed) << name;
        EXPECT_EQ(verdict.error.code, Errc::refused) << name;
        return verdict.error.text;
    };
    EXPECT_THAT(failed(Deed::add, "add-no-account"), HasSubstr("This account 'nosuch' doesn't exist"));
    EXPECT_THAT(failed(Deed::load, "load-bad-line"), HasSubstr("Invalid value for MaxSubmitJobs (foo)"));
    EXPECT_THAT(failed(Deed::load, "load-no-parent"), HasSubstr("You need to add this parent (nosuch)"));
    EXPECT_THAT(failed(Deed::modify, "modify-bad-qos"), HasSubstr("You gave a bad qos 'nosuch'"));
    EXPECT_THAT(failed(Deed::modify, "modify-bad-tres"), HasSubstr("no TRES known by type gpu"));
    EXPECT_THAT(
        failed(Deed::modify, "move-refused"), HasSubstr("aren't associated with new default account"));
}

TEST(Sacctmgr, DoesNotTakeExitStatusZeroForProof)
{
    const auto output = recorded("modify-qos-refused");
    ASSERT_EQ(output.exit.status, 0);
    const auto verdict = judge(Deed::modify, output);
    EXPECT_EQ(verdict.kind, Verdict::Kind::failed);
    EXPECT_THAT(verdict.error.text, HasSubstr("don't have access to their default qos"));
}

TEST(Sacctmgr, PassesOverANoteOnHowLongItTook)
{
    EXPECT_EQ(
        judge(Deed::load, said("For cluster sandbox\n", 0, "sacctmgr: Done adding cluster in usec=1\n")).kind,
        Verdict::Kind::done);
    // but not over an error with such a note
    EXPECT_EQ(judge(Deed::modify,
                  said(" Nothing modified\n", 1, "sacctmgr: error: slurm_persist: lost it in usec=9\n"))
                  .kind,
        Verdict::Kind::failed);
}

TEST(Sacctmgr, AlwaysSaysWhyADaemonIsOutOfReach)
{
    const auto verdict
        = judge(Deed::load, said("", 1, "sacctmgr: slurm_persist_conn_open: Connection refused in usec=9\n"));
    EXPECT_EQ(verdict.kind, Verdict::Kind::failed);
    EXPECT_EQ(verdict.error, (Error { Errc::unreachable, "Connection refused" }));
}

TEST(Sacctmgr, NamesWhoseJobsAreActive)
{
    const auto verdict = judge(Deed::remove, recorded("delete-active"));
    EXPECT_EQ(verdict.kind, Verdict::Kind::jobs_active);
    EXPECT_EQ(verdict.error, (Error { Errc::conflict, "jobs are active" }));
    EXPECT_THAT(verdict.named, ElementsAre(Named { "brics.ocean", "u001" }));
}

TEST(Sacctmgr, NamesWhoseDefaultAccountItIs)
{
    const auto verdict = judge(Deed::remove, recorded("delete-account-active"));
    EXPECT_EQ(verdict.kind, Verdict::Kind::default_account);
    EXPECT_THAT(verdict.named,
        ElementsAre(
            Named { "brics.ocean", "u003" }, Named { "legacy", "u004" }, Named { "brics.ocean", "u006" }));
}

TEST(Sacctmgr, KnowsThatTheDatabaseIsOutOfReach)
{
    const auto verdict = judge(Deed::modify, recorded("no-database"));
    EXPECT_EQ(verdict.kind, Verdict::Kind::failed);
    EXPECT_EQ(verdict.error.code, Errc::unreachable);
    EXPECT_THAT(verdict.error.text, HasSubstr("Connection refused"));
}

} // namespace
} // namespace site
