#include "portal/list_reading.hpp"
#include "portal/wire.hpp"
#include "unit/portal/rig.hpp"

#include <gmock/gmock.h>
#include <map>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

/// A list of a portal, as pages of uuids with one digit each; served without a network.
struct Served {
    std::vector<std::string> pages; ///< `"ab"`: two rows, a… and b…
    std::vector<std::string> counts {}; ///< X-Result-Count by page; empty: the number of rows
    std::optional<std::string> recount {}; ///< for HEAD
    bool links = true;
    std::string host = "https://portal.example.org";
    bool last_link = true;

    [[nodiscard]] std::string count(std::size_t page) const
    {
        if (page < counts.size())
            return counts[page];
        std::size_t rows = 0;
        for (const auto& text : pages)
            rows += text.size();
        return std::to_string(rows);
    }
    [[nodiscard]] Result<HttpResponse> answer(const Call& call) const
    {
        HttpResponse response { .status = 200, .headers = { { "Content-Type", "application/json" } } };
        if (call.method == HttpMethod::head) {
            response.headers.push_back({ "X-Result-Count", recount.value_or(count(0)) });
            return response;
        }
        const auto number = std::stoul(query_value(call.query, "page"));
        if (number > pages.size())
            return Error { Errc::not_found, call.text() + ": 404: Invalid page." };
        response.headers.push_back({ "X-Result-Count", count(number - 1) });
        std::string link;
        if (last_link)
            link = "<" + host + "/x/?page=" + std::to_string(pages.size()) + ">; rel=\"last\"";
        if (number < pages.size())
            link += (link.empty() ? "<" : ", <") + host + "/x/?page=" + std::to_string(number + 1)
                + ">; rel=\"next\"";
        if (links)
            response.headers.push_back({ "Link", link });
        response.body = "[";
        for (const char digit : pages[number - 1])
            response.body
                += (response.body.size() > 1 ? ",{\"uuid\":\"" : "{\"uuid\":\"") + hex(digit) + "\"}";
        response.body += "]";
        return response;
    }
};

/// What reading a list that is served like this, one way a reading, comes to.
class ListReading : public testing::Test {
protected:
    Result<void> read(std::vector<Served> readings)
    {
        std::size_t reading = 0;
        const Fetch fetch = [&](std::span<const Call> calls) {
            std::vector<Result<HttpResponse>> answers;
            for (const auto& call : calls) {
                if (query_value(call.query, "page") == "1")
                    ++reading;
                asked_.push_back(call.text() + " " + query_value(call.query, "page"));
                answers.push_back(readings[std::min(reading, readings.size()) - 1].answer(call));
            }
            return answers;
        };
        const auto list = wanted("/x/", "field=uuid", rows_, &read_allocations, &AllocationRow::uuid);
        return read_lists({ &list, 1 }, rules_, fetch);
    }
    std::string found() const
    {
        std::string digits;
        for (const auto& row : rows_)
            digits += row.uuid.text().front();
        return digits;
    }

    ListRules rules_ { .base = parse_url("https://portal.example.org").value(), .page_size = 2 };
    std::vector<AllocationRow> rows_;
    std::vector<std::string> asked_;
};

TEST_F(ListReading, CostsThePagesAndOneCount)
{
    ASSERT_TRUE(read({ Served { .pages = { "ba", "dc", "e" } } }));
    EXPECT_EQ(found(), "abcde");
    EXPECT_THAT(asked_, ElementsAre("GET /x/ 1", "GET /x/ 2", "GET /x/ 3", "HEAD /x/ "));
}

TEST_F(ListReading, AnEmptyListIsWhole)
{
    ASSERT_TRUE(read({ Served { .pages = { "" } } }));
    EXPECT_EQ(found(), "");
    EXPECT_THAT(asked_, ElementsAre("GET /x/ 1", "HEAD /x/ "));
}

TEST_F(ListReading, PortalClient1RowsThatComeTwiceWhileOthersNeverComeAreNotWhole)
{
    const Served twice { .pages = { "12", "24" } };
    const auto result = read({ twice });
    EXPECT_EQ(result.error().code, Errc::conflict);
    EXPECT_EQ(result.error().text, "list /x/: 3 distinct rows of 4 (read 4 times, never whole)");
}

TEST_F(ListReading, PortalClient1ReadsAgainAtOnceUntilWhole)
{
    ASSERT_TRUE(read({ Served { .pages = { "12", "24" } }, Served { .pages = { "12", "34" } } }));
    EXPECT_EQ(found(), "1234");
}

TEST_F(ListReading, PortalClient1ARowThatComesTwiceWhileNoneIsMissingIsUsedOnce)
{
    ASSERT_TRUE(read({ Served { .pages = { "12", "23" }, .counts = { "3", "3" } } }));
    EXPECT_EQ(found(), "123");
}

TEST_F(ListReading, PortalClient2TheServerMaySendFewerRowsThanWereAskedFor)
{
    rules_.page_size = 1000;
    ASSERT_TRUE(read({ Served { .pages = { "123", "456", "7" } } }));
    EXPECT_EQ(found(), "1234567");
}

