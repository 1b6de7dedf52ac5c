#include "unit/portal/usage_sample.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

DailyUsageReport& first_day(ProjectUsageReport& report)
{
    return report.reports.begin()->second;
}

TEST(UsageReports, CheckNamesWhatMayNotBeWritten)
{
    EXPECT_TRUE(check(usage_sample()));
    const std::pair<std::function<void(ProjectUsageReport&)>, const char*> cases[] = {
        { [](auto& report) { report.project = "climate"; }, "parts joined by dots" },
        { [](auto& report) { report.users["mia.ocean.brics"] = "mia.ocean"; },
            "\"mia.ocean.brics\" is not of project climate.brics" },
        { [](auto& report) { report.users["mia"] = "mia"; }, "parts joined by dots" },
        { [](auto& report) { report.users["mia.climate.brics"] = "mia\nroot"; }, "no user's name" },
        { [](auto& report) { report.users["olu.climate.brics"] = "mia.climate"; },
            "mia.climate.brics and olu.climate.brics have one local name, mia.climate" },
        { [](auto& report) { report.users["olu.climate.brics"] = "unknown"; }, "stands for nobody" },
        { [](auto& report) { report.reports[Day { std::chrono::year { 1969 } / 12 / 31 }]; },
            "1969-12-31 is no day" },
        { [](auto& report) { first_day(report).reports["two words"] = 1; },
            "the report of 2026-03-04: reports: \"two words\" is no user's name" },
        { [](auto& report) { first_day(report).components["cpu"][""] = 1; },
            "components: cpu: \"\" is no user's name" },
        { [](auto& report) { first_day(report).components["a b"]; },
            "components: \"a b\" is no component's name" },
        { [](auto& report) { first_day(report).user_job_counts["\t"] = 1; }, "user_job_counts: " },
        { [](auto& report) { first_day(report).user_wait_seconds[""] = 1; }, "user_wait_seconds: " },
        { [](auto& report) { first_day(report).num_jobs = 2; },
            "the report of 2026-03-04: num_jobs is 2, and the users' sum 3" },
        { [](auto& report) { first_day(report).total_wait_seconds = 0; }, "total_wait_seconds is 0" },
        { [](auto& report) { first_day(report).user_job_counts["eve"] = most; }, "beyond 64 bits" },
    };
    for (const auto& [spoil, why] : cases) {
        auto report = usage_sample();
        spoil(report);
        const auto checked = check(report);
        ASSERT_FALSE(checked) << why;
        EXPECT_EQ(checked.error().code, Errc::invalid);
        EXPECT_THAT(checked.error().text, HasSubstr(why));
    }
}

TEST(UsageReports, TotalsAloneAsInOldDocumentsAreGood)
{
    DailyUsageReport old { .num_jobs = 12, .total_wait_seconds = 5 };
    EXPECT_TRUE(check(old));
    EXPECT_EQ(agreeing(old).report, old);
    old.user_wait_seconds["mia"] = 5;
    EXPECT_FALSE(check(old)); // the jobs' users are missing
}

TEST(UsageReports, CheckOfAPortalLooksAtEachProject)
{
    const PortalUsageReport good { "brics", { { "climate.brics", usage_sample() } } };
    EXPECT_TRUE(check(good));
    EXPECT_FALSE(check(PortalUsageReport { "bri cs", {} }));
    EXPECT_FALSE(check(PortalUsageReport { "", {} }));
    EXPECT_THAT(check(PortalUsageReport { "other", good.reports }).error().text, HasSubstr("not of portal"));
    EXPECT_THAT(check(PortalUsageReport { "brics", { { "ocean.brics", usage_sample() } } }).error().text,
        HasSubstr("is of \"climate.brics\""));
    auto bad = good;
    first_day(bad.reports.begin()->second).num_jobs = 0;
    EXPECT_THAT(check(bad).error().text, HasSubstr("the report of \"climate.brics\": the report of 2026-"));
}

TEST(UsageReports, WhatAgreesIsLeftAsItIs)
{
    const auto read = agreeing(usage_sample());
    EXPECT_EQ(read.report, usage_sample());
    EXPECT_THAT(read.findings, IsEmpty());
}

