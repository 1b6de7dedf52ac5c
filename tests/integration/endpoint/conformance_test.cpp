// One body of tests, held against the test portal and against the agent: who reads the one reads the other.
#include "integration/endpoint/report_peer.hpp"
#include "portal/storage_report.hpp"
#include "portal/usage_report.hpp"
#include "system/runner.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace site {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Strings = std::vector<std::string>;

struct Subject {
    std::string peer;
    std::string kind; ///< usage or storage

    [[nodiscard]] std::string path() const { return "/api/openportal-project-" + kind + "-reports/"; }
    [[nodiscard]] std::string schema() const
    {
        return kind == "usage" ? "CachedProjectUsageReport" : "CachedProjectStorageReport";
    }
};

class ReportEndpoint : public testing::TestWithParam<Subject> {
protected:
    static void TearDownTestSuite() { peers().clear(); }

    static std::map<std::string, std::unique_ptr<ReportPeer>>& peers()
    {
        static std::map<std::string, std::unique_ptr<ReportPeer>> all;
        return all;
    }
    static const ReportPeer& peer()
    {
        auto& one = peers()[GetParam().peer];
        if (!one)
            one = GetParam().peer == "portal" ? portal_peer() : agent_peer();
        return *one;
    }
    static HttpReply get(const std::string& rest = {}) { return peer().ask("GET", GetParam().path() + rest); }
    /// `9 climate` of each row.
    static Strings rows(const HttpReply& reply)
    {
        Strings out;
        EXPECT_EQ(reply.status, 200) << reply.body;
        const auto list = json::parse(reply.body);
        for (const auto& row : list.as_array()) {
            const std::string project(row.at("project_identifier").as_string());
            out.push_back(
                std::to_string(row.at("month").as_int64()) + " " + project.substr(0, project.find('.')));
        }
        return out;
    }
    static Strings rows(const std::string& rest) { return rows(get(rest)); }
    static std::string origin() { return "http://localhost"; }
    /// What the portal's schema says of it.
    static std::string checked(const std::string& body, const std::string& schema, bool list = false)
    {
        SystemRunner runner;
        const std::filesystem::path source = SITE_SOURCE_FOLDER;
        std::vector<std::string> arguments { source / "tests/data/portal/waldur-openapi.yaml", schema };
        if (list)
            arguments.emplace_back("--list");
        const auto run = runner.run(
            { .program = source / "tests/support/openapi_check.py", .arguments = arguments, .input = body });
        return run ? run->text + run->exit.errors : run.error().text;
    }
};

const Strings all_rows { "9 climate", "9 genome", "9 ocean", "9 plasma", "10 climate", "10 genome",
    "10 ocean", "10 plasma" };

TEST_P(ReportEndpoint, ListsAllByMonthAndProjectAsTheSchemaSays)
{
    const auto reply = get();
    EXPECT_EQ(rows(reply), all_rows);
    EXPECT_EQ(reply.header("X-Result-Count"), "8");
    EXPECT_EQ(reply.header("Content-Type"), "application/json");
    EXPECT_NE(reply.header("Date"), "");
    EXPECT_EQ(checked(reply.body, GetParam().schema(), true), "8 valid\n");
    const auto row = json::parse(reply.body).at(0);
    EXPECT_EQ(row.at("year"), 2026);
    EXPECT_EQ(row.at("resource"), "brics.sandbox");
    EXPECT_EQ(row.at("report").at("project"), "climate.brics");
}

TEST_P(ReportEndpoint, LinksLeadThroughAllPagesAndEachRowComesOnce)
{
    Strings seen;
    auto reply = get("?page_size=3");
    const auto path = origin() + GetParam().path();
    EXPECT_EQ(reply.header("Link"),
        "<" + path + "?page_size=3>; rel=\"first\", <" + path + "?page=2&page_size=3>; rel=\"next\", <" + path
            + "?page=3&page_size=3>; rel=\"last\"");
    for (int page = 1;; ++page) {
        EXPECT_EQ(reply.header("X-Result-Count"), "8");
        for (const auto& row : rows(reply))
            seen.push_back(row);
        const auto link = reply.header("Link");
        const auto next = link.find(">; rel=\"next\"");
        if (next == std::string::npos) {
            EXPECT_EQ(page, 3);
            break;
        }
        const auto begin = link.rfind('<', next) + 1 + origin().size();
        reply = peer().ask("GET", link.substr(begin, next - begin));
    }
    EXPECT_EQ(seen, all_rows);
    EXPECT_EQ(get("?page=1").header("Link"), "<" + path + ">; rel=\"first\", <" + path + ">; rel=\"last\"");
}

