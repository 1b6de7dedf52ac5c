#include "unit/portal/storage_sample.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(StorageReports, CheckNamesWhatMayNotBeWritten)
{
    EXPECT_TRUE(check(storage_sample()));
    const std::pair<std::function<void(ProjectStorageReport&)>, const char*> cases[] = {
        { [](auto& report) { report.newest.project = "climate"; }, "parts joined by dots" },
        { [](auto& report) { report.users["mia.ocean.brics"] = "mia.ocean"; },
            "\"mia.ocean.brics\" is not of project climate.brics" },
        { [](auto& report) { report.users["mia"] = "mia"; }, "parts joined by dots" },
        { [](auto& report) { report.users["mia.climate.brics"] = ""; }, "no user's name" },
        { [](auto& report) { report.users["mia.climate.brics"] = "mia\nroot"; }, "no user's name" },
        { [](auto& report) { report.newest.user_quotas["mia.climate.other"] = {}; },
            "\"mia.climate.other\" is not of project" },
        { [](auto& report) { report.newest.project_quotas["two words"] = {}; },
            "\"two words\" is no volume" },
        { [](auto& report) { report.newest.user_quotas["mia.climate.brics"]["a\tb"] = {}; }, "is no volume" },
        { [](auto& report) { report.daily_reports.begin()->second.user_quotas["mia.ocean.brics"] = {}; },
            "the report of 2026-03-03: \"mia.ocean.brics\" is not of project" },
        { [](auto& report) { report.daily_reports.begin()->second.project_quotas[""] = {}; },
            "the report of 2026-03-03: \"\" is no volume" },
        { [](auto& report) { report.daily_reports.begin()->second.project = "ocean.brics"; },
            "the report of 2026-03-03 is of \"ocean.brics\"" },
        { [](auto& report) {
             report.daily_reports.begin()->second.generated_at = *parse_instant("2026-03-04T00:00:00Z");
         },
            "the report of 2026-03-03 was made on 2026-03-04" },
        { [](auto& report) { report.newest.generated_at = *parse_instant("2026-03-03T01:00:00Z"); },
            "the newest's own day, 2026-03-03" },
    };
    for (const auto& [spoil, why] : cases) {
        auto report = storage_sample();
        spoil(report);
        const auto checked = check(report);
        ASSERT_FALSE(checked) << why;
        EXPECT_EQ(checked.error().code, Errc::invalid);
        EXPECT_THAT(checked.error().text, HasSubstr(why));
    }
}

TEST(StorageReports, CheckOfAPortalLooksAtEachProject)
{
    const PortalStorageReport good { "brics", { { "climate.brics", storage_sample() } } };
    EXPECT_TRUE(check(good));
    EXPECT_FALSE(check(PortalStorageReport { "bri cs", {} }));
    EXPECT_FALSE(check(PortalStorageReport { "", {} }));
    EXPECT_THAT(
        check(PortalStorageReport { "other", good.reports }).error().text, HasSubstr("not of portal"));
    EXPECT_THAT(check(PortalStorageReport { "brics", { { "ocean.brics", storage_sample() } } }).error().text,
        HasSubstr("is of \"climate.brics\""));
    auto bad = good;
    bad.reports.begin()->second.newest.project_quotas[" "] = {};
    EXPECT_THAT(check(bad).error().text, HasSubstr("the report of \"climate.brics\""));
}

TEST(StorageReports, AVolumesNameHasNoBlankAndIsNotLong)
{
    for (const auto& name : { std::string("projects"), std::string("/lustre/x,y:z"), std::string(64, 'a') })
        EXPECT_TRUE(check_volume_name(name)) << name;
    for (const auto& name : { std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\n"),
             std::string("a\0b", 3), std::string("\x7f"),
             std::string("donn\xc3\xa9"
                         "es"),
             std::string("\xc2\xa0") })
        EXPECT_FALSE(check_volume_name(name)) << name;
}

TEST(StorageReports, WhatAgreesIsLeftAsItIs)
{
    const auto read = agreeing(storage_sample());
    EXPECT_EQ(read.report, storage_sample());
    EXPECT_THAT(read.findings, IsEmpty());
}