TEST(UsageReports, TotalsThatAreNotTheSumsBecomeTheSums)
{
    auto report = usage_sample();
    first_day(report).num_jobs = 9;
    first_day(report).total_wait_seconds = 1;
    const auto read = agreeing(report);
    EXPECT_EQ(read.report, usage_sample());
    EXPECT_THAT(said(read.findings),
        ElementsAre("climate.brics: 2026-03-04: num_jobs is 9, and the users' sum 3, which is taken",
            "climate.brics: 2026-03-04: total_wait_seconds is 1, and the users' sum 95, which is taken"));
    EXPECT_EQ(read.findings.front().code, "usage-report");
}

TEST(UsageReports, WhoIsOfAnotherProjectOrSharesANameIsLeftOutAndHisUsageStays)
{
    auto report = usage_sample();
    report.users["mia.ocean.brics"] = "mia.ocean";
    report.users["ann.climate.brics"] = "olu.climate";
    report.users["olu.climate.brics"] = "olu.climate";
    report.users["eve.climate.brics"] = "unknown";
    const auto read = agreeing(report);
    EXPECT_EQ(read.report, usage_sample());
    EXPECT_THAT(said(read.findings),
        ElementsAre("climate.brics: users: 1 not of this project, left out, such as \"mia.ocean.brics\"",
            "climate.brics: users: 3 whose local name is another's too, or is unknown, left out"));
    EXPECT_TRUE(check(read.report));
}

TEST(UsageReports, AProjectUnderAnotherNameOrOfAnotherPortalIsLeftOutAndTold)
{
    auto foreign = usage_sample();
    foreign.project = "climate.other";
    foreign.users.clear();
    PortalUsageReport report { "brics",
        { { "climate.brics", usage_sample() }, { "climate.other", foreign },
            { "ocean.brics", usage_sample() } } };
    first_day(report.reports.at("climate.brics")).num_jobs = 0;
    const auto read = agreeing(report);
    ASSERT_EQ(read.report.reports.size(), 1U);
    EXPECT_EQ(read.report.reports.at("climate.brics"), usage_sample());
    EXPECT_THAT(said(read.findings),
        ElementsAre("climate.brics: 2026-03-04: num_jobs is 0, and the users' sum 3, which is taken",
            "climate.other: is not of portal \"brics\", left out",
            "ocean.brics: holds the report of \"climate.brics\", left out"));
    EXPECT_TRUE(check(read.report));
}