TEST_F(ListReading, PortalClient2WorksWithoutALinkToTheLastPage)
{
    ASSERT_TRUE(read({ Served { .pages = { "12", "34", "5" }, .last_link = false } }));
    EXPECT_EQ(found(), "12345");
}

TEST_F(ListReading, PortalClient2ALinkToAnotherHostEndsTheReading)
{
    const auto result = read({ Served { .pages = { "12", "3" }, .host = "https://evil.example.org" } });
    EXPECT_EQ(result.error().code, Errc::refused);
    EXPECT_THAT(result.error().text, HasSubstr("evil.example.org"));
    EXPECT_THAT(asked_, ElementsAre("GET /x/ 1"));
}

TEST_F(ListReading, AMissingLinkWithRowsOutstandingIsAnError)
{
    const auto result = read({ Served { .pages = { "12", "3" }, .links = false } });
    EXPECT_EQ(result.error().text, "list /x/: 2 of 3 rows came, and no Link header");
}

TEST_F(ListReading, ACountThatChangesBetweenPagesIsNotWhole)
{
    EXPECT_THAT(read({ Served { .pages = { "12", "3" }, .counts = { "3", "4" } } }).error().text,
        HasSubstr("X-Result-Count changed from 3 to 4"));
    EXPECT_TRUE(read(
        { Served { .pages = { "12", "3" }, .counts = { "3", "4" } }, Served { .pages = { "12", "3" } } }));
}

TEST_F(ListReading, ACountThatDiffersAtTheEndIsNotWhole)
{
    EXPECT_THAT(read({ Served { .pages = { "12" }, .recount = "1" } }).error().text,
        HasSubstr("it had 2 rows and now has 1"));
}

TEST_F(ListReading, APageThatIsNoLongerThereStartsTheReadingAnew)
{
    Served shrunk { .pages = { "12" }, .counts = { "3" } };
    shrunk.pages = { "12", "3" };
    Served first = shrunk;
    const auto vanishing = [&](std::span<const Call> calls) {
        std::vector<Result<HttpResponse>> answers;
        for (const auto& call : calls)
            answers.push_back(query_value(call.query, "page") == "2"
                    ? Result<HttpResponse> { Error { Errc::not_found, "404" } }
                    : first.answer(call));
        return answers;
    };
    const auto list = wanted("/x/", "", rows_, &read_allocations, &AllocationRow::uuid);
    const auto result = read_lists({ &list, 1 }, rules_, vanishing);
    EXPECT_EQ(result.error().code, Errc::conflict);
    EXPECT_THAT(result.error().text, HasSubstr("page 2 is no longer there"));
}

TEST_F(ListReading, ALastPageThatSaysThereIsMoreIsNotWhole)
{
    Served more { .pages = { "12", "3", "4" }, .counts = { "3", "3", "3" } };
    // `last` says two pages, yet page 2 has a next one.
    more.last_link = false;
    EXPECT_THAT(read({ more }).error().text, HasSubstr("page 2 of 2 has a next page"));
}

TEST_F(ListReading, ARowTooManyIsNotWhole)
{
    EXPECT_THAT(read({ Served { .pages = { "123" }, .counts = { "2" } } }).error().text,
        HasSubstr("3 distinct rows of 2"));
}

TEST_F(ListReading, PagesAndRowsAreBounded)
{
    EXPECT_THAT(read({ Served { .pages = { "1", "2" }, .counts = { "2000000", "2000000" } } }).error().text,
        HasSubstr("more than the bound"));
    rules_.most_pages = 2;
    EXPECT_THAT(read({ Served { .pages = { "1", "2", "3" } } }).error().text,
        HasSubstr("3 pages, more than the bound of 2"));
}

TEST_F(ListReading, AnUnreadablePageIsAnErrorAtOnce)
{
    const Fetch fetch = [&](std::span<const Call> calls) {
        asked_.emplace_back();
        HttpResponse response { .status = 200, .headers = { { "X-Result-Count", "1" } }, .body = "[{}]" };
        return std::vector<Result<HttpResponse>>(calls.size(), response);
    };
    const auto list = wanted("/x/", "", rows_, &read_allocations, &AllocationRow::uuid);
    const auto result = read_lists({ &list, 1 }, rules_, fetch);
    EXPECT_EQ(result.error().text, "list /x/: page 1: row 1 has no readable uuid");
    EXPECT_EQ(result.error().code, Errc::unreachable);
    EXPECT_EQ(asked_.size(), 1U);
}

TEST_F(ListReading, AnErrorOfOnePageIsTheErrorOfTheWhole)
{
    const Served served { .pages = { "12", "3" } };
    const Fetch fetch = [&](std::span<const Call> calls) {
        std::vector<Result<HttpResponse>> answers;
        for (const auto& call : calls)
            answers.push_back(query_value(call.query, "page") == "2"
                    ? Result<HttpResponse> { Error { Errc::unreachable, "GET /x/: cut short" } }
                    : served.answer(call));
        return answers;
    };
    const auto list = wanted("/x/", "", rows_, &read_allocations, &AllocationRow::uuid);
    EXPECT_EQ(read_lists({ &list, 1 }, rules_, fetch).error().text, "GET /x/: cut short");
}

} // namespace
} // namespace site
