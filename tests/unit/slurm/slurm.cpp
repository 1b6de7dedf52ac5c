#include "slurm/slurm.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class SlurmPlugin : public testing::Test {
protected:
    Slurm plugin() { return { Name("sandbox"), settings, runner }; }
    static Output safe_config()
    {
        auto config = recorded("config");
        const std::string before = "= associations,limits,qos";
        config.text.replace(config.text.find(before), before.size(), "= associations,limits,qos,safe");
        return config;
    }
    SlurmSettings settings;
    ScriptedRunner runner;
    const Interest two { { Name("brics.climate"), Name("brics.ocean") }, false };
};

TEST_F(SlurmPlugin, LooksWithThreeProcessesAndThenWithTwo)
{
    answer_reads(runner);
    auto slurm = plugin();
    ASSERT_TRUE(slurm.observed(two));
    EXPECT_THAT(runner.ran, SizeIs(3));
    ASSERT_TRUE(slurm.observed(two));
    EXPECT_THAT(runner.ran, SizeIs(5));
    for (const auto& command : runner.ran)
        EXPECT_EQ(command.find(" -i "), std::string::npos) << command;
}

TEST_F(SlurmPlugin, AsksForSlurmsCountOnlyWhereCapsCanBeWritten)
{
    runner.on("show config", safe_config());
    answer_reads(runner);
    settings.default_node = { .cpus = 8 };
    auto slurm = plugin();
    const auto observation = slurm.observed(two);
    ASSERT_TRUE(observation);
    EXPECT_THAT(runner.ran, SizeIs(4));
    const auto& facts = dynamic_cast<const SlurmFacts&>(*observation->facts);
    ASSERT_TRUE(facts.accumulated);
    EXPECT_EQ(facts.accumulated->at(Name("brics.ocean")).memory, 353U);
}

TEST_F(SlurmPlugin, ReadsDefaultAccountsOnlyWhenSomethingMayGo)
{
    answer_reads(runner);
    auto slurm = plugin();
    ASSERT_TRUE(slurm.observed({ two.names, true }));
    EXPECT_THAT(runner.ran_with("onlydefaults"), SizeIs(1));
}

TEST_F(SlurmPlugin, IsOutWithoutTheController)
{
    runner.on("show config", recorded("no-controller"));
    answer_reads(runner);
    auto slurm = plugin();
    const auto observation = slurm.observed(two);
    ASSERT_FALSE(observation);
    EXPECT_THAT(observation.error().text, StartsWith("reading Slurm's configuration"));
    const std::vector changes { new_account("a") };
    EXPECT_FALSE(slurm.apply(changes).at(0));
}

TEST_F(SlurmPlugin, RefusesTheConfigurationOfAnotherCluster)
{
    answer_reads(runner);
    Slurm slurm(Name("c1"), settings, runner);
    const auto observation = slurm.observed(two);
    ASSERT_FALSE(observation);
    EXPECT_THAT(observation.error().text, HasSubstr("slurmctld is of cluster \"sandbox\", not \"c1\""));
}

TEST_F(SlurmPlugin, ChangesNothingBeforeItHasLooked)
{
    auto slurm = plugin();
    const std::vector changes { new_account("a") };
    const auto results = slurm.apply(changes);
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(shown(results[0]), "conflict: the cluster's accounts have not been read yet");
    EXPECT_THAT(runner.ran, SizeIs(0));
}

TEST_F(SlurmPlugin, ShowsTheFileOfALoad)
{
    answer_reads(runner);
    auto slurm = plugin();
    ASSERT_TRUE(slurm.observed(two));
    std::vector<Change> changes;
    for (int i = 0; i < 10; ++i)
        changes.push_back(creation(association("brics.ocean", "u1" + std::to_string(i))));
    for (int i = 0; i < 10; ++i)
        changes.push_back(new_account("a" + std::to_string(i)));
    const auto commands = slurm.commands(changes);
    ASSERT_THAT(commands, SizeIs(1));
    EXPECT_THAT(
        commands[0], StartsWith("/usr/bin/sacctmgr -i load file=/dev/stdin <<'END'\nCluster - 'sandbox'\n"));
}

