#include "integration/agent/real_site.hpp"

#include "model/decimal.hpp"
#include "model/rational.hpp"
#include "model/tres.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

namespace site {
namespace {

using testing::HasSubstr;

class Flow : public RealSite { };

TEST_F(Flow, MakesSlurmAgreeWithThePortalAndThenHasNothingToDo)
{
    agent->expect(2, { "plan" });
    agent->expect(0, { "apply" });
    agent->expect(0, { "plan" });
    const auto state = slurm->associations();
    EXPECT_THAT(state, HasSubstr("brics.climate||root|"));
    EXPECT_THAT(state, HasSubstr("brics.ocean|u001|"));
    EXPECT_THAT(state, HasSubstr("brics.genome|u012|"));
    EXPECT_THAT(state, testing::Not(HasSubstr("other.")));
    EXPECT_EQ(
        std::count(state.begin(), state.end(), '\n'), 2 + 4 + 13); // root and its user, accounts, members
}

TEST_F(Flow, APlanLeavesNoTraceAnywhere)
{
    const auto before = slurm->associations();
    agent->expect(2, { "plan", "--commands" });
    EXPECT_EQ(slurm->associations(), before);
    EXPECT_TRUE(std::filesystem::is_empty(agent->path("state")));
}

TEST_F(Flow, LimitZeroRefusesNewWorkHoldsWhatWaitsAndLetsRunningJobsFinish)
{
    agent->expect(0, { "apply" });
    agent->expect(0, { "usage", "collect" }); // what is spent must be known before a gate is opened again
    EXPECT_EQ(submit("u001", "brics.climate", { "-J", "runs", "--wrap", "sleep 8" }), "");
    EXPECT_EQ(submit("u002", "brics.climate", { "-J", "waits", "--begin=now+5", "--wrap", "true" }), "");
    EXPECT_THAT(submit("u020", "brics.climate"), HasSubstr("Invalid account"));

    change("allocations/set", R"({"allocation": "climate", "node_limit": 0})");
    agent->expect(0, { "apply" });
    EXPECT_THAT(submit("u001", "brics.climate"), HasSubstr("AssocGrpSubmitJobsLimit"));
    EXPECT_EQ(submit("u001", "brics.ocean"), "");
    for (int i = 0; i < 60; ++i) { // until its begin time is over, Slurm names that as the reason
        if (slurm->slurm("squeue", { "-h", "-n", "waits", "-o", "%r" }).text.find("AssocGrpJobsLimit")
            != std::string::npos)
            break;
        ::usleep(500'000);
    }
    EXPECT_THAT(slurm->slurm("squeue", { "-h", "-n", "waits", "-o", "%t %r" }).text,
        HasSubstr("PD AssocGrpJobsLimit"));

    change("allocations/set", R"({"allocation": "climate", "node_limit": 1000})");
    agent->expect(0, { "apply" });
    EXPECT_EQ(submit("u001", "brics.climate"), "");
    slurm->tool("wait-idle", { "60" });
    const auto states = slurm->slurm(
        "sacct", { "-X", "-n", "-P", "-S", "now-5minutes", "-A", "brics.climate", "-o", "State" });
    EXPECT_EQ(states.text.find("CANCELLED"), std::string::npos) << states.text;
    EXPECT_EQ(states.text.find("TIMEOUT"), std::string::npos) << states.text;
    agent->expect(0, { "plan" });
}

TEST_F(Flow, ASitesOwnLimitComesBackWhenTheGateOpens)
{
    agent->expect(0, { "apply" });
    agent->expect(0, { "usage", "collect" });
    ASSERT_TRUE(slurm
                    ->slurm("sacctmgr",
                        { "-i", "modify", "account", "where", "name=brics.climate", "cluster=sandbox", "set",
                            "GrpJobs=7" })
                    .exit.ok());
    change("allocations/set", R"({"allocation": "climate", "is_active": false})");
    agent->expect(0, { "apply" });
    EXPECT_THAT(slurm->associations(), HasSubstr("brics.climate||root|0|0|"));
    change("allocations/set", R"({"allocation": "climate", "is_active": true})");
    agent->expect(0, { "apply" });
    EXPECT_THAT(slurm->associations(), HasSubstr("brics.climate||root|7||"));
}

TEST_F(Flow, WhoLeavesIsBlockedAtOnceAndRemovedAfterTheGraceWithHisDefaultMoved)
{
    agent->expect(0, { "apply" });
    const auto default_account = [&] {
        return slurm->slurm("sacctmgr", { "-nP", "show", "user", "u001", "format=DefaultAccount" }).text;
    };
    const std::string first = default_account();
    const std::string leaves = first == "brics.climate\n" ? "climate" : "ocean";
    const std::string stays = leaves == "climate" ? "ocean" : "climate";
    change("members/drop", R"({"allocation": ")" + leaves + R"(", "username": "u001"})");
    agent->expect(0, { "apply" });
    EXPECT_THAT(submit("u001", "brics." + leaves), HasSubstr("AssocMaxSubmitJobLimit"));
    EXPECT_EQ(submit("u001", "brics." + stays), "");
    ::sleep(2);
    agent->expect(0, { "apply" });
    EXPECT_THAT(slurm->associations(), testing::Not(HasSubstr("brics." + leaves + "|u001|")));
    EXPECT_EQ(default_account(), "brics." + stays + "\n");
    agent->expect(0, { "plan" });
}

TEST_F(Flow, AMembersRunningJobsPostponeHisRemoval)
{
    agent->expect(0, { "apply" });
    EXPECT_EQ(submit("u004", "brics.climate", { "--wrap", "sleep 300" }), "");
    change("members/drop", R"({"allocation": "climate", "username": "u004"})");
    agent->expect(0, { "apply" });
    ::sleep(2);
    agent->expect(2, { "apply" });
    EXPECT_THAT(slurm->associations(), HasSubstr("brics.climate|u004|"));
    (void)slurm->slurm("scancel", { "-u", "u004" });
    slurm->tool("wait-idle", { "60" });
    agent->expect(0, { "apply" });
    EXPECT_THAT(slurm->associations(), testing::Not(HasSubstr("brics.climate|u004|")));
}

TEST_F(Flow, ReportsWhatSlurmRecordedOnceAndOnlyWhenItChanged)
{
    agent->expect(0, { "apply" });
    EXPECT_EQ(submit("u001", "brics.climate", { "-N", "2", "--exclusive", "--wrap", "sleep 6" }), "");
    slurm->tool("wait-idle", { "60" });
    agent->expect(0, { "usage", "collect" });

    // Counted here from sacct's own words, not by the agent.
    const auto rows = slurm->slurm("sacct",
        { "-a", "-X", "-D", "-n", "-P", "-S", "now-5minutes", "-E", "now", "-A", "brics.climate", "-o",
            "ElapsedRaw,AllocTRES" });
    std::uint64_t cpu_seconds = 0;
    std::istringstream lines(rows.text);
    for (std::string line; std::getline(lines, line);)
        cpu_seconds += std::stoull(line) * parse_tres(line.substr(line.find('|') + 1))->cpu;
    ASSERT_GT(cpu_seconds, 0U);
    EXPECT_EQ(reported("cpu"), to_decimal(Rational(cpu_seconds, 3600)).text());
    EXPECT_EQ(reported("node"), to_decimal(Rational(cpu_seconds, 8UL * 3600)).text());

    (void)portal.control("DELETE", "requests");
    agent->expect(0, { "usage", "collect" });
    EXPECT_EQ(portal.requests(), 0U); // nothing changed: nothing is asked or sent
}

TEST_F(Flow, AForeignAccountOfTheSameNameIsLeftAlone)
{
    ASSERT_TRUE(slurm->slurm("sacctmgr", { "-i", "add", "account", "brics.climate", "organization=physics" })
                    .exit.ok());
    agent->expect(0, { "apply" });
    const auto state = slurm->associations();
    EXPECT_THAT(state, testing::Not(HasSubstr("brics.climate|u001|")));
    EXPECT_THAT(state, HasSubstr("brics.ocean|u001|"));
    EXPECT_THAT(agent->run({ "plan" }).text, HasSubstr("not ours"));
}

} // namespace
} // namespace site
