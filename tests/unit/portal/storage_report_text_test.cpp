#include "unit/portal/storage_sample.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <map>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const Vectors vectors("storage");

ProjectStorageReport good(const std::string& text)
{
    auto read = parse_project_storage_report(text);
    EXPECT_TRUE(read) << (read ? "" : read.error().text);
    if (!read)
        return {};
    EXPECT_THAT(said(read->findings), IsEmpty());
    return read->report;
}

/// A document of the least members, with some of them replaced or added; an empty text takes one out.
std::string document(const std::map<std::string, std::string>& members = {})
{
    std::map<std::string, std::string> all { { "project", R"("climate.brics")" },
        { "generated_at", R"("2026-03-05T11:02:33Z")" }, { "project_quotas", "{}" }, { "user_quotas", "{}" },
        { "users", "{}" } };
    for (const auto& [name, value] : members)
        all[name] = value;
    std::string out;
    for (const auto& [name, value] : all)
        if (!value.empty())
            out += (out.empty() ? "{\"" : ",\"") + name + "\":" + value;
    return out + "}";
}

std::string with_quota(const std::string& quota)
{
    return document({ { "project_quotas", R"({"projects":)" + quota + "}" } });
}

std::string refusal(const std::string& text)
{
    const auto read = parse_project_storage_report(text);
    EXPECT_FALSE(read) << text;
    if (read)
        return {};
    EXPECT_EQ(read.error().code, Errc::invalid);
    return read.error().text;
}

TEST(StorageReportText, EveryAcceptedVectorComesBack)
{
    const auto names = vectors.that("accept-");
    EXPECT_EQ(names.size(), 4U);
    for (const auto& name : names) {
        const auto text = vectors.text(name);
        if (const auto all = parse_portal_storage_report(text)) {
            EXPECT_THAT(all->findings, IsEmpty()) << name;
            EXPECT_EQ(parse_portal_storage_report(json_text(all->report))->report, all->report) << name;
            continue;
        }
        const auto read = good(text);
        EXPECT_TRUE(check(read)) << name;
        EXPECT_EQ(good(json_text(read)), read) << name;
    }
}

TEST(StorageReportText, EveryRejectedVectorIsRefusedWithTheMembersName)
{
    const std::map<std::string, std::string> why { { "reject-no-users", "users is missing" },
        { "reject-limit-as-number", R"(project_quotas: volume "projects": limit is not text)" },
        { "reject-limit-of-unknown-unit",
            R"(project_quotas: volume "projects": limit: "10 TiB" is no size)" },
        { "reject-limit-null", R"(project_quotas: volume "projects": limit is not text)" },
        { "reject-time-without-offset", "generated_at: \"2026-03-05T11:02:33\"" },
        { "reject-history-null", "daily_reports is not an object" },
        { "reject-usage-with-fraction", R"(project_quotas: volume "p": usage is neither)" } };
    const auto names = vectors.that("reject-");
    EXPECT_EQ(names.size(), why.size());
    for (const auto& name : names)
        EXPECT_THAT(refusal(vectors.text(name)), StartsWith(why.at(name))) << name;
}

TEST(StorageReportText, IsReadAsItIsMeant)
{
    const auto full = good(vectors.text("accept-with-history"));
    EXPECT_EQ(text(full.newest.generated_at), "2026-03-05T11:02:33Z");
    EXPECT_EQ(full.newest.project_quotas.at("projects").limit, 10995116277760U);
    EXPECT_FALSE(full.newest.project_quotas.at("scratch").limit);
    EXPECT_EQ(full.newest.project_quotas.at("scratch").usage, 0U);
    EXPECT_FALSE(full.newest.user_quotas.at("olu.climate.brics").at("home").usage); // unknown, not 0
    EXPECT_EQ(full.users.at("pat.climate.brics"), "pat.climate");
    ASSERT_EQ(full.daily_reports.size(), 1U);
    EXPECT_EQ(text(full.daily_reports.begin()->first), "2026-03-03");
    const auto odd = good(vectors.text("accept-odd-spellings"));
    EXPECT_FALSE(odd.newest.project_quotas.at("projects").limit);
    EXPECT_EQ(odd.newest.project_quotas.at("projects").usage, 4096U);
    EXPECT_EQ(odd.newest.user_quotas.at("mia.climate.brics").at("home").limit, 2199023255552U);
    EXPECT_FALSE(odd.newest.user_quotas.at("mia.climate.brics").at("home").usage);
    const auto all = parse_portal_storage_report(vectors.text("accept-of-a-portal"));
    ASSERT_TRUE(all) << all.error().text;
    EXPECT_EQ(all->report.portal, "brics");
    EXPECT_EQ(all->report.reports.at("climate.brics"), good(document()));
}