TEST(StorageReports, ASnapshotUnderAForeignDayIsFiledUnderItsOwn)
{
    auto report = storage_sample();
    report.daily_reports = { { day("2026-03-01"), snapshot_at("2026-03-02T10:00:00Z", 1) } };
    const auto read = agreeing(report);
    EXPECT_THAT(said(read.findings),
        ElementsAre("climate.brics: the snapshot of 2026-03-01 was made on 2026-03-02, filed there"));
    EXPECT_EQ(read.findings.front().code, "storage-report");
    ASSERT_EQ(read.report.daily_reports.size(), 1U);
    EXPECT_EQ(read.report.daily_reports.at(day("2026-03-02")), snapshot_at("2026-03-02T10:00:00Z", 1));
}

TEST(StorageReports, OfTwoSnapshotsOfOneDayTheLaterIsKeptWhereverItStood)
{
    for (const auto& [at_first, at_second] : { std::pair { "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z" },
             { "2026-03-02T11:00:00Z", "2026-03-02T10:00:00Z" } }) {
        auto report = storage_sample();
        report.daily_reports = { { day("2026-03-01"), snapshot_at(at_first, 1) },
            { day("2026-03-02"), snapshot_at(at_second, 2) } };
        const auto read = agreeing(report);
        EXPECT_EQ(read.findings.size(), 2U);
        ASSERT_EQ(read.report.daily_reports.size(), 1U);
        EXPECT_EQ(text(read.report.daily_reports.at(day("2026-03-02")).generated_at), "2026-03-02T11:00:00Z");
        EXPECT_TRUE(check(read.report));
    }
}

TEST(StorageReports, TheLaterOfTheNewestsOwnDayIsTheNewest)
{
    auto report = storage_sample();
    report.daily_reports[day("2026-03-05")] = snapshot_at("2026-03-05T08:00:00Z", 1);
    auto read = agreeing(report);
    EXPECT_EQ(read.report, storage_sample());
    EXPECT_THAT(said(read.findings),
        ElementsAre(
            "climate.brics: the newest snapshot's own day, 2026-03-05, stands in the history, the later "
            "is kept"));
    report.daily_reports[day("2026-03-05")] = snapshot_at("2026-03-05T20:00:00Z", 1);
    read = agreeing(report);
    EXPECT_EQ(read.report.newest, snapshot_at("2026-03-05T20:00:00Z", 1));
    EXPECT_EQ(read.report.users, storage_sample().users);
    EXPECT_EQ(read.report.daily_reports, storage_sample().daily_reports);
}

TEST(StorageReports, WhatIsOfAnotherProjectIsLeftOutAndTold)
{
    auto report = storage_sample();
    report.users["mia.ocean.brics"] = "mia.ocean";
    report.users["olu.ocean.brics"] = "olu.ocean";
    report.newest.user_quotas["mia.climate.other"]["home"] = {};
    report.daily_reports.begin()->second.user_quotas["mia.ocean.brics"]["home"] = {};
    auto other = snapshot_at("2026-03-01T08:00:00Z", 1);
    other.project = "ocean.brics";
    report.daily_reports[day("2026-03-01")] = other;
    const auto read = agreeing(report);
    EXPECT_EQ(read.report, storage_sample());
    EXPECT_THAT(said(read.findings),
        ElementsAre("climate.brics: the snapshot of 2026-03-01 is of \"ocean.brics\", left out",
            "climate.brics: users: 2 not of this project, left out, such as \"mia.ocean.brics\"",
            "climate.brics: user_quotas: 1 not of this project, left out, such as \"mia.climate.other\"",
            "climate.brics: user_quotas of 2026-03-03: 1 not of this project, left out, such as "
            "\"mia.ocean.brics\""));
}

