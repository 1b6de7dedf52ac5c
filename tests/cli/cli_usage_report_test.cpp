#include "portal/usage_report.hpp"
#include "store/database.hpp"
#include "store/ledger.hpp"
#include "store/portal_memory.hpp"
#include "support/agent_home.hpp"
#include "support/fake_slurm.hpp"
#include "support/portal_process.hpp"
#include "system/clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// The program with a store in which climate used something today and in October 2025, and ocean nothing.
struct CliUsageReport : testing::Test {
    CliUsageReport()
    {
        Known known;
        for (unsigned number : { 1U, 2U }) {
            const std::string project = number == 1 ? "climate" : "ocean";
            KnownAllocation one;
            one.uuid = *Uuid::parse(std::string(31, '0') + std::to_string(number));
            one.identifier = project + ".brics";
            one.group = Name("brics." + project);
            one.members = { { *Uuid::parse(std::string(31, '1') + std::to_string(number)), Name("mia"),
                "mia." + one.identifier } };
            known.emplace(one.uuid, one);
        }
        auto database = Database::open(home.path("state") / "state.db", Database::Access::write);
        EXPECT_TRUE(database) << database.error().text;
        const auto done = (*database)->commit("testing", [&](Transaction& transaction) {
            PortalMemory(**database).save(transaction, cluster, {}, known);
            for (const auto on : { day_of(now), october_7 }) {
                const LedgerRow row { .day = on,
                    .month = month_of(Instant { on }),
                    .account = Name("brics.climate"),
                    .user = Name("mia"),
                    .spent = { 60, 120, 0, 0, 0 },
                    .jobs = 1,
                    .wait_seconds = 5 };
                Ledger(**database)
                    .replace_day(transaction, cluster,
                        { .day = on,
                            .read = std::min(now, Instant { on } + std::chrono::days { 4 }),
                            .whole = true,
                            .final = on == october_7 },
                        { &row, 1 });
            }
        });
        EXPECT_TRUE(done) << done.error().text;
    }

    ProjectUsageReport project(std::vector<std::string> words)
    {
        words.insert(words.begin(), { "usage", "report" });
        const auto output = home.run(words);
        EXPECT_EQ(output.exit.status, 0) << output.exit.errors;
        auto read = parse_project_usage_report(output.text);
        EXPECT_TRUE(read) << output.text;
        return read ? read->report : ProjectUsageReport {};
    }

    const Name cluster { "sandbox" };
    const Instant now = SystemClock().now();
    const Day october_7 { std::chrono::year { 2025 } / 10 / 7 };
    AgentHome home { { .portal_url = "http://127.0.0.1:9" } }; // nobody asks it
};

TEST_F(CliUsageReport, PrintsThePortalsDocumentOfThisMonth)
{
    const auto output = home.run({ "usage", "report" });
    EXPECT_EQ(output.exit.status, 0) << output.exit.errors;
    const auto read = parse_portal_usage_report(output.text);
    ASSERT_TRUE(read) << output.text;
    EXPECT_EQ(read->report.portal, "brics");
    ASSERT_EQ(read->report.reports.size(), 2U);
    const auto& climate = read->report.reports.at("climate.brics");
    EXPECT_EQ(climate.reports.begin()->first, Day { month_of(now) / 1 });
    const auto& today = climate.reports.at(day_of(now));
    EXPECT_THAT(today.reports, ElementsAre(Pair("mia", 60)));
    EXPECT_FALSE(today.is_complete);
    EXPECT_THAT(climate.users, ElementsAre(Pair("mia.climate.brics", "mia")));
    EXPECT_EQ(read->report.reports.at("ocean.brics").reports.at(day_of(now)), DailyUsageReport {});
    EXPECT_EQ(home.run({ "usage", "report" }).text, output.text);
}

TEST_F(CliUsageReport, PrintsOneProjectOfAnotherMonth)
{
    const auto report = project({ "--project", "climate.brics", "--month", "2025-10" });
    EXPECT_EQ(report.project, "climate.brics");
    ASSERT_EQ(report.reports.size(), 31U);
    const auto& seventh = report.reports.at(october_7);
    EXPECT_TRUE(seventh.is_complete);
    EXPECT_EQ(seventh.total_wait_seconds, 5U);
    EXPECT_THAT(seventh.components, ElementsAre(Pair("cpu", ElementsAre(Pair("mia", 120)))));
    EXPECT_EQ(report.reports.at(october_7 + std::chrono::days { 1 }), DailyUsageReport {});
}