TEST(StorageReportText, TimesAreTurnedToUtcWholeSeconds)
{
    for (const auto* at : { "2026-03-05T11:02:33Z", "2026-03-05 11:02:33Z", "2026-03-05T12:02:33+01:00",
             "2026-03-05T05:32:33-05:30", "2026-03-05T11:02:33.9Z", "2026-03-05T11:02:33.123Z",
             "2026-03-05T11:02:33.123456Z", "2026-03-05T11:02:33.123456789Z", "2026-03-05t11:02:33z" })
        EXPECT_EQ(good(document({ { "generated_at", '"' + std::string(at) + '"' } })), good(document()))
            << at;
    for (const auto* at : { R"("2026-03-05T11:02:33.1234567890Z")", R"("2026-03-05T11:02:33.Z")",
             R"("2026-03-05")", R"("2026-02-30T11:02:33Z")", R"("2026-3-5T11:02:33Z")", "1772708553", "null",
             R"("1970-01-01T00:00:00+01:00")", R"("")" })
        EXPECT_THAT(refusal(document({ { "generated_at", at } })), StartsWith("generated_at")) << at;
    // The day is that of UTC: written on the 6th, made on the 5th.
    EXPECT_EQ(
        text(day_of(
            good(document({ { "generated_at", R"("2026-03-06T00:30:00+01:00")" } })).newest.generated_at)),
        "2026-03-05");
}

TEST(StorageReportText, MembersThatAreNotKnownArePassedOver)
{
    EXPECT_EQ(good(document({ { "note", "null" }, { "more", R"({"a":[1.5,null]})" } })), good(document()));
    EXPECT_EQ(good(with_quota(R"({"limit":"1 GB","soft":null})")), good(with_quota(R"({"limit":"1 GB"})")));
}

TEST(StorageReportText, AMissingMemberOrOneOfAnotherFormIsNamed)
{
    for (const auto* name : { "project", "generated_at", "project_quotas", "user_quotas", "users" }) {
        EXPECT_EQ(refusal(document({ { name, "" } })), std::string(name) + " is missing");
        for (const auto* value : { "null", "[]", "7", "true" })
            EXPECT_THAT(refusal(document({ { name, value } })), StartsWith(name)) << value;
    }
    EXPECT_THAT(refusal(document({ { "daily_reports", "[]" } })), StartsWith("daily_reports"));
    EXPECT_THAT(refusal(document({ { "users", R"({"mia.climate.brics":null})" } })),
        StartsWith(R"(users: "mia.climate.brics")"));
    EXPECT_THAT(refusal(document({ { "user_quotas", R"({"mia.climate.brics":null})" } })),
        StartsWith(R"(user_quotas: "mia.climate.brics")"));
    EXPECT_THAT(refusal(document({ { "daily_reports", R"({"2026-03-03":{"project":"climate.brics"}})" } })),
        StartsWith("daily_reports: 2026-03-03: generated_at is missing"));
}

