#include "support/agent_home.hpp"
#include "support/fake_slurm.hpp"
#include "support/portal_process.hpp"
#include "system/clock.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace site {
namespace {

using testing::HasSubstr;

/// The program over days of the past; Slurm's answers are files, whatever is asked.
struct CliUsageHistory : testing::Test {
    CliUsageHistory()
    {
        slurm.answer("sacctmgr.show.assoc", "root||||1|||||normal|\nroot|root||||||||normal|\n");
        slurm.answer("sacctmgr.show.account", "root|default root account|root\n");
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.resolve_people = false;
        home = std::make_unique<AgentHome>(options);
        job(3600);
    }
    /// The one job on record: an hour long, ten days ago, on 8 CPUs of a node that has 8.
    void job(int elapsed)
    {
        const auto epoch = [](Instant at) { return std::to_string(at.time_since_epoch().count()); };
        const auto start = Instant { on } + Seconds { 8 * 3600 };
        slurm.answer("sacct",
            "77|sandbox|brics.climate|u001|main|normal|COMPLETED|" + epoch(start) + "|" + epoch(start) + "|"
                + epoch(start) + "|" + epoch(start + Seconds { 3600 }) + "|" + std::to_string(elapsed)
                + "|60|billing=8,cpu=8,mem=100M,node=1\n");
    }
    Output backfill()
    {
        return home->run({ "usage", "backfill", "--from", text(on), "--to", text(on), "--pause", "0" });
    }
    boost::json::object json(std::vector<std::string> words, int status = 0)
    {
        words.insert(words.begin(), { "--format", "json" });
        const auto output = home->run(words);
        EXPECT_EQ(output.exit.status, status) << output.exit.errors;
        boost::system::error_code ec;
        auto value = boost::json::parse(output.text, ec);
        EXPECT_FALSE(ec) << output.text << output.exit.errors;
        return value.is_object() ? value.as_object() : boost::json::object {};
    }

    const Day on = day_of(SystemClock().now()) - std::chrono::days { 10 };
    FakeSlurm slurm;
    PortalProcess portal;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> home;
};

TEST_F(CliUsageHistory, ABackfillTellsHowFarItIsAndReadsNoDayTwice)
{
    const auto first = backfill();
    EXPECT_EQ(first.exit.status, 0) << first.exit.errors;
    EXPECT_THAT(first.exit.errors, HasSubstr(text(on) + ": day 1 of 1, 1 job records"));
    EXPECT_THAT(first.text, HasSubstr("1 days read, 1 job records"));
    EXPECT_THAT(backfill().text, HasSubstr("0 days read"));
    const auto usage = json({ "usage", "--month", text(month_of(Instant { on })) });
    EXPECT_EQ(usage.at("usage").as_array().at(0).at("cpu_seconds").to_number<int>(), 8 * 3600);
}

TEST_F(CliUsageHistory, ARecomputeShowsTheDifferenceBeforeItStoresIt)
{
    ASSERT_EQ(backfill().exit.status, 0);
    job(1800);
    const std::vector<std::string> words { "usage", "recompute", text(on), text(on), "--pause", "0" };
    auto dry = words;
    dry.emplace_back("--dry-run");
    const auto shown = home->run(dry);
    EXPECT_EQ(shown.exit.status, 2) << shown.exit.errors;
    EXPECT_THAT(shown.text, HasSubstr("brics.climate"));
    EXPECT_THAT(shown.text, HasSubstr("8.00"));
    EXPECT_THAT(shown.text, HasSubstr("4.00"));
    const auto unasked = home->run(words); // nobody can be asked
    EXPECT_EQ(unasked.exit.status, 2);
    EXPECT_THAT(unasked.text, HasSubstr("0 corrections stored"));
    EXPECT_TRUE(json({ "usage", "corrections" }).at("corrections").as_array().empty());

    auto sure = words;
    sure.emplace_back("--yes");
    const auto stored = home->run(sure);
    EXPECT_EQ(stored.exit.status, 0) << stored.exit.errors;
    EXPECT_THAT(stored.text, HasSubstr("1 corrections stored"));
    const auto corrections = json({ "usage", "corrections" }).at("corrections").as_array();
    ASSERT_EQ(corrections.size(), 1U);
    EXPECT_EQ(corrections[0].at("before").at("cpu_seconds").to_number<int>(), 8 * 3600);
    EXPECT_EQ(corrections[0].at("after").at("cpu_seconds").to_number<int>(), 8 * 1800);
    EXPECT_THAT(std::string(corrections[0].at("by").as_string()), HasSubstr("usage recompute by"));
    EXPECT_EQ(home->run(dry).exit.status, 0); // nothing differs any more
}

TEST_F(CliUsageHistory, AJobIsExplained)
{
    const auto told = home->run({ "usage", "explain", "77" });
    EXPECT_EQ(told.exit.status, 0) << told.exit.errors;
    EXPECT_THAT(told.text, HasSubstr("job 77  account brics.climate, user u001"));
    EXPECT_THAT(told.text, HasSubstr("largest share 8/8"));
    EXPECT_THAT(told.text, HasSubstr(text(on)));
    const auto runs = json({ "usage", "explain", "77" }).at("runs").as_array();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].at("node_seconds").as_string(), "3600");
    EXPECT_EQ(home->run({ "usage", "explain", "78" }).exit.status, 1);
    EXPECT_EQ(home->run({ "usage", "explain", "a" }).exit.status, 64);
}

TEST_F(CliUsageHistory, WrongDaysAreWrongUsage)
{
    EXPECT_EQ(home->run({ "usage", "backfill" }).exit.status, 64);
    EXPECT_EQ(home->run({ "usage", "backfill", "--from", "2026-13" }).exit.status, 64);
    EXPECT_EQ(home->run({ "usage", "backfill", "--from", "9999-01-01" }).exit.status, 64);
    EXPECT_EQ(home->run({ "usage", "recompute", "2026-11-05", "2026-11-01", "--dry-run" }).exit.status, 64);
    EXPECT_EQ(home->run({ "usage", "recompute", "2001-01-01", "2001-01-02", "--dry-run" }).exit.status, 1);
}

TEST_F(CliUsageHistory, NobodyIsReleasedWhoHasNoResource)
{
    home->expect(0, { "apply" });
    EXPECT_EQ(home->run({ "usage", "release", "no.such", "--yes" }).exit.status, 1);
    EXPECT_EQ(home->run({ "usage", "release", "brics.climate" }).exit.status, 1); // nobody can be asked
    EXPECT_EQ(json({ "usage", "release", "climate.brics", "--yes" }).at("released").to_number<int>(), 1);
}

} // namespace
} // namespace site
