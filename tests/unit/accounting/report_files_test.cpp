#include "accounting/report_files.hpp"

#include "store/portal_memory.hpp"
#include "store/storage_levels.hpp"
#include "unit/store/store_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <iterator>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;
constexpr std::chrono::days one_day { 1 };

struct ReportFilesTest : testing::Test {
    ReportFilesTest()
    {
        Known known;
        unsigned number = 0;
        for (const std::string project : { "climate", "ocean" }) {
            KnownAllocation one;
            one.uuid = uuid(++number);
            one.identifier = project + ".brics";
            one.group = Name("brics." + project);
            one.members = { { uuid(10 + number), Name("mia"), "mia." + one.identifier } };
            known.emplace(one.uuid, one);
        }
        commit(*database,
            [&](Transaction& transaction) { PortalMemory(*database).save(transaction, c1, {}, known); });
    }

    void use(Day on, std::uint64_t seconds, bool final = false)
    {
        const LedgerRow row { .day = on,
            .month = month_of(Instant { on }),
            .account = Name("brics.climate"),
            .user = Name("mia"),
            .spent = { seconds, seconds, 0, seconds, seconds },
            .jobs = 1,
            .wait_seconds = 2 };
        commit(*database, [&](Transaction& transaction) {
            Ledger(*database).replace_day(transaction, c1,
                { .day = on, .read = Instant { on } + 3 * one_day, .whole = true, .final = final },
                { &row, 1 });
        });
    }
    void store(Instant when, std::uint64_t bytes)
    {
        const StorageLevel level { .holder = { Name("brics.climate"), Name("") }, .used_bytes = bytes };
        commit(*database, [&](Transaction& transaction) {
            StorageLevels(*database).put(transaction, c1, "scratch", when, Seconds { 0 }, { &level, 1 });
        });
    }
    ReportFiles write(Month month)
    {
        auto written = write_reports(folder / "reports", *database, scope, month, now);
        EXPECT_TRUE(written) << written.error().text;
        return written ? *written : ReportFiles {};
    }
    std::vector<std::string> files()
    {
        std::vector<std::string> out;
        for (const auto& one : std::filesystem::recursive_directory_iterator(folder / "reports"))
            if (one.is_regular_file())
                out.push_back(std::filesystem::relative(one.path(), folder / "reports").string());
        std::sort(out.begin(), out.end());
        return out;
    }
    std::string content(const char* file)
    {
        std::ifstream in(folder / "reports" / file);
        return { std::istreambuf_iterator<char>(in), {} };
    }

    const TempFolder folder;
    const ReportScope scope { c1, "brics", Seconds { 0 } };
    const Instant now = *parse_instant("2026-11-05T12:00:00Z");
    std::unique_ptr<Database> database = memory();
};

TEST_F(ReportFilesTest, WritesEachProjectsDocumentsOfTheMonth)
{
    use(november / 2, 10, true);
    store(*parse_instant("2026-11-05T08:00:00Z"), 1024);
    EXPECT_EQ(write(november).written, 3U);
    // Nothing was ever read of what ocean stores: a document would be one of no figures.
    EXPECT_THAT(files(),
        ElementsAre("2026-11/climate.brics.storage.json", "2026-11/climate.brics.usage.json",
            "2026-11/ocean.brics.usage.json"));
    const auto usage = parse_project_usage_report(content("2026-11/climate.brics.usage.json"));
    ASSERT_TRUE(usage) << usage.error().text;
    EXPECT_THAT(usage->findings, IsEmpty());
    EXPECT_EQ(usage->report.reports.size(), 5U);
    const auto& second = usage->report.reports.at(november / 2);
    EXPECT_EQ(second.reports.at("mia"), 10U);
    EXPECT_FALSE(second.components.contains("gpu"));
    EXPECT_TRUE(second.is_complete);
    EXPECT_EQ(usage->report.users.at("mia.climate.brics"), "mia");
    const auto storage = parse_project_storage_report(content("2026-11/climate.brics.storage.json"));
    ASSERT_TRUE(storage) << storage.error().text;
    EXPECT_EQ(storage->report.newest.project_quotas.at("scratch").usage, 1024U);
    EXPECT_TRUE(content("2026-11/ocean.brics.usage.json").ends_with("}\n"));
}