TEST(StorageReportText, ADoubledMemberIsRefusedAtEveryDepth)
{
    for (const auto& text :
        { document().insert(1, R"("users":{},)"), with_quota(R"({"limit":"1 GB","limit":"1 GB"})"),
            document({ { "project_quotas", R"({"a":{"limit":"1 GB"},"\u0061":{"limit":"2 GB"}})" } }),
            document({ { "users", R"({"mia.climate.brics":"a","mia.climate.brics":"a"})" } }) })
        EXPECT_THAT(refusal(text), HasSubstr("stands twice")) << text;
}

TEST(StorageReportText, UsageIsASizeOrAWholeNumberOfBytes)
{
    const auto usage = [](const std::string& value) {
        return good(with_quota(R"({"limit":"unlimited","usage":)" + value + "}"))
            .newest.project_quotas.at("projects")
            .usage;
    };
    EXPECT_EQ(usage("0"), 0U);
    EXPECT_EQ(usage("18446744073709551615"), 18446744073709551615U);
    EXPECT_EQ(usage(R"("100 bytes")"), 100U);
    EXPECT_EQ(usage("null"), std::nullopt);
    for (const auto* bad : { "-1", "1.0", "1e3", "18446744073709551616", "true", "[]", "{}", R"("4096")",
             R"("unlimited")", R"("-5 GB")", R"("")" })
        EXPECT_THAT(refusal(with_quota(R"({"limit":"unlimited","usage":)" + std::string(bad) + "}")),
            StartsWith(R"(project_quotas: volume "projects": usage)"))
            << bad;
    for (const auto* bad : { "[\"1 GB\"]", "\"1 GB\"", "null", "{}" })
        refusal(with_quota(bad));
}

TEST(StorageReportText, NamesAreStrict)
{
    for (const auto* project :
        { "climate", "a.climate.brics", " climate.brics", "-c.brics", "climate.br ics" })
        EXPECT_THAT(
            refusal(document({ { "project", '"' + std::string(project) + '"' } })), StartsWith("project"));
    for (const auto* user : { "mia.climate", "mia..brics", "mia lee.climate.brics", "" })
        for (const auto& [member, value] :
            { std::pair { "users", R"("mia")" }, { "user_quotas", R"({"home":{"limit":"1 GB"}})" } })
            EXPECT_THAT(refusal(document({ { member, "{\"" + std::string(user) + "\":" + value + "}" } })),
                AllOf(StartsWith(member), HasSubstr("identifier")))
                << user;
    for (const auto* local : { "", "mia lee", "mia\\nroot" })
        EXPECT_THAT(
            refusal(document({ { "users", R"({"mia.climate.brics":")" + std::string(local) + "\"}" } })),
            HasSubstr("no user's name"));
    for (const auto& volume :
        { std::string(), std::string("a b"), std::string("a\\u0007"), std::string(65, 'a') })
        EXPECT_THAT(refusal(document({ { "project_quotas", "{\"" + volume + R"(":{"limit":"1 GB"}})" } })),
            HasSubstr("is no volume's name"));
    for (const auto* at : { "2026-3-5", "2026-02-30", "20260303", "2026-03-03 ", "" })
        EXPECT_THAT(
            refusal(document({ { "daily_reports", "{\"" + std::string(at) + "\":" + document() + "}" } })),
            StartsWith("daily_reports"))
            << at;
}

TEST(StorageReportText, OnlyOneObjectOfUtf8IsADocument)
{
    for (const auto& text :
        { std::string(), std::string("null"), std::string("[]"), document() + " x", document() + document(),
            document({ { "note", "\"\xff\"" } }), document().substr(0, 40), "[" + document() + "]" })
        refusal(text);
    EXPECT_EQ(good(" \n" + document() + "\n"), good(document()));
}

TEST(StorageReportText, WhatDoesNotAgreeIsReadWithFindings)
{
    const auto read
        = parse_project_storage_report(document({ { "users", R"({"mia.ocean.brics":"mia.ocean"})" },
            { "daily_reports", R"({"2026-03-05":)" + document() + "}" } }));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->report, good(document()));
    EXPECT_EQ(read->findings.size(), 2U);
}

