#include "endpoint/paging.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

/// `number/pages of size`, or `none`.
std::string page(const std::string& query, std::size_t count)
{
    const auto found = page_of(Query(query), count);
    if (!found)
        return "none";
    return std::to_string(found->number) + "/" + std::to_string(found->pages) + " of "
        + std::to_string(found->size);
}

std::string links(const std::string& query, std::size_t count, const std::string& host = "h:1")
{
    const Query parsed(query);
    const Request request { .path = "/r/", .query = query, .headers = { { "Host", host } } };
    return page_links(request, parsed, page_of(parsed, count).value());
}

TEST(Paging, IsTenUnlessAskedForAndThreeHundredAtMost)
{
    EXPECT_EQ(page("", 25), "1/3 of 10");
    EXPECT_EQ(page("page_size=2", 25), "1/13 of 2");
    EXPECT_EQ(page("page_size=301", 601), "1/3 of 300");
    for (const auto* wrong : { "0", "-5", "x", "", "2.5", "99999999999999999999" })
        EXPECT_EQ(page("page_size=" + std::string(wrong), 25), "1/3 of 10") << wrong;
    EXPECT_EQ(page("page_size=2&page_size=5", 25), "1/5 of 5");
}

TEST(Paging, APageThatIsNotThereIsNone)
{
    EXPECT_EQ(page("page=3", 25), "3/3 of 10");
    EXPECT_EQ(page("page=last", 25), "3/3 of 10");
    for (const auto* wrong : { "4", "0", "-1", "x", "", "1.0", "99999999999999999999" })
        EXPECT_EQ(page("page=" + std::string(wrong), 25), "none") << wrong;
    EXPECT_EQ(page("", 0), "1/1 of 10");
    EXPECT_EQ(page("page=1", 0), "1/1 of 10");
    EXPECT_EQ(page("page=2", 0), "none");
}

TEST(Paging, LinksLeadThroughThePages)
{
    EXPECT_EQ(links("page_size=2&page=2&month=8", 6),
        R"(<http://h:1/r/?month=8&page_size=2>; rel="first", <http://h:1/r/?month=8&page_size=2>; rel="prev", )"
        R"(<http://h:1/r/?month=8&page=3&page_size=2>; rel="next", )"
        R"(<http://h:1/r/?month=8&page=3&page_size=2>; rel="last")");
    EXPECT_EQ(links("", 3), R"(<http://h:1/r/>; rel="first", <http://h:1/r/>; rel="last")");
    EXPECT_EQ(links("page=last&page_size=2", 3),
        R"(<http://h:1/r/?page_size=2>; rel="first", <http://h:1/r/?page_size=2>; rel="prev", )"
        R"(<http://h:1/r/?page=2&page_size=2>; rel="last")");
    EXPECT_EQ(links("", 3, ""), R"(<http://localhost/r/>; rel="first", <http://localhost/r/>; rel="last")");
}

TEST(Paging, NothingThatIsAskedForLeavesItsPlaceInALink)
{
    EXPECT_EQ(links("a=%3E%3B%20rel%3D%22next%22%0D%0AX:+1&b=%zz&%", 0),
        R"(<http://h:1/r/?%25=&a=%3E%3B%20rel%3D%22next%22%0D%0AX%3A%201&b=%25zz>; rel="first", )"
        R"(<http://h:1/r/?%25=&a=%3E%3B%20rel%3D%22next%22%0D%0AX%3A%201&b=%25zz>; rel="last")");
}

TEST(Query, TakesTheLastOfAParameterAndDecodesIt)
{
    const Query query("a=1&a=2%2B+x&&b&=c&d=e=f");
    EXPECT_EQ(query.last("a"), "2+ x");
    EXPECT_EQ(query.last("b"), "");
    EXPECT_EQ(query.last(""), "c");
    EXPECT_EQ(query.last("d"), "e=f");
    EXPECT_EQ(query.last("e"), std::nullopt);
}

} // namespace
} // namespace site