TEST(UsageReports, ADayOfBothIsAddedUpAndNotComplete)
{
    auto other = usage_sample();
    auto& full = first_day(other);
    full.reports["eve.climate"] = 5;
    full.components["billing"]["mia.climate"] = 9;
    const auto both = merged(usage_sample(), other);
    ASSERT_TRUE(both) << both.error().text;
    const auto& day = both->reports.begin()->second;
    EXPECT_THAT(day.reports,
        UnorderedElementsAre(
            Pair("mia.climate", 7200), Pair("olu.climate", 82), Pair("unknown", 14), Pair("eve.climate", 5)));
    EXPECT_EQ(day.components.at("gpu").at("mia.climate"), 28'800U);
    EXPECT_EQ(day.components.at("billing").at("mia.climate"), 9U);
    EXPECT_EQ(day.user_job_counts.at("olu.climate"), 4U);
    EXPECT_EQ(day.user_wait_seconds.at("mia.climate"), 190U);
    EXPECT_EQ(day.num_jobs, 6U);
    EXPECT_EQ(day.total_wait_seconds, 190U);
    EXPECT_FALSE(day.is_complete);
    EXPECT_TRUE(check(*both));
}

TEST(UsageReports, ADayOfOneIsTakenAsItIsAndOfTwoLocalNamesTheFirstCounts)
{
    const ProjectUsageReport other { "climate.brics",
        { { day("2026-03-03"), usage_sample().reports.begin()->second } },
        { { "mia.climate.brics", "mia.old" }, { "ann.climate.brics", "ann.climate" } } };
    const auto both = merged(usage_sample(), other);
    ASSERT_TRUE(both) << both.error().text;
    EXPECT_EQ(both->reports.size(), 3U);
    EXPECT_TRUE(both->reports.at(day("2026-03-03")).is_complete);
    EXPECT_TRUE(both->reports.at(day("2026-03-04")).is_complete);
    EXPECT_THAT(both->users,
        ElementsAre(Pair("ann.climate.brics", "ann.climate"), Pair("mia.climate.brics", "mia.climate")));
}

TEST(UsageReports, ALocalNameThatTwoPeopleShareOnceMergedIsNobodys)
{
    ProjectUsageReport other { "climate.brics", {}, { { "ann.climate.brics", "mia.climate" } } };
    const auto both = merged(usage_sample(), other);
    ASSERT_TRUE(both);
    EXPECT_THAT(both->users, IsEmpty());
    EXPECT_TRUE(check(*both));
}

TEST(UsageReports, JobsOfAnOldDocumentCountInTheTotalsAlone)
{
    auto old = usage_sample();
    auto& day = first_day(old);
    day.user_job_counts.clear();
    day.user_wait_seconds.clear();
    day.num_jobs = 10;
    for (const auto& both : { merged(old, usage_sample()), merged(usage_sample(), old) }) {
        ASSERT_TRUE(both);
        const auto& sum = both->reports.begin()->second;
        EXPECT_EQ(sum.num_jobs, 13U);
        EXPECT_THAT(sum.user_job_counts, IsEmpty());
        EXPECT_THAT(sum.user_wait_seconds, IsEmpty());
        EXPECT_TRUE(check(*both));
    }
    // Without a job in it there is nothing that nobody can be told for.
    day.num_jobs = 0;
    day.total_wait_seconds = 0;
    EXPECT_EQ(merged(old, usage_sample())->reports.begin()->second.user_job_counts.size(), 2U);
}

TEST(UsageReports, WhatCantBeOneIsAnError)
{
    auto other = usage_sample();
    other.project = "ocean.brics";
    const auto two = merged(usage_sample(), other);
    ASSERT_FALSE(two);
    EXPECT_EQ(two.error().code, Errc::invalid);
    EXPECT_THAT(two.error().text, HasSubstr("\"ocean.brics\""));
    const std::function<void(DailyUsageReport&)> cases[]
        = { [](auto& day) { day.reports["mia.climate"] = most; },
              [](auto& day) { day.components["cpu"]["mia.climate"] = most; },
              [](auto& day) { day.user_job_counts["mia.climate"] = most; },
              [](auto& day) { day.user_wait_seconds["mia.climate"] = most; },
              [](auto& day) { day.num_jobs = most; }, [](auto& day) { day.total_wait_seconds = most; } };
    for (const auto& spoil : cases) {
        auto large = usage_sample();
        spoil(first_day(large));
        const auto both = merged(usage_sample(), large);
        ASSERT_FALSE(both);
        EXPECT_THAT(both.error().text, HasSubstr("2026-03-04: a sum of both reports is beyond 64 bits"));
    }
}

TEST(UsageReports, FilteredKeepsTheDaysOfTheRangeAndItsUsers)
{
    const auto days = [](const char* first, const char* last) {
        const auto left = filtered(usage_sample(), day(first), day(last));
        EXPECT_EQ(left.users, usage_sample().users);
        std::vector<std::string> out;
        for (const auto& [on, daily] : left.reports)
            out.push_back(text(on));
        return out;
    };
    EXPECT_THAT(days("2026-03-01", "2026-03-31"), ElementsAre("2026-03-04", "2026-03-05"));
    EXPECT_THAT(days("2026-03-05", "2026-03-05"), ElementsAre("2026-03-05"));
    EXPECT_THAT(days("2026-03-04", "2026-03-04"), ElementsAre("2026-03-04"));
    EXPECT_THAT(days("2026-03-05", "2026-03-04"), IsEmpty());
}

} // namespace
} // namespace site