TEST_P(ReportEndpoint, APageThatIsNotThereIsNotFound)
{
    for (const auto* page : { "2", "0", "-1", "x", "" }) {
        const auto reply = get("?page=" + std::string(page));
        EXPECT_EQ(reply.status, 404) << page;
        EXPECT_EQ(reply.body, R"({"detail":"Invalid page."})");
        EXPECT_EQ(reply.header("Content-Type"), "application/json");
    }
    EXPECT_THAT(rows("?page=last&page_size=7"), ElementsAre("10 plasma"));
    for (const auto* size : { "0", "-3", "x", "", "301" })
        EXPECT_EQ(rows("?page_size=" + std::string(size)), all_rows) << size;
}

TEST_P(ReportEndpoint, FiltersNarrowAndThoseOfTheWrongFormAreIgnored)
{
    EXPECT_THAT(rows("?month=9&year=2026"), ElementsAre("9 climate", "9 genome", "9 ocean", "9 plasma"));
    EXPECT_THAT(rows("?project_identifier=ocean.brics"), ElementsAre("9 ocean", "10 ocean"));
    EXPECT_THAT(rows("?project_identifier=ocean.brics&month=10&month=9"), ElementsAre("9 ocean"));
    EXPECT_EQ(rows("?resource=brics.sandbox"), all_rows);
    for (const auto* none :
        { "?year=2025", "?month=13", "?project_identifier=OCEAN.brics", "?resource=brics.other" }) {
        const auto reply = get(none);
        EXPECT_THAT(rows(reply), IsEmpty()) << none;
        EXPECT_EQ(reply.header("X-Result-Count"), "0") << none;
    }
    for (const auto* all : { "?year=x", "?month=", "?no_such=1", "?field=id", "?project_uuid=x" })
        EXPECT_EQ(rows(all), all_rows) << all;
    if (GetParam().kind == "usage") {
        EXPECT_EQ(rows("?is_complete=banana"), all_rows);
        EXPECT_EQ(rows("?is_complete=true").size() + rows("?is_complete=False").size(), all_rows.size());
    }
}

TEST_P(ReportEndpoint, AHeadIsAGetWithoutItsBody)
{
    for (const std::string rest : { "", "?page_size=3&page=2", "?month=9" }) {
        const auto head = peer().ask("HEAD", GetParam().path() + rest);
        const auto whole = get(rest);
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(head.body, "");
        for (const auto* name : { "X-Result-Count", "Link", "Content-Length", "Content-Type" })
            EXPECT_EQ(head.header(name), whole.header(name)) << name;
    }
}

TEST_P(ReportEndpoint, AReportIsRetrievedByTheIdThatItKeeps)
{
    const auto list = json::parse(get().body);
    std::set<std::int64_t> ids;
    for (const auto& row : list.as_array()) {
        EXPECT_TRUE(ids.insert(row.at("id").as_int64()).second);
        const auto reply = get(std::to_string(row.at("id").as_int64()) + "/");
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(json::parse(reply.body), row);
        EXPECT_EQ(reply.header("X-Result-Count"), "");
        EXPECT_EQ(reply.header("Link"), "");
    }
    EXPECT_EQ(ids.size(), 8U);
    EXPECT_EQ(json::parse(get("?page_size=1&page=3").body).at(0), list.at(2));
    const auto one = get(std::to_string(*ids.begin()) + "/");
    EXPECT_EQ(checked(one.body, GetParam().schema()), "1 valid\n");
}

TEST_P(ReportEndpoint, AReportThatIsNotThereIsNotFound)
{
    for (const auto* id : { "999999", "0", "x", "-1", "9223372036854775807", "99999999999999999999" }) {
        const auto reply = get(std::string(id) + "/");
        EXPECT_EQ(reply.status, 404) << id;
        EXPECT_EQ(reply.body, R"({"detail":"Not found."})") << id;
        EXPECT_EQ(checked(reply.body, "Detail"), "1 valid\n");
    }
}

TEST_P(ReportEndpoint, APathWithoutItsSlashIsLedToIt)
{
    auto path = GetParam().path();
    path.pop_back();
    const auto reply = peer().ask("GET", path + "?month=9", "");
    EXPECT_EQ(reply.status, 301);
    EXPECT_EQ(reply.header("Location"), path + "/?month=9");
    EXPECT_EQ(reply.body, "");
}