TEST_F(CliUsageReport, WritesAFileForEachProjectIntoTheMonthsFolder)
{
    const auto folder = home.path("out");
    const auto output = home.run({ "usage", "report", "--month", "2025-10", "--into", folder });
    EXPECT_EQ(output.exit.status, 0) << output.exit.errors;
    EXPECT_EQ(output.text, "2 reports in " + (folder / "2025-10").string() + "\n");
    EXPECT_EQ(read_file(folder / "2025-10" / "climate.brics.usage.json"),
        home.run({ "usage", "report", "--month", "2025-10", "--project", "climate.brics" }).text);
    EXPECT_TRUE(std::filesystem::exists(folder / "2025-10" / "ocean.brics.usage.json"));
    const auto one
        = home.run({ "usage", "report", "--project", "ocean.brics", "--into", home.path("other") });
    EXPECT_THAT(one.text, HasSubstr("1 reports in "));
}

TEST_F(CliUsageReport, WhatIsNotThereIsToldAndIs1)
{
    const auto unknown = home.run({ "usage", "report", "--project", "plasma.brics" });
    EXPECT_EQ(unknown.exit.status, 1);
    EXPECT_THAT(unknown.exit.errors, HasSubstr("no project \"plasma.brics\" is known"));
    const auto no_folder = home.run({ "usage", "report", "--into", home.path("no") / "such" });
    EXPECT_EQ(no_folder.exit.status, 1);
    EXPECT_THAT(no_folder.exit.errors, HasSubstr("making the folder"));
    EXPECT_EQ(home.run({ "usage", "report", "--month", "2025-13" }).exit.status, 64);
    home.forget();
    EXPECT_EQ(home.run({ "usage", "report" }).exit.status, 1);
}

/// What the service writes by itself after a reading; here it is asked for by hand.
struct CliReportFiles : testing::Test {
    CliReportFiles()
    {
        slurm.answer("sacctmgr.show.assoc", "root||||1|||||normal|\nroot|root||||||||normal|\n");
        slurm.answer("sacctmgr.show.account", "root|default root account|root\n");
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.resolve_people = false;
        home = std::make_unique<AgentHome>(options);
        (void)home->run({ "apply" }); // now it is known who is in which project
    }
    Output collect() { return home->run({ "usage", "collect", "--no-send" }); }

    const std::string month = text(month_of(SystemClock().now()));
    FakeSlurm slurm;
    PortalProcess portal;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> home;
};

TEST_F(CliReportFiles, AreInTheStateFolderAfterAReading)
{
    EXPECT_EQ(collect().exit.status, 0);
    const auto file = home->path("state") / "reports" / month / "climate.brics.usage.json";
    EXPECT_EQ(read_file(file), home->run({ "usage", "report", "--project", "climate.brics" }).text);
    EXPECT_FALSE(read_file(file).empty());
}

TEST_F(CliReportFiles, AreWhereTheConfigurationSays)
{
    options.more = "reports: {directory: " + home->path("documents").string() + "}\n";
    home->write_config(options);
    EXPECT_EQ(collect().exit.status, 0);
    EXPECT_TRUE(std::filesystem::exists(home->path("documents") / month / "climate.brics.usage.json"));
    EXPECT_FALSE(std::filesystem::exists(home->path("state") / "reports"));
}

TEST_F(CliReportFiles, AreNotWrittenWhenNotWantedAndNotInAudit)
{
    options.more = "reports: {write: false}\n";
    home->write_config(options);
    EXPECT_EQ(collect().exit.status, 0);
    options.more.clear();
    options.mode = "audit";
    home->write_config(options);
    (void)collect();
    EXPECT_FALSE(std::filesystem::exists(home->path("state") / "reports"));
}

TEST_F(CliReportFiles, OneThatCantBeWrittenIsToldAndHoldsUpNothing)
{
    write_file(home->path("state") / "reports", "in the way");
    const auto output = collect();
    EXPECT_EQ(output.exit.status, 0);
    EXPECT_THAT(output.exit.errors, HasSubstr("warning reports-not-written: " + month + ": "));
    EXPECT_THAT(output.text, HasSubstr("job records of"));
    EXPECT_EQ(home->run({ "usage", "report" }).exit.status, 0);
}

} // namespace
} // namespace site