TEST_F(ReportFilesTest, OnlyAFileThatHasOtherBytesIsPutInPlace)
{
    use(november / 2, 10);
    const auto inode = [&](const char* file) {
        struct stat found { };
        EXPECT_EQ(::stat((folder / "reports" / "2026-11" / file).c_str(), &found), 0);
        return found.st_ino;
    };
    write(november);
    const auto climate = inode("climate.brics.usage.json");
    const auto ocean = inode("ocean.brics.usage.json");
    auto again = write(november);
    EXPECT_EQ(again.reports, 2U);
    EXPECT_EQ(again.written, 0U);
    EXPECT_EQ(inode("climate.brics.usage.json"), climate);
    use(november / 2, 11);
    again = write(november);
    EXPECT_EQ(again.reports, 2U);
    EXPECT_EQ(again.written, 1U);
    EXPECT_NE(inode("climate.brics.usage.json"), climate);
    EXPECT_EQ(inode("ocean.brics.usage.json"), ocean);
    EXPECT_THAT(content("2026-11/climate.brics.usage.json"), HasSubstr(R"("mia":{"seconds":11})"));
    // One that somebody spoilt is mended.
    std::ofstream(folder / "reports" / "2026-11" / "ocean.brics.usage.json") << "{}";
    EXPECT_EQ(write(november).written, 1U);
}

TEST_F(ReportFilesTest, AMonthOfWhichNoDayWasReadHasNoUsageDocument)
{
    use(november / 2, 10);
    EXPECT_EQ(write(october).reports, 0U);
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(ReportFilesTest, OfAMonthThatIsOverTheLastSnapshotStandsOnTop)
{
    store(*parse_instant("2026-10-30T08:00:00Z"), 1024);
    store(*parse_instant("2026-10-31T08:00:00Z"), 2048);
    store(*parse_instant("2026-11-05T08:00:00Z"), 4096);
    write(october);
    EXPECT_THAT(files(), ElementsAre("2026-10/climate.brics.storage.json"));
    const auto text = content("2026-10/climate.brics.storage.json");
    const auto read = parse_project_storage_report(text);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->report.newest.generated_at, *parse_instant("2026-10-31T08:00:00Z"));
    EXPECT_EQ(read->report.newest.project_quotas.at("scratch").usage, 2048U);
    EXPECT_EQ(read->report.daily_reports.size(), 1U);
    EXPECT_EQ(read->report.users.size(), 1U);
    store(*parse_instant("2026-11-05T09:00:00Z"), 8192);
    EXPECT_EQ(write(october).written, 0U);
    EXPECT_EQ(content("2026-10/climate.brics.storage.json"), text);
}

TEST_F(ReportFilesTest, AreForTheirOwnerAndGroup)
{
    use(november / 2, 10);
    const auto before = ::umask(077);
    write(november);
    ::umask(before);
    const auto mode = [&](const char* path) {
        return static_cast<unsigned>(std::filesystem::status(folder / "reports" / path).permissions());
    };
    EXPECT_EQ(mode(""), 0750U);
    EXPECT_EQ(mode("2026-11"), 0750U);
    EXPECT_EQ(mode("2026-11/climate.brics.usage.json"), 0640U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "reports" / "2026-11"), {}), 2);
}

TEST_F(ReportFilesTest, AFolderThatCantBeMadeIsAnError)
{
    use(november / 2, 10);
    const auto no_parent = write_reports(folder / "no/reports", *database, scope, november, now);
    ASSERT_FALSE(no_parent);
    EXPECT_EQ(no_parent.error().code, Errc::not_found);
    EXPECT_THAT(no_parent.error().text, HasSubstr("making the folder"));
    write_file(folder / "file", "");
    EXPECT_FALSE(write_reports(folder / "file", *database, scope, november, now));
    EXPECT_FALSE(std::filesystem::exists(folder / "no"));
}

TEST_F(ReportFilesTest, WhatMayNotBeWrittenIsRefusedBeforeAnythingIs)
{
    PortalUsageReport report { "brics", { { "climate.brics", { "climate.brics", {}, {} } } } };
    report.reports.begin()->second.users["mia.ocean.brics"] = "mia";
    const auto put = put_files(folder / "reports", november, report);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, Errc::invalid);
    EXPECT_FALSE(std::filesystem::exists(folder / "reports"));
}

TEST(MonthsToWrite, AreThisOneTheLastWhileItsDaysAreOpenAndThoseOfDaysJustRead)
{
    const auto on = [](const char* now, const std::vector<LedgerDay>& read = {}) {
        std::vector<std::string> out;
        for (const auto month : months_to_write(*parse_instant(now), std::chrono::days { 2 }, read))
            out.push_back(text(month));
        return out;
    };
    EXPECT_THAT(on("2026-11-01T00:00:00Z"), ElementsAre("2026-10", "2026-11"));
    EXPECT_THAT(on("2026-11-03T23:59:59Z"), ElementsAre("2026-10", "2026-11"));
    EXPECT_THAT(on("2026-11-04T00:00:00Z"), ElementsAre("2026-11"));
    EXPECT_THAT(on("2027-01-01T00:00:00Z"), ElementsAre("2026-12", "2027-01"));
    // After weeks away: the days that were open are read once more.
    EXPECT_THAT(on("2026-11-20T00:00:00Z",
                    { { .day = october / 31, .read = {} }, { .day = november / 1, .read = {} } }),
        ElementsAre("2026-10", "2026-11"));
}

} // namespace
} // namespace site