TEST_P(ReportEndpoint, NothingButReadingIsLetThrough)
{
    for (const std::string method : { "POST", "PUT", "PATCH", "DELETE" })
        for (const std::string rest : { "", "1/" }) {
            const auto reply = peer().ask(method, GetParam().path() + rest,
                "Authorization: Token " + ReportPeer::token() + "\r\nContent-Length: 0\r\n");
            EXPECT_EQ(reply.status, 405) << method;
            EXPECT_EQ(reply.body, R"({"detail":"Method \")" + method + R"(\" not allowed."})");
            EXPECT_THAT(reply.header("Allow"), HasSubstr("GET, HEAD"));
        }
}

TEST_P(ReportEndpoint, WhoHasNoTokenGetsNothing)
{
    const std::map<std::string, std::string> refused {
        { "", "Authentication credentials were not provided." },
        { "Authorization: Basic abc\r\n", "Authentication credentials were not provided." },
        { "Authorization: Token\r\n", "Invalid token header. No credentials provided." },
        { "Authorization: Token a b\r\n", "Invalid token header. Token string should not contain spaces." },
        { "Authorization: Token 0000000000000000000000000000000000000000\r\n", "Invalid token." },
        { "Authorization: Bearer 0000000000000000000000000000000000000000\r\n", "Invalid token." },
    };
    for (const std::string rest : { "", "1/" })
        for (const auto& [header, text] : refused) {
            const auto reply = peer().ask("GET", GetParam().path() + rest, header);
            EXPECT_EQ(reply.status, 401) << header;
            EXPECT_EQ(reply.body, R"({"detail":")" + text + R"("})");
            EXPECT_EQ(reply.header("WWW-Authenticate"), "Token");
            EXPECT_EQ(reply.header("X-Result-Count"), "");
        }
    EXPECT_EQ(
        peer().ask("GET", GetParam().path(), "Authorization: tOKEN " + ReportPeer::token() + "\r\n").status,
        200);
}

TEST_P(ReportEndpoint, AnswersJsonOrNotAtAll)
{
    const auto token = "Authorization: Token " + ReportPeer::token() + "\r\n";
    EXPECT_EQ(peer().ask("GET", GetParam().path(), token + "Accept: application/json\r\n").body, get().body);
    const auto reply = peer().ask("GET", GetParam().path(), token + "Accept: text/csv\r\n");
    EXPECT_EQ(reply.status, 406);
    EXPECT_EQ(reply.body, R"({"detail":"Could not satisfy the request Accept header."})");
}

TEST_P(ReportEndpoint, OtherPathsAreAPageThatIsNotThere)
{
    for (const auto& path : { GetParam().path() + "1/2/", std::string("/api/no-such-thing/") }) {
        const auto reply = peer().ask("GET", path);
        EXPECT_EQ(reply.status, 404) << path;
        EXPECT_THAT(reply.header("Content-Type"), HasSubstr("text/html")) << path;
    }
}

TEST_P(ReportEndpoint, ItsDocumentsAreReadWithoutAComplaint)
{
    const auto list = json::parse(get().body);
    for (const auto& row : list.as_array()) {
        if (GetParam().kind == "usage") {
            const auto usage = parse_project_usage_report(json::serialize(row.at("report")));
            ASSERT_TRUE(usage) << usage.error().text;
            EXPECT_THAT(usage->findings, IsEmpty());
            EXPECT_EQ(usage->report.project, row.at("project_identifier").as_string());
            const auto month = row.at("month").as_int64();
            const auto day = parse_day(month == 9 ? "2026-09-30" : "2026-10-20").value();
            EXPECT_EQ(usage->report.reports.at(day).reports.at("u001"), 3600U);
            EXPECT_EQ(row.at("is_complete").as_bool(), month == 9);
            continue;
        }
        const auto reading = parse_project_storage_report(json::serialize(row.at("report")));
        ASSERT_TRUE(reading) << reading.error().text;
        EXPECT_THAT(reading->findings, IsEmpty());
        EXPECT_EQ(reading->report.newest.project, row.at("project_identifier").as_string());
        const std::chrono::year_month_day day { day_of(reading->report.newest.generated_at) };
        EXPECT_EQ(static_cast<unsigned>(day.month()), row.at("month").as_int64());
        EXPECT_EQ(reading->report.newest.project_quotas.at("scratch").usage, 2UL << 30);
    }
}

INSTANTIATE_TEST_SUITE_P(Of, ReportEndpoint,
    testing::Values(Subject { "portal", "usage" }, Subject { "portal", "storage" },
        Subject { "agent", "usage" }, Subject { "agent", "storage" }),
    [](const auto& one) { return one.param.peer + "_" + one.param.kind; });

} // namespace
} // namespace site
