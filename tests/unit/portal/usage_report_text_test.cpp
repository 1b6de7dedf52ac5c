#include "unit/portal/usage_sample.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

const Vectors vectors("usage");

template <class Reading> auto good(const Result<Reading>& read)
{
    EXPECT_TRUE(read) << (read ? "" : read.error().text);
    using Report = decltype(read->report);
    if (!read)
        return Report {};
    EXPECT_THAT(said(read->findings), IsEmpty());
    return read->report;
}

DailyUsageReport good_day(const std::string& text)
{
    return good(parse_daily_usage_report(text));
}

ProjectUsageReport good_project(const std::string& text)
{
    return good(parse_project_usage_report(text));
}

template <class Reading> std::string refusal_of(const Result<Reading>& read, const std::string& text)
{
    EXPECT_FALSE(read) << text;
    if (read)
        return {};
    EXPECT_EQ(read.error().code, Errc::invalid);
    return read.error().text;
}

std::string day_refusal(const std::string& text)
{
    return refusal_of(parse_daily_usage_report(text), text);
}

std::string refusal(const std::string& text)
{
    return refusal_of(parse_project_usage_report(text), text);
}

/// Members as an object; an empty text takes one out.
std::string object(const std::map<std::string, std::string>& members)
{
    std::string out;
    for (const auto& [name, value] : members)
        if (!value.empty())
            out += (out.empty() ? "{\"" : ",\"") + name + "\":" + value;
    return out.empty() ? "{}" : out + "}";
}

std::string day_with(const std::map<std::string, std::string>& members)
{
    std::map<std::string, std::string> all { { "reports", "{}" }, { "is_complete", "true" } };
    for (const auto& [name, value] : members)
        all[name] = value;
    return object(all);
}

std::string project_with(const std::map<std::string, std::string>& members)
{
    std::map<std::string, std::string> all { { "project", R"("climate.brics")" }, { "reports", "{}" },
        { "users", "{}" } };
    for (const auto& [name, value] : members)
        all[name] = value;
    return object(all);
}

TEST(UsageReportText, EveryAcceptedVectorComesBack)
{
    EXPECT_EQ(vectors.that("accept-").size(), 5U);
    for (const auto& name : vectors.that("accept-day-")) {
        const auto read = good_day(vectors.text(name));
        EXPECT_EQ(good_day(json_text(read)), read) << name;
    }
    for (const auto& name : vectors.that("accept-project-")) {
        const auto read = good_project(vectors.text(name));
        EXPECT_TRUE(check(read)) << name;
        EXPECT_EQ(good_project(json_text(read)), read) << name;
    }
    const auto all = good(parse_portal_usage_report(vectors.text("accept-portal")));
    EXPECT_EQ(good(parse_portal_usage_report(json_text(all))), all);
    EXPECT_EQ(all.portal, "brics");
    EXPECT_THAT(all.reports.at("climate.brics").reports.at(day("2026-03-05")).reports,
        ElementsAre(Pair("mia.climate", 1)));
}

TEST(UsageReportText, EveryRejectedVectorIsRefusedWithTheMembersName)
{
    const std::map<std::string, std::string> of_days { { "reject-day-without-completeness",
                                                           "is_complete is missing" },
        { "reject-day-components-null", "components is not an object" },
        { "reject-day-fraction", R"(reports: "mia.climate": seconds is no whole number)" },
        { "reject-day-negative", R"(reports: "mia.climate": seconds is no whole number)" },
        { "reject-day-bare-number", R"(reports: "mia.climate": is not an object)" } };
    const std::map<std::string, std::string> of_projects { { "reject-project-user-of-two-parts",
                                                               R"(users: identifier "mia.climate")" },
        { "reject-project-impossible-date", R"(reports: "2026-02-30")" },
        { "reject-project-of-three-parts", R"(project: identifier "a.climate.brics")" } };
    EXPECT_EQ(vectors.that("reject-").size(), of_days.size() + of_projects.size());
    for (const auto& [name, why] : of_days)
        EXPECT_THAT(day_refusal(vectors.text(name)), StartsWith(why)) << name;
    for (const auto& [name, why] : of_projects)
        EXPECT_THAT(refusal(vectors.text(name)), StartsWith(why)) << name;
}

