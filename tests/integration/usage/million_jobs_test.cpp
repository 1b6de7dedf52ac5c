#include "integration/usage/ledger_file.hpp"
#include "integration/usage/measured_run.hpp"
#include "integration/usage/seeded_month.hpp"
#include "store/database.hpp"
#include "store/ledger.hpp"
#include "support/agent_home.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>

namespace site {
namespace {

constexpr WholeNode node { .cpus = 8, .gpus = 2, .memory = 64000, .billing = 28 };
constexpr std::int64_t zone = 7200; // the month turns inside a UTC day
constexpr std::int64_t day_length = 86400;

AgentHome::Options options(const SlurmSandbox& slurm)
{
    return { .portal_url = "http://127.0.0.1:9", // nothing is sent
        .slurm_conf = slurm.conf(),
        .slurm_more = "      default_node: {cpus: 8, gpus: 2, memory: 64000M, billing: 28}\n",
        .usage_more = "      zone: \"+02:00\"\n",
        .portal_more = {} };
}

/// 31 days ago, but not before the last month's first: what the agent reads by itself when it was away so
/// long.
Day first_day(Day today)
{
    const auto last_month = std::chrono::year_month(Month { std::chrono::year_month_day { today }.year(),
                                std::chrono::year_month_day { today }.month() })
        - std::chrono::months { 1 };
    return std::max(today - std::chrono::days { 31 }, Day { last_month / 1 });
}

/// The store of an agent that began to read that day, and was stopped.
void stopped_on(const std::filesystem::path& file, Day day)
{
    auto database = Database::open(file, Database::Access::write);
    ASSERT_TRUE(database) << database.error().text;
    Ledger ledger(**database);
    const auto done = (*database)->commit("a day", [&](Transaction& transaction) {
        ledger.replace_day(transaction, Name { "sandbox" }, { .day = day, .read = Instant { day } }, {});
    });
    ASSERT_TRUE(done) << done.error().text;
}

/// Some of the lines that only one of them has; the whole would be too long to read.
std::vector<std::string> some_of_difference(
    const std::vector<std::string>& ledger, const std::vector<std::string>& counted)
{
    std::vector<std::string> differing;
    std::set_symmetric_difference(
        ledger.begin(), ledger.end(), counted.begin(), counted.end(), std::back_inserter(differing));
    differing.resize(std::min<std::size_t>(differing.size(), 20));
    return differing;
}

/// One day of records by sacct alone, for people who judge the figures.
void print_one_day(SlurmSandbox& slurm, Day day)
{
    const auto from = Instant { day }.time_since_epoch().count();
    const auto begun = std::chrono::steady_clock::now();
    const auto output = slurm.slurm("sacct",
        { "-a", "-X", "-D", "-n", "-P", "-S", "uts" + std::to_string(from), "-E",
            "uts" + std::to_string(from + day_length), "-o",
            "JobIDRaw,Cluster,Account,User,Partition,State,Submit,Eligible,Start,End,ElapsedRaw,"
            "AllocTRES" });
    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::printf("sacct, one day: %.1f s, %zu bytes, %zu lines\n", took, output.text.size(),
        static_cast<std::size_t>(std::count(output.text.begin(), output.text.end(), '\n')));
}

TEST(MillionJobs, AreReadExactlyInLittleMemoryAndAFifthOfSacctsTime)
{
    SlurmSandbox slurm;
    AgentHome agent(options(slurm));
    const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    const auto first = first_day(std::chrono::floor<std::chrono::days>(now));
    const SeededMonth month { .from = Instant { first }.time_since_epoch().count(),
        .to = now.time_since_epoch().count() };
    seed(slurm, month);
    const auto seeded = std::chrono::system_clock::now();
    std::printf("seeded in %.0f s\n", std::chrono::duration<double>(seeded - now).count());

    const auto store = agent.path("state/state.db");
    ASSERT_NO_FATAL_FAILURE(stopped_on(store, first));
    const auto run
        = measured_run({ agent_program(), "--config", agent.config_file(), "usage", "collect", "--no-send" },
            slurm.environment(), agent.path("log"));
    std::printf("collect: %.0f s, own CPU %.2f s, its children's %.2f s (%.1f %%), peak memory %.1f MiB\n%s",
        run.wall, run.own_cpu, run.children_cpu, 100 * run.own_cpu / run.children_cpu,
        static_cast<double>(run.peak) / (1 << 20), run.output.c_str());
    ASSERT_EQ(run.status, 0);
    print_one_day(slurm, first + std::chrono::days { 20 });

    const auto ledger = ledger_file(store);
    EXPECT_EQ(ledger.incomplete, 0);
    ASSERT_FALSE(ledger.days.empty());
    EXPECT_EQ(ledger.days.front().day, first.time_since_epoch().count());
    EXPECT_EQ(
        static_cast<std::int64_t>(ledger.days.size()), ledger.days.back().day - ledger.days.front().day + 1);
    EXPECT_EQ(ledger.jobs, month.jobs);
    const auto counted = used_by_job_table(slurm, ledger.days, node, zone);
    std::printf("%zu figures of a day, account and user\n", counted.size());
    EXPECT_GT(counted.size(), static_cast<std::size_t>(month.users) * (ledger.days.size() - 2));
    EXPECT_THAT(some_of_difference(ledger.lines, counted), testing::IsEmpty());

    EXPECT_GT(run.peak, 0U);
    EXPECT_LT(run.peak, 64UL << 20);
    EXPECT_LE(5 * run.own_cpu, run.children_cpu);
}

} // namespace
} // namespace site