TEST(StorageReports, AProjectUnderAnotherNameOrOfAnotherPortalIsLeftOutAndTold)
{
    auto foreign = storage_sample();
    foreign.newest.project = "climate.other";
    PortalStorageReport report { "brics",
        { { "climate.brics", storage_sample() }, { "climate.other", foreign },
            { "ocean.brics", storage_sample() } } };
    report.reports.at("climate.brics").users["mia.ocean.brics"] = "mia.ocean";
    const auto read = agreeing(report);
    ASSERT_EQ(read.report.reports.size(), 1U);
    EXPECT_EQ(read.report.reports.at("climate.brics"), storage_sample());
    EXPECT_THAT(said(read.findings),
        ElementsAre("climate.brics: users: 1 not of this project, left out, such as \"mia.ocean.brics\"",
            "climate.other: is not of portal \"brics\", left out",
            "ocean.brics: holds the report of \"climate.brics\", left out"));
    EXPECT_TRUE(check(read.report));
}

TEST(StorageReports, MergedKeepTheLaterOfEachDay)
{
    auto older = storage_sample();
    older.newest.generated_at = *parse_instant("2026-03-04T08:00:00Z");
    older.users["eve.climate.brics"] = "eve.climate";
    older.users["mia.climate.brics"] = "mia.old";
    older.daily_reports.begin()->second.generated_at = *parse_instant("2026-03-03T23:59:30Z");
    for (const auto& both : { merged(older, storage_sample()), merged(storage_sample(), older) }) {
        ASSERT_TRUE(both) << both.error().text;
        EXPECT_EQ(both->newest, storage_sample().newest);
        EXPECT_EQ(both->users.size(), 4U);
        EXPECT_EQ(both->users.at("mia.climate.brics"), "mia.climate");
        ASSERT_EQ(both->daily_reports.size(), 2U);
        EXPECT_EQ(text(both->daily_reports.at(day("2026-03-03")).generated_at), "2026-03-03T23:59:30Z");
        EXPECT_EQ(both->daily_reports.at(day("2026-03-04")), older.newest);
        EXPECT_TRUE(check(*both));
    }
}

TEST(StorageReports, OfTheNewestsOwnDayTheOlderIsDroppedWholeWhenMerged)
{
    auto other = storage_sample();
    other.newest = snapshot_at("2026-03-05T08:00:00Z", 7);
    EXPECT_EQ(*merged(other, storage_sample()), storage_sample());
    other.newest = snapshot_at("2026-03-04T08:00:00Z", 7);
    other.daily_reports = { { day("2026-03-05"), snapshot_at("2026-03-05T01:00:00Z", 8) } };
    const auto both = merged(storage_sample(), other);
    EXPECT_FALSE(both->daily_reports.contains(day("2026-03-05")));
    EXPECT_EQ(both->daily_reports.size(), 2U);
}

TEST(StorageReports, OfATieTheLeftOneIsOnTop)
{
    auto left = storage_sample();
    left.newest.project_quotas.clear();
    EXPECT_EQ(merged(left, storage_sample())->newest, left.newest);
    EXPECT_EQ(merged(storage_sample(), left)->newest, storage_sample().newest);
}

TEST(StorageReports, OfTwoProjectsAreNotMerged)
{
    auto other = storage_sample();
    other.newest.project = "ocean.brics";
    const auto both = merged(storage_sample(), other);
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().code, Errc::invalid);
}

TEST(StorageReports, FilteredCutsTheHistoryOnly)
{
    auto report = storage_sample();
    for (const auto* at : { "2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z" })
        report.daily_reports[day_of(*parse_instant(at))] = snapshot_at(at, 1);
    const auto days = [&](const char* first, const char* last) {
        const auto some = filtered(report, day(first), day(last));
        EXPECT_EQ(some.newest, report.newest);
        EXPECT_EQ(some.users, report.users);
        std::vector<std::string> out;
        for (const auto& [at, daily] : some.daily_reports)
            out.push_back(text(at).substr(8));
        return out;
    };
    EXPECT_THAT(days("2026-03-02", "2026-03-03"), ElementsAre("02", "03"));
    EXPECT_THAT(days("2026-03-01", "2026-03-31"), ElementsAre("01", "02", "03", "04"));
    EXPECT_THAT(days("2026-03-04", "2026-03-04"), ElementsAre("04"));
    EXPECT_THAT(days("2026-03-03", "2026-03-02"), IsEmpty());
}

} // namespace
} // namespace site