TEST(UsageReportText, IsReadAsItIsMeant)
{
    EXPECT_EQ(good_project(vectors.text("accept-project-two-days")), usage_sample());
    const auto old = good_day(vectors.text("accept-day-of-old"));
    EXPECT_EQ(old.num_jobs, 12U);
    EXPECT_THAT(old.user_job_counts, IsEmpty());
    EXPECT_TRUE(old.is_complete);
    EXPECT_EQ(good_day(vectors.text("accept-day-smallest")), DailyUsageReport {});
}

TEST(UsageReportText, AMissingMemberOrOneOfAnotherFormIsNamed)
{
    for (const auto* name : { "project", "reports", "users" }) {
        EXPECT_EQ(refusal(project_with({ { name, "" } })), std::string(name) + " is missing");
        for (const auto* value : { "null", "[]", "7", "true" })
            EXPECT_THAT(refusal(project_with({ { name, value } })), StartsWith(name)) << value;
    }
    for (const auto* name : { "reports", "is_complete" })
        EXPECT_EQ(day_refusal(day_with({ { name, "" } })), std::string(name) + " is missing");
    for (const auto* name : { "reports", "components", "user_job_counts", "user_wait_seconds", "num_jobs",
             "total_wait_seconds", "is_complete" })
        for (const auto* value : { "null", "[]", "-7", "\"true\"", "1.0" })
            EXPECT_THAT(day_refusal(day_with({ { name, value } })), StartsWith(name)) << value;
    EXPECT_THAT(refusal(project_with({ { "users", R"({"mia.climate.brics":null})" } })),
        StartsWith(R"(users: "mia.climate.brics")"));
    EXPECT_THAT(refusal(project_with({ { "reports", R"({"2026-03-04":{"reports":{}}})" } })),
        StartsWith("reports: 2026-03-04: is_complete is missing"));
    EXPECT_THAT(refusal(project_with({ { "reports", R"({"2026-03-04":null})" } })),
        StartsWith(R"(reports: "2026-03-04" is not an object)"));
}

TEST(UsageReportText, FiguresAreWholeNumbersOf64Bits)
{
    EXPECT_EQ(good_day(day_with({ { "reports", R"({"mia":{"seconds":18446744073709551615}})" } }))
                  .reports.at("mia"),
        18446744073709551615U);
    EXPECT_EQ(
        good_day(day_with({ { "reports", R"({"mia":{"seconds":0,"note":null}})" } })).reports.at("mia"), 0U);
    EXPECT_EQ(good_day(day_with({ { "num_jobs", "7" } })).num_jobs, 7U);
    for (const auto* bad :
        { "-1", "1.0", "1e3", "18446744073709551616", "true", "null", "[]", "{}", "\"3600\"" }) {
        const auto seconds = R"({"mia":{"seconds":)" + std::string(bad) + "}}";
        EXPECT_THAT(
            day_refusal(day_with({ { "reports", seconds } })), StartsWith(R"(reports: "mia": seconds)"))
            << bad;
        EXPECT_THAT(day_refusal(day_with({ { "components", R"({"cpu":)" + seconds + "}" } })),
            StartsWith(R"(components: "cpu": "mia": seconds)"))
            << bad;
        EXPECT_THAT(day_refusal(day_with({ { "user_job_counts", R"({"mia":)" + std::string(bad) + "}" } })),
            StartsWith(R"(user_job_counts: "mia")"))
            << bad;
        EXPECT_THAT(day_refusal(day_with({ { "num_jobs", bad } })), StartsWith("num_jobs")) << bad;
    }
    for (const auto* bad : { "[3600]", "3600", "null", "{}" })
        EXPECT_THAT(day_refusal(day_with({ { "reports", R"({"mia":)" + std::string(bad) + "}" } })),
            StartsWith(R"(reports: "mia")"))
            << bad;
}