TEST(StorageReportText, OfAPortalIsReadProjectByProject)
{
    const auto portal = [](const std::string& name, const std::string& reports) {
        return parse_portal_storage_report(R"({"portal":)" + name + R"(,"reports":)" + reports + "}");
    };
    const auto two
        = portal(R"("brics")", R"({"climate.brics":)" + document() + R"(,"ocean.brics":)" + document() + "}");
    ASSERT_TRUE(two) << two.error().text;
    EXPECT_EQ(two->report.reports.size(), 1U);
    EXPECT_THAT(
        said(two->findings), ElementsAre("ocean.brics: holds the report of \"climate.brics\", left out"));
    EXPECT_TRUE(portal(R"("brics")", "{}"));
    for (const auto* name : { "null", "7", R"("")", R"("bri cs")", R"("bri.cs")", R"(" brics")" })
        EXPECT_THAT(portal(name, "{}").error().text, StartsWith("portal")) << name;
    for (const auto* reports :
        { "null", "[]", R"({"climate":{}})", R"({"climate.brics":null})", R"({"climate.brics":{}})" })
        EXPECT_THAT(portal(R"("brics")", reports).error().text, StartsWith("reports")) << reports;
    EXPECT_EQ(parse_portal_storage_report(R"({"portal":"brics"})").error().text, "reports is missing");
    EXPECT_EQ(parse_portal_storage_report(R"({"reports":{}})").error().text, "portal is missing");
}

TEST(StorageReportText, IsWrittenWithSortedKeysWithoutNullAndWithoutWhoHasNoQuota)
{
    auto report = storage_sample();
    report.newest.user_quotas["pat.climate.brics"] = {};
    EXPECT_EQ(json_text(report),
        R"({"daily_reports":{"2026-03-03":{"generated_at":"2026-03-03T23:59:01Z","project":"climate.brics",)"
        R"("project_quotas":{"projects":{"limit":"10.00 TB","usage":"900.00 GB"}},"user_quotas":{}}},)"
        R"("generated_at":"2026-03-05T11:02:33Z","project":"climate.brics",)"
        R"("project_quotas":{"projects":{"limit":"10.00 TB","usage":"931.32 GB"},)"
        R"("scratch":{"limit":"unlimited","usage":"0 B"}},)"
        R"("user_quotas":{"mia.climate.brics":{"home":{"limit":"100.00 GB","usage":"1024.00 MB"}},)"
        R"("olu.climate.brics":{"home":{"limit":"100.00 GB"}}},)"
        R"("users":{"mia.climate.brics":"mia.climate","olu.climate.brics":"olu.climate",)"
        R"("pat.climate.brics":"pat.climate"}})");
    EXPECT_EQ(json_text(good(document())),
        R"({"generated_at":"2026-03-05T11:02:33Z","project":"climate.brics","project_quotas":{},)"
        R"("user_quotas":{},"users":{}})");
    EXPECT_EQ(json_text(PortalStorageReport { "brics", { { "climate.brics", good(document()) } } }),
        R"({"portal":"brics","reports":{"climate.brics":)" + json_text(good(document())) + "}}");
}

TEST(StorageReportText, WhoHasNoQuotaIsLeftOutInReadingToo)
{
    const auto read = good(document({ { "user_quotas", R"({"mia.climate.brics":{}})" } }));
    EXPECT_THAT(read.newest.user_quotas, IsEmpty());
}

/// The example in the page is what is written of the sample, save for blanks.
TEST(StorageReportText, ThePageShowsWhatIsWritten)
{
    const auto page = read_file(SITE_DOCS_DIR "/formats/storage-report.md");
    const std::string mark = "```json\n";
    const auto begin = page.find(mark);
    ASSERT_NE(begin, std::string::npos);
    const auto from = begin + mark.size();
    const auto block = page.substr(from, page.find("```", from) - from);
    EXPECT_EQ(boost::json::serialize(boost::json::parse(block)), json_text(storage_sample()));
    EXPECT_EQ(page.find(mark, from), std::string::npos) << "a second example that no test looks at";
}

} // namespace
} // namespace site
