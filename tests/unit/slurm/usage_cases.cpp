// What went wrong at other sites with usage, in the order of the collection: the part that a source of job
// rows decides. Splitting and summing is the ledger's.

#include "recorded.hpp"
#include "slurm/sacct.hpp"
#include "slurm/slurm.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class Rows : public JobSink {
public:
    Result<void> rows(std::span<const JobRow> more) override
    {
        all.insert(all.end(), more.begin(), more.end());
        return {};
    }
    std::vector<JobRow> all;
};

struct Read {
    Result<WindowRead> result;
    std::vector<JobRow> rows;
};

Read read(Output output)
{
    ScriptedRunner runner;
    runner.on("sacct", std::move(output));
    Rows sink;
    const Window day { Instant { Seconds { 0 } }, Instant { Seconds { 86'400 } } };
    auto result = read_jobs(runner, Programs(SlurmSettings {}), Name("c1"), day, sink);
    return { std::move(result), std::move(sink.all) };
}

std::vector<std::string> arguments()
{
    return job_arguments(Name("c1"), { Instant { Seconds { 0 } }, Instant { Seconds { 86'400 } } });
}

std::string row(
    std::string_view id, std::string_view user, std::string_view state, int elapsed, std::string_view tres)
{
    return std::string(id) + "|c1|proja|" + std::string(user) + "|main|normal|" + std::string(state)
        + "|1000|1000|1000|" + std::to_string(1000 + elapsed) + "|" + std::to_string(elapsed) + "|UNLIMITED|"
        + std::string(tres) + "\n";
}

TEST(SlurmUsageCase1, NoFreeTextIsAskedFor)
{
    const auto fields = arguments().back();
    for (const auto* text : { "JobName", "Comment", "WorkDir", "SubmitLine" })
        EXPECT_THAT(fields, Not(HasSubstr(text)));
    EXPECT_FALSE(parse_job("4101|c1|proja|u1001|main|normal|COMPLETED|1|1|1|3601|3600|60|cpu=8|run|phase 2"));
}

TEST(SlurmUsageCase2, EveryRunOfARequeuedJobIsARow)
{
    EXPECT_THAT(arguments(), Contains("-D"));
    const auto got = read(said(
        "4200|c1|proja|u1001|main|normal|NODE_FAIL|100|100|700|7900|7200|120|cpu=4,mem=8G,node=1\n"
        "4200|c1|proja|u1001|main|normal|COMPLETED|7905|7905|10900|14500|3600|120|cpu=4,mem=8G,node=1\n"));
    ASSERT_THAT(got.rows, SizeIs(2));
    EXPECT_EQ(got.rows[0].id, got.rows[1].id);
    EXPECT_NE(got.rows[0].submit, got.rows[1].submit);
}

TEST(SlurmUsageCase4, ARunningJobHasNoEndWhateverTheColumnSays)
{
    EXPECT_THAT(arguments(), Not(Contains("-T")));
    const auto got = read(said(row("5300", "u1001", "RUNNING", 2'678'400, "cpu=1")));
    ASSERT_THAT(got.rows, SizeIs(1));
    EXPECT_FALSE(got.rows[0].end);
}

TEST(SlurmUsageCase5, AnyStateIsARowAndItsFirstWordIsTheState)
{
    const auto got = read(said(row("4320", "u1002", "CANCELLED by 65012", 5400, "cpu=2")
        + row("4321", "u1002", "OUT_OF_MEMORY", 600, "cpu=2") + row("4322", "u1002", "DEADLINE", 600, "cpu=2")
        + row("4323", "u1002", "SOME_FUTURE_STATE", 600, "cpu=2")));
    ASSERT_THAT(got.rows, SizeIs(4));
    EXPECT_EQ(got.rows[0].state, Name("CANCELLED"));
    EXPECT_EQ(got.rows[3].state, Name("SOME_FUTURE_STATE"));
    std::uint64_t cpu_seconds = 0;
    for (const auto& one : got.rows)
        cpu_seconds += one.tres.cpu * one.elapsed;
    EXPECT_EQ(cpu_seconds, 14'400U);
}

TEST(SlurmUsageCase6, ADurationThatIsNoNumberIsNeverZero)
{
    EXPECT_THAT(arguments().back(), HasSubstr("ElapsedRaw"));
    const auto got = read(said("1|c1|proja|u1001|main|normal|COMPLETED|1|1|1|9|35-02:03:04|60|cpu=1\n"));
    ASSERT_TRUE(got.result);
    EXPECT_EQ(got.result->unreadable, 1U);
    EXPECT_THAT(got.rows, SizeIs(0));
}

TEST(SlurmUsageCase7, GpusAreCountedOnce)
{
    const auto got = read(said(
        row("1", "u", "COMPLETED", 1, "billing=64,cpu=16,gres/gpu:a100=2,gres/gpu=2,mem=128G,node=1")
        + row("2", "u", "COMPLETED", 1, "billing=64,cpu=16,gres/gpu:h100=4,mem=128G,node=1")
        + row("3", "u", "COMPLETED", 1, "cpu=16,gres/gpu:a100=2,gres/gpu:v100=1,gres/gpu=3,mem=128G,node=1")
        + row("4", "u", "COMPLETED", 1, "cpu=16,gres/gpu=1,gres/shard=4,gres/gpumem=1G,mem=128G,node=1")));
    ASSERT_THAT(got.rows, SizeIs(4));
    EXPECT_EQ(got.rows[0].tres.gpu, 2U);
    EXPECT_EQ(got.rows[1].tres.gpu, 4U);
    EXPECT_EQ(got.rows[2].tres.gpu, 3U);
    EXPECT_EQ(got.rows[3].tres.gpu, 1U);
}

TEST(SlurmUsageCase8, StepsAreNeitherAskedForNorCounted)
{
    EXPECT_THAT(arguments(), Contains("-X"));
    const auto got = read(said(row("5200", "u1001", "COMPLETED", 3600, "cpu=4")
        + row("5200.batch", "", "COMPLETED", 3600, "cpu=4")
        + row("5200.extern", "", "COMPLETED", 3600, "cpu=4")
        + row("5200.0", "", "COMPLETED", 1800, "cpu=4")));
    ASSERT_TRUE(got.result);
    EXPECT_EQ(got.result->rows, 1U);
    EXPECT_EQ(got.result->unreadable, 0U);
}

TEST(SlurmUsageCase9, AFailedQueryIsAnErrorWithItsWindow)
{
    const auto got = read(said("", 1,
        "sacct: error: Start time (2026-11-25T18:00:00) requested is after end time "
        "(2026-11-25T13:00:00).\n"));
    ASSERT_FALSE(got.result);
    EXPECT_THAT(got.result.error().text, HasSubstr("reading jobs from 1970-01-01T00:00:00Z to 1970-01-02"));
    EXPECT_THAT(got.result.error().text, HasSubstr("requested is after end time"));
    EXPECT_THAT(arguments(), Contains("-S"));
    EXPECT_THAT(arguments(), Contains("-E"));
}

TEST(SlurmUsageCase10, WhoMaySeeNothingGetsAnErrorAndNoEmptyList)
{
    ScriptedRunner runner;
    runner.on("sacctmgr", said("")); // exit status 0, as PrivateData makes it
    runner.on("sacct", said(""));
    Slurm slurm(Name("c1"), {}, runner);
    Rows sink;
    const Window day { Instant { Seconds { 0 } }, Instant { Seconds { 86'400 } } };
    EXPECT_FALSE(slurm.jobs(day, sink));
    EXPECT_FALSE(slurm.observed({ { Name("proja") }, false }));
    EXPECT_EQ(shown(slurm.check()).find("info slurm-parent"), std::string::npos);
}

TEST(SlurmUsageCase11, BytesThatAreNoTextHarmOnlyTheirRow)
{
    const auto got = read(said(row("5800", "u1001", "COMPLETED", 300, "cpu=1")
        + row("5801", "u1001", "COMPLETED", 300, "cpu=1|d\xe9j\xe0")));
    ASSERT_TRUE(got.result);
    EXPECT_EQ(got.result->rows, 1U);
    EXPECT_EQ(got.result->unreadable, 1U);
    EXPECT_EQ(got.result->findings[0].text.find('\xe9'), std::string::npos);
}

TEST(SlurmUsageCase12, ARefusedFieldIsAFaultOfConfigurationOrVersion)
{
    const auto got = read(recorded("sacct-bad-field"));
    ASSERT_FALSE(got.result);
    EXPECT_EQ(got.result.error().code, Errc::invalid);
}

TEST(SlurmUsageCase13, RelativeTimesAreAnErrorOfTheirRow)
{
    const auto got = read(
        said("1|c1|proja|u1001|main|normal|COMPLETED|Ystday 13:05|1|25 Apr 09:10|6 Jun 2012|5|60|cpu=1\n"));
    ASSERT_TRUE(got.result);
    EXPECT_EQ(got.result->rows, 0U);
    EXPECT_EQ(got.result->unreadable, 1U);
}

TEST(SlurmUsageCase14, ARepairedRunawayJobIsARowOfNoLength)
{
    const auto got = read(
        said("6300|c1|proja|u1001|main|normal|COMPLETED|1000|1000|1000|1000|0|1440|cpu=32,mem=64G,node=1\n"));
    ASSERT_THAT(got.rows, SizeIs(1));
    EXPECT_EQ(got.rows[0].elapsed, 0U);
    EXPECT_EQ(*got.rows[0].end, got.rows[0].start);
}

} // namespace
} // namespace site