TEST_F(SlurmPlugin, TakesANodesShapeFromTheSettingsOrFromSlurmOnce)
{
    answer_reads(runner);
    settings.nodes["gpu"] = { .cpus = 64, .gpus = 4, .memory = 512'000 };
    auto slurm = plugin();
    EXPECT_EQ(slurm.shape(Name("gpu"))->gpus, 4U);
    EXPECT_THAT(runner.ran, SizeIs(0));
    EXPECT_EQ(*slurm.shape(Name("main")), (NodeShape { .cpus = 8, .gpus = 2, .memory = 64'000 }));
    EXPECT_EQ(slurm.shape(Name("main"))->cpus, 8U);
    EXPECT_THAT(runner.ran, SizeIs(1));
    EXPECT_EQ(slurm.shape(Name("nosuch")).error().code, Errc::not_found);
}

TEST_F(SlurmPlugin, DoesNotTakeAnUnknownClusterForOneWithoutJobs)
{
    runner.on("show assoc", said(""));
    class Nothing : public JobSink {
        Result<void> rows(std::span<const JobRow>) override { return {}; }
    } nothing;
    auto slurm = plugin();
    const auto read = slurm.jobs({ Instant { Seconds { 0 } }, Instant { Seconds { 60 } } }, nothing);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().text, HasSubstr("not even root's association"));
    EXPECT_THAT(runner.ran_with("/sacct "), SizeIs(0));
}

TEST_F(SlurmPlugin, BelievesAWindowWithoutJobsOnlyWhileItSeesTheCluster)
{
    runner.on("/sacct ", said(""));
    // Twice the cluster is seen, then our rights go away.
    const Result<Output> seen = recorded("associations");
    runner.on("show assoc", { seen, seen, said("") });
    class Nothing : public JobSink {
        Result<void> rows(std::span<const JobRow>) override { return {}; }
    } nothing;
    auto slurm = plugin();
    const Window window { Instant { Seconds { 0 } }, Instant { Seconds { 60 } } };
    EXPECT_TRUE(slurm.jobs(window, nothing));
    const auto read = slurm.jobs(window, nothing);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().text, HasSubstr("not even root's association"));
}

TEST(Sinfo, ChoosesTheKindOfNodeThatAPartitionHasMostOf)
{
    const auto shapes
        = parse_shapes("cpu*|10|16|64000|(null)\ncpu*|3|128|512000|(null)\n"
                       "gpu|4|64|256000|gpu:a100:4(S:0-1),gpu:v100:1,shard:8\nempty|0|0|0|(null)\n"
                       "tie|2|16|1000|(null)\ntie|2|32|1000|(null)\n");
    ASSERT_TRUE(shapes) << shapes.error().text;
    EXPECT_EQ(shapes->by_partition.size(), 3U);
    EXPECT_EQ(shapes->by_partition.at("cpu").cpus, 16U);
    EXPECT_EQ(shapes->by_partition.at("gpu").gpus, 5U);
    EXPECT_EQ(shapes->by_partition.at("tie").cpus, 32U);
    EXPECT_EQ(shapes->standard.cpus, 16U);
}

TEST(Sinfo, RefusesWhatIsNoListOfNodes)
{
    EXPECT_FALSE(parse_shapes(""));
    EXPECT_FALSE(parse_shapes("main*|2|16|64000\n"));
    EXPECT_FALSE(parse_shapes("main*|two|16|64000|gpu:2\n"));
    EXPECT_EQ(gpus_of("(null)"), 0U);
    EXPECT_EQ(gpus_of("gpu:2"), 2U);
    EXPECT_EQ(gpus_of("gpumem:4,mps:100"), 0U);
}

TEST(Sshare, ReadsTheAccountsOwnRowsOnly)
{
    const std::vector wanted { Name("brics.ocean"), Name("root") };
    const auto counts = parse_accumulated(recorded("sshare").text, wanted);
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->size(), 2U);
    EXPECT_EQ(counts->at(Name("brics.ocean")).billing, 1U);
    EXPECT_FALSE(parse_accumulated("", wanted));
    EXPECT_FALSE(parse_accumulated("root|cpu=1\n", wanted));
    EXPECT_FALSE(parse_accumulated("root||cpu\n", wanted));
}

} // namespace
} // namespace site
