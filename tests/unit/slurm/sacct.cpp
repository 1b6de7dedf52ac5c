#include "slurm/sacct.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class Rows : public JobSink {
public:
    Result<void> rows(std::span<const JobRow> more) override
    {
        blocks.push_back(more.size());
        all.insert(all.end(), more.begin(), more.end());
        return answer;
    }
    std::vector<JobRow> all;
    std::vector<std::size_t> blocks;
    Result<void> answer;
};

const Window day { Instant { Seconds { 1'795'564'800 } }, Instant { Seconds { 1'795'651'200 } } };

class Sacct : public testing::Test {
protected:
    Result<WindowRead> read(Output output)
    {
        runner.on("sacct", std::move(output));
        return read_jobs(runner, Programs(SlurmSettings {}), Name("sandbox"), day, sink);
    }
    ScriptedRunner runner;
    Rows sink;
};

std::string row(std::string_view id, std::string_view start = "1795644773")
{
    return std::string(id) + "|sandbox|a|mia|main|normal|COMPLETED|1795644773|1795644773|"
        + std::string(start) + "|1795644783|10|60|billing=1,cpu=1,mem=100M,node=1\n";
}

TEST_F(Sacct, AsksForEveryRunOfOneClusterInAWindow)
{
    ASSERT_TRUE(read(said("")));
    EXPECT_THAT(runner.ran,
        ElementsAre("/usr/bin/sacct -a -X -D -n -P -M sandbox -S uts1795564800 -E uts1795651200 -o "
                    "JobIDRaw,Cluster,Account,User,Partition,QOS,State,Submit,Eligible,Start,End,ElapsedRaw,"
                    "TimelimitRaw,AllocTRES"));
}

TEST_F(Sacct, ReadsWhatSlurmPrints)
{
    const auto got = read(recorded("sacct"));
    ASSERT_TRUE(got) << got.error().text;
    EXPECT_EQ(got->rows, 4U);
    EXPECT_EQ(got->unreadable, 0U);
    ASSERT_THAT(sink.all, SizeIs(4));
    const auto& requeued = sink.all[1];
    EXPECT_EQ(requeued.id, 2U);
    EXPECT_EQ(requeued.account, Name("brics.ocean"));
    EXPECT_EQ(requeued.user, Name("u001"));
    EXPECT_EQ(requeued.partition, Name("main"));
    EXPECT_EQ(requeued.state, Name("REQUEUED"));
    EXPECT_EQ(requeued.elapsed, 8U);
    EXPECT_EQ(requeued.tres, (Tres { .cpu = 4, .gpu = 1, .memory = 3000, .billing = 14, .node = 1 }));
    EXPECT_EQ(sink.all[2].tres.memory, 64'000U);
    EXPECT_EQ(sink.all[3].state, Name("CANCELLED"));
    EXPECT_EQ(sink.all[3].elapsed, 0U);
}

TEST_F(Sacct, HandsOverBlocksOfBoundedSize)
{
    std::string text;
    for (int i = 1; i <= 9000; ++i)
        text += row(std::to_string(i));
    const auto got = read(said(text));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->rows, 9000U);
    EXPECT_THAT(sink.blocks, ElementsAre(4096, 4096, 808));
}

TEST_F(Sacct, PassesOverJobsThatNeverStarted)
{
    const auto got = read(said(row("1", "Unknown") + row("2", "None") + row("3")));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->rows, 1U);
    EXPECT_EQ(got->unreadable, 0U);
}

TEST_F(Sacct, CountsLinesThatItCannotReadAndNamesTheFirstFive)
{
    std::string text = row("1");
    for (int i = 0; i < 7; ++i)
        text += "nonsense\n";
    const auto got = read(said(text + row("2")));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->rows, 2U);
    EXPECT_EQ(got->unreadable, 7U);
    ASSERT_THAT(got->findings, SizeIs(5));
    EXPECT_THAT(got->findings[0].text, HasSubstr("line 2: row \"nonsense\""));
}

