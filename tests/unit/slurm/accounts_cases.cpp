// What went wrong at other sites with accounts and associations, in the order of the collection.

#include "recorded.hpp"
#include "slurm/apply.hpp"
#include "slurm/desired.hpp"
#include "slurm/slurm.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Site {
    Site() { tree.cluster = Name("sandbox"); }
    std::vector<std::string> apply(const std::vector<Change>& changes)
    {
        std::vector<std::string> out;
        for (const auto& result : apply_changes(changes, tree, Programs(SlurmSettings {}), runner))
            out.push_back(shown(result));
        return out;
    }
    std::vector<std::string> commands(const std::vector<Change>& changes) const
    {
        return shown_commands(changes, tree, Programs(SlurmSettings {}));
    }
    ScriptedRunner runner;
    SlurmTree tree;
};

TEST(SlurmAccountsCase1, NothingModifiedWithExitStatusOneIsASuccess)
{
    Site site;
    site.runner.on("modify", recorded("modify-nothing"));
    EXPECT_THAT(
        site.apply({ update(account("a"), { set("GrpTRESMins/cpu", Value(60'000)) }) }), ElementsAre("ok"));
}

TEST(SlurmAccountsCase2, AnotherDefaultAccountIsSetBeforeTheRemoval)
{
    Site site;
    site.tree.users
        = Users { { Name("u1001"), { { { Name("proja"), {} }, { Name("projb"), {} } }, Name("proja") } } };
    EXPECT_THAT(site.commands({ removal(association("proja", "u1001")) }),
        ElementsAre(
            "/usr/bin/sacctmgr -i modify user where name=u1001 cluster=sandbox set DefaultAccount=projb",
            "/usr/bin/sacctmgr -i delete user where name=u1001 account=proja cluster=sandbox partition="));
    site.tree.users = Users { { Name("u1001"), { { { Name("proja"), {} } }, Name("proja") } } };
    EXPECT_THAT(site.commands({ removal(association("proja", "u1001")) }), SizeIs(1));
    // An account of the site's own whose name would be read as more than one word is none to move to.
    for (const auto* odd : { "a,root", "-i", "a=b", "a b", "a\"b", "a\nb", "a\xff" }) {
        site.tree.users
            = Users { { Name("u1001"), { { { Name("proja"), {} }, { Name(odd), {} } }, Name("proja") } } };
        EXPECT_THAT(site.commands({ removal(association("proja", "u1001")) }), SizeIs(1)) << odd;
    }
}

TEST(SlurmAccountsCase2, ARefusalNamesTheDefaultAccount)
{
    Site site;
    site.tree.users = Users {};
    site.runner.on("delete", recorded("delete-default"));
    EXPECT_THAT(site.apply({ removal(association("brics.climate", "u001")) }),
        ElementsAre("refused: association sandbox/brics.climate/u001: it is the user's default account"));
}

TEST(SlurmAccountsCase3, APromptIsAFailureWhateverTheExitStatus)
{
    auto prompt = recorded("modify-prompt");
    prompt.exit.status = 0;
    EXPECT_EQ(judge(Deed::modify, prompt).kind, Verdict::Kind::failed);
    const auto discarded
        = said(" Modified account associations...\n  C = c1         A = proja\nWould you like to "
               "commit changes? (You have 30 seconds to decide)\n(N/y):\n Changes Discarded\n");
    EXPECT_EQ(judge(Deed::modify, discarded).kind, Verdict::Kind::failed);
}

TEST(SlurmAccountsCase3, EveryChangeSaysYesBeforehandAndIsBounded)
{
    const auto command = Programs(SlurmSettings {}).changing({ "modify" });
    EXPECT_EQ(command.arguments.front(), "-i");
    EXPECT_LE(command.most_output, 8UL << 20);
    EXPECT_GT(command.deadline.count(), 0);
}

TEST(SlurmAccountsCase4, ARemovalNamesUserAccountAndCluster)
{
    Site site;
    site.tree.users = Users { { Name("u1001"),
        { { { Name("legacy"), {} }, { Name("proja"), {} }, { Name("projb"), {} } }, Name("legacy") } } };
    EXPECT_THAT(site.commands({ removal(association("proja", "u1001")) }),
        ElementsAre(
            "/usr/bin/sacctmgr -i delete user where name=u1001 account=proja cluster=sandbox partition="));
}

TEST(SlurmAccountsCase5, AnEmptyUserNameReachesNoCommand)
{
    const Observation nothing { {}, std::make_shared<SlurmFacts>() };
    const auto desired
        = slurm_desired({}, Name("sandbox"), snapshot({ project("proja", { member("") }) }), nothing);
    ASSERT_TRUE(desired);
    EXPECT_THAT(desired->records, SizeIs(1));

    Site site;
    EXPECT_THAT(site.commands({ creation(association("proja", "")) }), IsEmpty());
    EXPECT_THAT(site.apply({ removal(association("proja", "")) }), ElementsAre(HasSubstr("invalid: ")));
    EXPECT_THAT(site.runner.ran, IsEmpty());
}

TEST(SlurmAccountsCase6, ATresThatIsNotLimitedAnyMoreIsClearedByName)
{
    Site site;
    EXPECT_THAT(site.commands({ update(account("proja"),
                    { set("GrpTRESMins/cpu", Value(30'000)), set("GrpTRESMins/gres/gpu", {}) }) }),
        ElementsAre("/usr/bin/sacctmgr -i modify account where name=proja cluster=sandbox set "
                    "GrpTRESMins=cpu=30000,gres/gpu=-1"));
}

TEST(SlurmAccountsCase7, RawUsageIsNeverSet)
{
    Site site;
    const std::vector changes { update(
        account("proja"), { set("GrpTRESMins/cpu", Value(30'000)), set("RawUsage", Value(0)) }) };
    EXPECT_THAT(site.commands(changes), IsEmpty());
    EXPECT_THAT(site.apply(changes), ElementsAre(HasSubstr("invalid: ")));
}

TEST(SlurmAccountsCase8, AMemberWithoutAUnixUserWaitsAndDelaysNobody)
{
    const Observation nothing { {}, std::make_shared<SlurmFacts>() };
    const auto desired = slurm_desired({}, Name("sandbox"),
        snapshot({ project(
            "proja", { member("u1001"), member("u2001", Standing::waiting, "no Unix user u2001 yet") }) }),
        nothing);
    ASSERT_TRUE(desired);
    EXPECT_EQ(shown(desired->refused), "association sandbox/proja/u2001: no Unix user u2001 yet\n");
    ASSERT_THAT(desired->records, SizeIs(2));
    EXPECT_EQ(desired->records[1].key, association("proja", "u1001"));
}

TEST(SlurmAccountsCase9, AFailedListingIsNotAnEmptyOne)
{
    for (const auto& answer : { recorded("no-database"), said(""),
             said("", 0, "sacctmgr: error: slurm_persist_conn_open: failed\n") }) {
        ScriptedRunner runner;
        runner.on("show account", answer);
        runner.on("show assoc", recorded("associations"));
        Slurm slurm(Name("sandbox"), {}, runner);
        EXPECT_FALSE(slurm.observed({ { Name("proja") }, true }));

        ScriptedRunner later;
        later.on("show account", recorded("accounts"));
        later.on("show assoc", answer);
        EXPECT_FALSE(Slurm(Name("sandbox"), {}, later).observed({ { Name("proja") }, true }));
    }
    ScriptedRunner runner;
    runner.on("show account", recorded("no-database"));
    Slurm slurm(Name("sandbox"), {}, runner);
    EXPECT_EQ(slurm.observed({}).error().code, Errc::unreachable);
}

TEST(SlurmAccountsCase10, AParentThatIsNotAsAskedForShowsInTheNextLook)
{
    const auto listing
        = parse_listing("root||||1|||||normal|\norgb|||root|1|||||normal|\nproj1|||orgb|1|||||normal|\n"
                        "alloc1|||root|1|||||normal|\n",
            Name("sandbox"), { { Name("alloc1"), Name("proj1") }, false }, {});
    ASSERT_TRUE(listing);
    EXPECT_EQ(shown(listing->records),
        "account sandbox/alloc1\n  parent=root\naccount sandbox/proj1\n  parent=orgb\n");

    Site site;
    EXPECT_THAT(site.commands({ update(account("alloc1"), { set("parent", Value(Name("proj1"))) }) }),
        ElementsAre(
            "/usr/bin/sacctmgr -i modify account where name=alloc1 cluster=sandbox set parent=proj1"));
}

// No job is ever cancelled: the program that could hit more of them than was meant is not named anywhere.
TEST(SlurmAccountsCase11, NoSourceNamesTheProgramThatCancelsJobs)
{
    std::size_t files = 0;
    for (const auto* part : { "plugins", "agent" })
        for (const auto& entry : std::filesystem::recursive_directory_iterator(
                 std::filesystem::path { SITE_SOURCE_FOLDER } / part)) {
            if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp")
                continue;
            ++files;
            std::ifstream file(entry.path());
            const std::string text { std::istreambuf_iterator<char>(file), {} };
            EXPECT_EQ(text.find("scancel"), std::string::npos) << entry.path();
        }
    EXPECT_GT(files, 200U);
}

} // namespace
} // namespace site
