#include "endpoint/report_pages.hpp"

#include "unit/endpoint/fake_shelf.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

struct ReportPagesTest : testing::Test {
    ReportPagesTest()
    {
        for (const auto& [year, number] : { std::pair { 2026, 9U }, { 2026, 10U }, { 2027, 1U } })
            for (const auto* project : { "climate.brics", "ocean.brics" })
                content->keys.push_back({ month(year, number), project, year == 2026 });
        pages = report_pages({ .path = "/r/",
            .open = shelf_of(content),
            .resource = "brics.c1",
            .tell = [this](const Error* error) { told = error ? error->text : "well"; } });
    }
    HttpResponse list(const std::string& query = {})
    {
        return pages[0].answer({ .path = "/r/", .query = query, .headers = { { "Host", "h" } } }, "");
    }
    HttpResponse one(const std::string& id) { return pages[1].answer({ .path = "/r/" + id + "/" }, id); }
    /// `2026-9 climate.brics` of each row.
    std::vector<std::string> rows(const std::string& query)
    {
        std::vector<std::string> out;
        const auto parsed = boost::json::parse(list(query).body);
        for (const auto& row : parsed.as_array())
            out.push_back(std::to_string(row.at("year").as_int64()) + "-"
                + std::to_string(row.at("month").as_int64()) + " "
                + std::string(row.at("project_identifier").as_string()));
        return out;
    }

    std::shared_ptr<ShelfContent> content = std::make_shared<ShelfContent>();
    std::vector<PageRoute> pages;
    std::string told;
};

TEST_F(ReportPagesTest, ARowHasThePortalsMembers)
{
    const ReportKey key = content->keys.front();
    EXPECT_EQ(list("page_size=1").body,
        R"([{"id":)" + std::to_string(report_id(key, "brics.c1"))
            + R"(,"year":2026,"month":9,"project_identifier":"climate.brics","resource":"brics.c1",)"
              R"("report":{"project":"climate.brics"},"is_complete":true}])");
    content->keys = { { month(2026, 9), "climate.brics" } };
    EXPECT_EQ(list().body.find("is_complete"), std::string::npos);
}

TEST_F(ReportPagesTest, OnlyThePagesDocumentsAreMade)
{
    const auto answer = list("page_size=2&page=2");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("X-Result-Count"), "6");
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_NE(answer.header("Link").find("rel=\"next\""), std::string_view::npos);
    EXPECT_THAT(content->asked, ElementsAre("climate.brics 2026-10", "ocean.brics 2026-10"));
    EXPECT_EQ(content->opened, 1U);
}

TEST_F(ReportPagesTest, FiltersNarrow)
{
    EXPECT_THAT(rows("year=2026&month=10"), ElementsAre("2026-10 climate.brics", "2026-10 ocean.brics"));
    EXPECT_THAT(rows("year=2027.0&project_identifier=ocean.brics"), ElementsAre("2027-1 ocean.brics"));
    EXPECT_THAT(rows("is_complete=False"), ElementsAre("2027-1 climate.brics", "2027-1 ocean.brics"));
    EXPECT_EQ(rows("resource=brics.c1").size(), 6U);
    for (const auto* none : { "resource=brics.c2", "month=13", "month=0", "year=0", "year=2026.5",
             "year=99999999999", "project_identifier=ocean" })
        EXPECT_THAT(rows(none), IsEmpty()) << none;
    EXPECT_EQ(list("month=13").header("X-Result-Count"), "0");
}

TEST_F(ReportPagesTest, AFilterOfTheWrongFormIsIgnoredAsByThePortal)
{
    for (const auto* all : { "year=x", "month=", "is_complete=banana", "no_such=1", "year=nan", "month=1e999",
             "project_uuid=none", "field=id" })
        EXPECT_EQ(rows(all).size(), 6U) << all;
}

TEST_F(ReportPagesTest, AProjectsUuidIsNotKnownAndSaysSo)
{
    const auto answer = list("project_uuid=a110c000-0000-4000-8000-000000000001");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, R"({"project_uuid":["Not known here. Use project_identifier."]})");
}

TEST_F(ReportPagesTest, APageThatIsNotThereIsNotFound)
{
    const auto answer = list("page=2");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, R"({"detail":"Invalid page."})");
    EXPECT_THAT(content->asked, IsEmpty());
}

TEST_F(ReportPagesTest, AReportIsFoundByItsId)
{
    const auto id = std::to_string(report_id(content->keys[3], "brics.c1"));
    const auto found = boost::json::parse(one(id).body);
    EXPECT_EQ(found.at("project_identifier"), "ocean.brics");
    EXPECT_EQ(found.at("month"), 10);
    for (const auto& wrong : { std::string("0"), std::string("-1"), std::string("x"), id + "1", "+" + id,
             std::to_string(report_id({ month(2026, 10), "plasma.brics" }, "brics.c1")) }) {
        EXPECT_EQ(one(wrong).status, 404) << wrong;
        EXPECT_EQ(one(wrong).body, R"({"detail":"Not found."})") << wrong;
    }
}

TEST_F(ReportPagesTest, AStoreThatCantBeReadIsNoEmptyList)
{
    content->broken = Error { Errc::internal, "the state file is damaged" };
    const auto answer = list();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, R"({"detail":"The reports can't be read now."})");
    EXPECT_EQ(answer.header("X-Result-Count"), "");
    EXPECT_EQ(told, "the state file is damaged");
    content->broken.reset();
    EXPECT_EQ(list().status, 200);
    EXPECT_EQ(told, "well");
}

TEST(ReportId, IsOneOfEachReportAndNeverAnother)
{
    EXPECT_EQ(report_id({ month(2026, 11), "climate.brics" }, "brics.c1"), 46'955'972'952'393);
    std::set<std::int64_t> seen;
    for (const int year : { 1970, 2026, 9999 })
        for (const unsigned number : { 1U, 2U, 12U })
            for (int project = 0; project < 500; ++project)
                for (const auto* resource : { "brics.c1", "brics.c2" }) {
                    const ReportKey key { month(year, number), "p" + std::to_string(project) + ".brics" };
                    const auto id = report_id(key, resource);
                    EXPECT_TRUE(seen.insert(id).second);
                    EXPECT_GT(id, 0);
                    EXPECT_LT(id, std::int64_t { 1 } << 53);
                    EXPECT_EQ(month_of_report(id), key.month);
                }
    EXPECT_FALSE(month_of_report(-1));
    EXPECT_FALSE(month_of_report((std::int64_t { 1 } << 36) - 1));
    EXPECT_FALSE(month_of_report(std::int64_t { 1 } << 60));
}

} // namespace
} // namespace site