TEST(UsageReportText, MembersThatAreNotKnownArePassedOver)
{
    EXPECT_EQ(good_day(day_with({ { "note", "null" }, { "more", R"({"a":[1.5,null]})" } })),
        good_day(day_with({})));
    EXPECT_EQ(good_project(project_with({ { "note", "[]" } })), good_project(project_with({})));
}

TEST(UsageReportText, AnyComponentIsTakenAndAZeroIsLeftOut)
{
    const auto read = good_day(day_with({ { "components",
        R"({"gres/fpga":{"mia":{"seconds":4},"olu":{"seconds":0}},"gpu":{"mia":{"seconds":0}},"cpu":{}})" } }));
    EXPECT_THAT(read.components, ElementsAre(Pair("gres/fpga", ElementsAre(Pair("mia", 4)))));
}

TEST(UsageReportText, ADoubledMemberIsRefusedAtEveryDepth)
{
    for (const auto& text : { project_with({}).insert(1, R"("users":{},)"),
             project_with({ { "users", R"({"mia.climate.brics":"a","mia.climate.brics":"a"})" } }),
             project_with({ { "reports",
                 R"({"2026-03-04":)"
                     + day_with({ { "reports", R"({"a":{"seconds":1},"\u0061":{"seconds":2}})" } })
                     + "}" } }) })
        EXPECT_THAT(refusal(text), HasSubstr("stands twice")) << text;
}

TEST(UsageReportText, NamesAndDatesAreStrict)
{
    for (const auto* project : { "climate", " climate.brics", "-c.brics", "climate.br ics" })
        EXPECT_THAT(refusal(project_with({ { "project", '"' + std::string(project) + '"' } })),
            StartsWith("project"));
    for (const auto* user : { "mia..brics", "mia lee.climate.brics", "" })
        EXPECT_THAT(refusal(project_with({ { "users", "{\"" + std::string(user) + R"(":"mia"})" } })),
            AllOf(StartsWith("users"), HasSubstr("identifier")))
            << user;
    for (const auto* local : { "", "mia lee", "mia\\nroot" }) {
        EXPECT_THAT(
            refusal(project_with({ { "users", R"({"mia.climate.brics":")" + std::string(local) + "\"}" } })),
            HasSubstr("no user's name"));
        EXPECT_THAT(day_refusal(day_with({ { "user_wait_seconds", "{\"" + std::string(local) + "\":0}" } })),
            HasSubstr("no user's name"));
    }
    EXPECT_THAT(day_refusal(day_with({ { "components", R"({"a b":{"mia":{"seconds":1}}})" } })),
        HasSubstr("no component's name"));
    for (const auto* at : { "2026-3-5", "2026-02-30", "20260303", "2026-03-03 ", "" })
        EXPECT_THAT(
            refusal(project_with({ { "reports", "{\"" + std::string(at) + "\":" + day_with({}) + "}" } })),
            StartsWith("reports"))
            << at;
}

TEST(UsageReportText, OnlyOneObjectOfUtf8IsADocument)
{
    for (const auto& text : { std::string(), std::string("null"), std::string("[]"), project_with({}) + " x",
             project_with({}) + project_with({}), project_with({ { "note", "\"\xff\"" } }),
             project_with({}).substr(0, 20), "[" + project_with({}) + "]" })
        refusal(text);
    EXPECT_EQ(good_project(" \n" + project_with({}) + "\n"), good_project(project_with({})));
}

TEST(UsageReportText, WhatDoesNotAgreeIsReadWithFindings)
{
    const auto read = parse_daily_usage_report(day_with({ { "user_job_counts", R"({"mia":2})" } }));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->report.num_jobs, 2U);
    EXPECT_THAT(said(read->findings), ElementsAre(": num_jobs is 0, and the users' sum 2, which is taken"));
    const auto project
        = parse_project_usage_report(project_with({ { "users", R"({"mia.ocean.brics":"mia.ocean"})" } }));
    ASSERT_TRUE(project) << project.error().text;
    EXPECT_EQ(project->findings.size(), 1U);
    EXPECT_THAT(project->report.users, IsEmpty());
    // A sum that can't be said is refused.
    EXPECT_THAT(day_refusal(day_with({ { "user_job_counts", R"({"a":18446744073709551615,"b":1})" } })),
        HasSubstr("beyond 64 bits"));
}

