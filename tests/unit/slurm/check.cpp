#include "slurm/check.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

const NodeShape node { .cpus = 8, .gpus = 2, .memory = 64'000 };

SlurmConfig config(std::vector<std::string> enforce)
{
    auto out = parse_config(recorded("config").text);
    EXPECT_TRUE(out);
    out->enforce = std::move(enforce);
    return *out;
}

std::string judged(const SlurmConfig& config, const SlurmSettings& settings = {})
{
    return shown(judge_config(settings, Name("sandbox"), config, node));
}

TEST(SlurmCheck, ReadsWhatScontrolPrints)
{
    const auto read = parse_config(recorded("config").text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->cluster, "sandbox");
    EXPECT_EQ(read->version, "22.05.8");
    EXPECT_TRUE(read->enforces("limits"));
    EXPECT_FALSE(read->enforces("safe"));
    EXPECT_TRUE(read->tracks("gres/gpu"));
    EXPECT_FALSE(read->max_tres());
    EXPECT_FALSE(read->decays());
    EXPECT_EQ(read->reset_period, "YEARLY");
    EXPECT_FALSE(parse_config("slurm_load_ctl_conf error\n"));
}

TEST(SlurmCheck, SaysWhatTheLackOfLimitsAndSafeMeans)
{
    EXPECT_THAT(judged(config({ "associations" })), HasSubstr("error slurm-no-limits: "));
    EXPECT_THAT(judged(config({ "limits" })), HasSubstr("error slurm-no-associations: "));
    EXPECT_THAT(judged(config({ "associations", "limits" })),
        HasSubstr("warning slurm-no-safe: safe is not enforced, so no cap is written"));
    SlurmSettings kills;
    kills.on_exhausted = OnExhausted::kill;
    EXPECT_THAT(judged(config({ "associations", "limits" }), kills), HasSubstr("kills running jobs"));
}

TEST(SlurmCheck, SaysWhatTheCapWillBe)
{
    auto safe = config({ "associations", "limits", "safe" });
    EXPECT_THAT(
        judged(safe), HasSubstr("info slurm-cap: the cap is put on cpu (8 a node), mem (64000 a node)"));
    safe.priority_flags = { "MAX_TRES" };
    auto billed = node;
    billed.billing = 1000;
    EXPECT_THAT(shown(judge_config({}, Name("sandbox"), safe, billed)),
        HasSubstr("the cap is put on billing (1000 a node)"));
}

TEST(SlurmCheck, WarnsOfDecayAndReset)
{
    auto one = config({ "associations", "limits", "safe" });
    EXPECT_THAT(judged(one), HasSubstr("info slurm-no-decay"));
    EXPECT_THAT(judged(one), HasSubstr("info slurm-reset: PriorityUsageResetPeriod is \"YEARLY\""));
    one.half_life = "14-00:00:00";
    one.reset_period = "NOW";
    EXPECT_THAT(judged(one), HasSubstr("warning slurm-decay: "));
    EXPECT_THAT(judged(one), HasSubstr("warning slurm-reset: "));
}

TEST(SlurmCheck, WarnsOfAnotherClusterAndOfUntrackedGpus)
{
    auto one = config({ "associations", "limits", "safe" });
    one.cluster = "c2";
    one.tres = { "cpu", "mem" };
    one.priority_type = "priority/basic";
    EXPECT_THAT(judged(one), HasSubstr("error slurm-other-cluster: "));
    EXPECT_THAT(judged(one), HasSubstr("error slurm-no-gpu-tres: "));
    EXPECT_THAT(judged(one), HasSubstr("warning slurm-no-multifactor: "));
}

class SlurmCheckAll : public testing::Test {
protected:
    std::string checked() { return shown(check_slurm(settings, Name(cluster), Programs(settings), runner)); }
    SlurmSettings settings;
    std::string cluster = "sandbox";
    ScriptedRunner runner;
};

TEST_F(SlurmCheckAll, OfAHealthySiteHasNoError)
{
    answer_reads(runner);
    runner.on("show cluster", recorded("clusters"));
    runner.on("show qos", recorded("qos"));
    runner.on("show user", said("Administrator\n"));
    runner.on("/sacct ", recorded("sacct"));
    settings.qos = { "normal", "low" };
    settings.partitions = { "main" };
    const auto out = checked();
    EXPECT_THAT(out, Not(HasSubstr("error ")));
    for (const auto* code :
        { "slurm-database", "slurm-admin", "slurm-parent", "slurm-nodes", "slurm-limits", "slurm-jobs" })
        EXPECT_THAT(out, HasSubstr("info " + std::string(code)));
}

TEST_F(SlurmCheckAll, NamesWhatIsConfiguredAndNotThere)
{
    answer_reads(runner);
    runner.on("show cluster", recorded("clusters"));
    runner.on("show qos", recorded("qos"));
    runner.on("show user", said("Administrator\n"));
    runner.on("/sacct ", recorded("sacct-bad-field"));
    settings.default_qos = "nosuch";
    settings.partitions = { "gpu" };
    settings.nodes["big"] = node;
    settings.parent_account = "hpc";
    const auto out = checked();
    EXPECT_THAT(out, HasSubstr("error slurm-no-qos: QOS \"nosuch\" is not in Slurm"));
    EXPECT_THAT(out, HasSubstr("error slurm-no-partition: partition \"gpu\""));
    EXPECT_THAT(out, HasSubstr("warning slurm-no-partition: `nodes` names partition \"big\""));
    EXPECT_THAT(out, HasSubstr("error slurm-no-parent: the parent account \"hpc\""));
    EXPECT_THAT(out, HasSubstr("error slurm-no-jobs: "));
}

TEST_F(SlurmCheckAll, EndsWhereTheDatabaseDoesNotAnswer)
{
    runner.on("show cluster", recorded("no-database"));
    EXPECT_THAT(checked(), HasSubstr("error slurm-no-database: asking sacctmgr: "));
    EXPECT_EQ(runner.ran.size(), 1U);
}

TEST_F(SlurmCheckAll, EndsWhereTheClusterIsUnknown)
{
    runner.on("show cluster", recorded("clusters"));
    cluster = "c1";
    EXPECT_THAT(checked(), HasSubstr("error slurm-no-cluster: slurmdbd doesn't know cluster \"c1\""));
}

} // namespace
} // namespace site
