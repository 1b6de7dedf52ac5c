#include "real_cluster.hpp"

#include <algorithm>

namespace site {
namespace {

class Rows : public JobSink {
public:
    Result<void> rows(std::span<const JobRow> more) override
    {
        all.insert(all.end(), more.begin(), more.end());
        return {};
    }
    std::vector<JobRow> all;
};

TEST_F(RealCluster, ReadsEveryRunOfAJob)
{
    settle({ project("p1", { member("u001"), member("u002") }) });
    const auto now = [] { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); };
    const auto begin = now();
    const auto shortly = submit("u001", "p1", { "-n", "2", "--mem=3000", "--gpus=1" }, 1);
    const auto again = submit("u002", "p1", { "--mem=0" }, 600);
    ASSERT_TRUE(comes_to(shortly, "COMPLETED"));
    ASSERT_TRUE(comes_to(again, "RUNNING"));
    (void)sandbox().slurm("scontrol", { "requeue", again });
    const auto held = submit("u001", "p1", { "--hold" }, 1);

    // A run becomes a row when slurmdbd hears of it, which is not in the order in which they ended.
    Rows rows;
    const auto requeued = [&] {
        return std::any_of(rows.all.begin(), rows.all.end(),
            [](const JobRow& row) { return row.state == Name("REQUEUED"); });
    };
    const auto completed = [&] {
        return std::any_of(rows.all.begin(), rows.all.end(), [&](const JobRow& row) {
            return std::to_string(row.id) == shortly && row.state == Name("COMPLETED");
        });
    };
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!(requeued() && completed()) && std::chrono::steady_clock::now() < until) {
        rows.all.clear();
        const auto read = plugin().job_source()->jobs({ begin, now() + Seconds(60) }, rows);
        ASSERT_TRUE(read) << read.error().text;
        EXPECT_EQ(read->unreadable, 0U);
    }
    ASSERT_TRUE(requeued());
    const auto done = std::find_if(rows.all.begin(), rows.all.end(),
        [&](const JobRow& row) { return std::to_string(row.id) == shortly; });
    ASSERT_NE(done, rows.all.end());
    EXPECT_EQ(done->cluster, Name("sandbox"));
    EXPECT_EQ(done->account, Name("p1"));
    EXPECT_EQ(done->user, Name("u001"));
    EXPECT_EQ(done->partition, Name("main"));
    EXPECT_EQ(done->state, Name("COMPLETED"));
    EXPECT_GE(done->start, begin);
    ASSERT_TRUE(done->end);
    EXPECT_EQ(*done->end - done->start, Seconds(done->elapsed));
    EXPECT_EQ(done->tres.cpu, 2U);
    EXPECT_EQ(done->tres.gpu, 1U);
    EXPECT_EQ(done->tres.memory, 3000U);
    for (const auto& row : rows.all) {
        EXPECT_NE(std::to_string(row.id), held) << "it never started";
        if (std::to_string(row.id) == again) {
            EXPECT_EQ(row.tres.memory, 64'000U) << "a fraction of a gigabyte is read exactly";
        }
    }
}

TEST_F(RealCluster, KnowsTheShapeOfANode)
{
    settings.default_node = {};
    EXPECT_EQ(*plugin().job_source()->shape(Name("main")),
        (NodeShape { .cpus = 8, .gpus = 2, .memory = 64'000, .billing = 0 }));
}

} // namespace
} // namespace site