TEST(UsageReportText, OfAPortalIsReadProjectByProject)
{
    const auto portal = [](const std::string& name, const std::string& reports) {
        return parse_portal_usage_report(R"({"portal":)" + name + R"(,"reports":)" + reports + "}");
    };
    const auto two = portal(R"("brics")",
        R"({"climate.brics":)" + project_with({}) + R"(,"ocean.brics":)" + project_with({}) + "}");
    ASSERT_TRUE(two) << two.error().text;
    EXPECT_EQ(two->report.reports.size(), 1U);
    EXPECT_THAT(
        said(two->findings), ElementsAre("ocean.brics: holds the report of \"climate.brics\", left out"));
    for (const auto* name : { "null", "7", R"("")", R"("bri cs")", R"("bri.cs")" })
        EXPECT_THAT(portal(name, "{}").error().text, StartsWith("portal")) << name;
    for (const auto* reports :
        { "null", "[]", R"({"climate":{}})", R"({"climate.brics":null})", R"({"climate.brics":{}})" })
        EXPECT_THAT(portal(R"("brics")", reports).error().text, StartsWith("reports")) << reports;
    EXPECT_EQ(parse_portal_usage_report(R"({"portal":"brics"})").error().text, "reports is missing");
}

TEST(UsageReportText, IsWrittenWithSortedKeysAndAllMembersOfADay)
{
    EXPECT_EQ(json_text(DailyUsageReport {}),
        R"({"components":{},"is_complete":false,"num_jobs":0,"reports":{},"total_wait_seconds":0,)"
        R"("user_job_counts":{},"user_wait_seconds":{}})");
    EXPECT_EQ(json_text(ProjectUsageReport { "climate.brics", {}, {} }),
        R"({"project":"climate.brics","reports":{},"users":{}})");
    EXPECT_EQ(json_text(PortalUsageReport { "brics", { { "climate.brics", usage_sample() } } }),
        R"({"portal":"brics","reports":{"climate.brics":)" + json_text(usage_sample()) + "}}");
    auto report = usage_sample();
    auto& daily = report.reports.begin()->second;
    daily.components["billing"]["mia.climate"] = 0;
    daily.components["gpu"]["olu.climate"] = 0;
    EXPECT_EQ(json_text(report), json_text(usage_sample()));
    EXPECT_EQ(json_text(report),
        R"({"project":"climate.brics","reports":{"2026-03-04":{"components":{"cpu":{"mia.climate":)"
        R"({"seconds":460800},"olu.climate":{"seconds":1280}},"gpu":{"mia.climate":{"seconds":14400}},)"
        R"("memory":{"mia.climate":{"seconds":943718400}}},"is_complete":true,"num_jobs":3,)"
        R"("reports":{"mia.climate":{"seconds":3600},"olu.climate":{"seconds":41},)"
        R"("unknown":{"seconds":7}},"total_wait_seconds":95,)"
        R"("user_job_counts":{"mia.climate":1,"olu.climate":2},)"
        R"("user_wait_seconds":{"mia.climate":95,"olu.climate":0}},)"
        R"("2026-03-05":{"components":{},"is_complete":false,"num_jobs":0,)"
        R"("reports":{"mia.climate":{"seconds":1800}},"total_wait_seconds":0,"user_job_counts":{},)"
        R"("user_wait_seconds":{}}},"users":{"mia.climate.brics":"mia.climate"}})");
}

/// The example in the page is what is written of the sample, save for blanks.
TEST(UsageReportText, ThePageShowsWhatIsWritten)
{
    const auto page = read_file(SITE_DOCS_DIR "/formats/usage-report.md");
    const std::string mark = "```json\n";
    const auto begin = page.find(mark);
    ASSERT_NE(begin, std::string::npos);
    const auto from = begin + mark.size();
    const auto block = page.substr(from, page.find("```", from) - from);
    EXPECT_EQ(boost::json::serialize(boost::json::parse(block)), json_text(usage_sample()));
    EXPECT_EQ(page.find(mark, from), std::string::npos) << "a second example that no test looks at";
}

} // namespace
} // namespace site