TEST_F(Sacct, CannotReadABrokenRow)
{
    for (const auto* line : { "x|sandbox|a|mia|main|normal|COMPLETED|1|1|1|2|1|60|cpu=1",
             "1|sandbox|a|mia|main|normal|COMPLETED|1|1|1|2|1|60|cpu=x",
             "1|sandbox|a|mia|main|normal|COMPLETED|1|1|1|2|1|60|",
             "1|sandbox|a|mia|main|normal|COMPLETED|1|1|1|2||60|cpu=1",
             "1|sandbox|a|mia|main|normal|COMPLETED|1|1|5|2|1|60|cpu=1",
             "1|sandbox||mia|main|normal|COMPLETED|1|1|1|2|1|60|cpu=1",
             "1|sandbox|a|mia|main|normal|COMPLETED|Unknown|1|1|2|1|60|cpu=1",
             "1|sandbox|a|mia|main|normal|COMPLETED|1|1|99999999999999|2|1|60|cpu=1",
             "1|sandbox|a|mia|main|normal|COMPLETED|1|1|1|2|1|60|cpu=1|more" })
        EXPECT_FALSE(parse_job(line)) << line;
}

TEST_F(Sacct, GivesARunningJobNoEnd)
{
    const auto running = parse_job("1|sandbox|a|mia|main|normal|RUNNING|1|1|1|Unknown|5|60|cpu=1");
    ASSERT_TRUE(running);
    EXPECT_FALSE((*running)->end);
    EXPECT_EQ((*running)->elapsed, 5U);
}

TEST_F(Sacct, ReadsQosTimeLimitAndTheTresThatAreAskedFor)
{
    const std::vector<std::string> extra { "gres/gpu:a100", "license/x" };
    const auto limited = parse_job(
        "1|sandbox|a|mia|main|long|RUNNING|1|1|1|Unknown|5|90|cpu=1,gres/gpu=3,gres/gpu:a100=2,license/x=7",
        extra);
    ASSERT_TRUE(limited) << limited.error().text;
    EXPECT_EQ((*limited)->qos, Name("long"));
    EXPECT_EQ((*limited)->time_limit, Seconds { 5400 });
    EXPECT_EQ((*limited)->tres.extra[0], 2U);
    EXPECT_EQ((*limited)->tres.extra[1], 7U);
    for (const auto* none : { "UNLIMITED", "Partition_Limit", "" })
        EXPECT_FALSE(
            (*parse_job("1|sandbox|a|mia|main|long|RUNNING|1|1|1|Unknown|5|" + std::string(none) + "|cpu=1"))
                ->time_limit)
            << none;
    EXPECT_FALSE(parse_job("1|sandbox|a|mia|main|long|RUNNING|1|1|1|Unknown|5|soon|cpu=1"));
}

TEST_F(Sacct, ATresThatSlurmDoesNotHaveMakesTheWindowIncomplete)
{
    auto odd = row("1");
    odd.replace(odd.find("node=1"), 6, "frobs=1");
    const auto got = read(said(odd + row("2")));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->rows, 1U);
    EXPECT_EQ(got->unreadable, 1U);
    EXPECT_THAT(got->findings.at(0).text, HasSubstr("line 1: TRES \"frobs\" is not known"));
}

TEST_F(Sacct, AStateThatIsNotKnownIsToldOnceAndItsRowsAreKept)
{
    auto odd = row("1");
    odd.replace(odd.find("COMPLETED"), 9, "FUTURE");
    const auto got = read(said(odd + row("2") + odd));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->rows, 3U);
    EXPECT_EQ(got->unreadable, 0U);
    ASSERT_THAT(got->findings, SizeIs(1));
    EXPECT_EQ(got->findings[0].code, "slurm-unknown-state");
}

TEST_F(Sacct, AsksForEveryRunOfOneJob)
{
    runner.on("sacct", said(row("7")));
    ASSERT_TRUE(read_job(runner, Programs(SlurmSettings {}), Name("sandbox"), 7, sink));
    EXPECT_THAT(runner.ran.at(0), HasSubstr("-D -n -P -M sandbox -j 7 -o JobIDRaw"));
    EXPECT_THAT(sink.all, SizeIs(1));
}

TEST_F(Sacct, PassesOnThatTheSinkIsFull)
{
    sink.answer = Error { Errc::internal, "the disk is full" };
    const auto got = read(said(row("1")));
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().text, HasSubstr("reading jobs from 2026-11-25T00:00:00Z"));
    EXPECT_THAT(got.error().text, HasSubstr("the disk is full"));
}

TEST_F(Sacct, IsAnErrorWhenSomethingWasSaidToBeWrong)
{
    const auto got = read(said(row("1"), 0, "sacct: error: slurmdbd: lost the connection\n"));
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().text, HasSubstr("lost the connection"));
    EXPECT_FALSE(read_jobs(runner, Programs(SlurmSettings {}), Name("sandbox"), { day.to, day.from }, sink));
}

} // namespace
} // namespace site
