#include "portal/page_links.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::HasSubstr;

const Url base = parse_url("https://portal.example.org/").value();

Result<PageLinks> links(std::vector<std::string> values)
{
    HttpResponse response { .status = 200 };
    for (auto& value : values)
        response.headers.push_back({ "lInK", std::move(value) });
    return page_links(response, base);
}

TEST(PageLinks, PortalClient2AreFoundInAnyOrderAndCase)
{
    const auto found = links({ "<https://portal.example.org/api/x/?page=3&page_size=1000>; rel=\"last\", "
                               "<https://portal.example.org/api/x/?page_size=1000&page=2>; Rel=next" })
                           .value();
    EXPECT_TRUE(found.present);
    EXPECT_EQ(found.next, 2U);
    EXPECT_EQ(found.last, 3U);
}

TEST(PageLinks, AreFoundInSeveralHeadersAndAmongOtherParameters)
{
    const auto found
        = links({ "</api/x/?page=1>;rel=\"first\"", "</api/x/?page=2>; title=\"a, b; c\"; rel=\"up next\"" })
              .value();
    EXPECT_EQ(found.next, 2U);
    EXPECT_EQ(found.last, std::nullopt);
}

TEST(PageLinks, ACommaInsideAnAddressSplitsNothing)
{
    EXPECT_EQ(
        links({ "<https://portal.example.org/api/x/?field=a,b&page=7>; rel=\"next\"" }).value().next, 7U);
}

TEST(PageLinks, WithoutANumberMeanPageOne)
{
    const auto found = links({ "<https://portal.example.org/api/x/>; rel=\"last\"" }).value();
    EXPECT_EQ(found.last, 1U);
    EXPECT_EQ(found.next, std::nullopt);
    EXPECT_FALSE(links({}).value().present);
}

TEST(PageLinks, PortalClient2ToAnotherHostAreRefused)
{
    for (const auto* address : { "https://evil.example.org/api/x/?page=2", "//evil.example.org/api/x/?page=2",
             "https://portal.example.org.evil.org/?page=2", "https://portal.example.org@evil.org/?page=2",
             "javascript://portal.example.org/?page=2" }) {
        const auto found = links({ "<" + std::string(address) + ">; rel=\"next\"" });
        ASSERT_FALSE(found) << address;
        EXPECT_EQ(found.error().code, Errc::refused);
    }
    EXPECT_THAT(links({ "<https://evil.example.org/?page=2&token=secret>; rel=\"next\"" }).error().text,
        testing::AllOf(HasSubstr("\"evil.example.org\""), testing::Not(HasSubstr("secret"))));
}

TEST(PageLinks, MayNameTheSchemeAndPortOfAnInnerProxy)
{
    EXPECT_EQ(links({ "<http://PORTAL.example.org:8000/api/x/?page=2>; rel=\"next\"" }).value().next, 2U);
}

TEST(PageLinks, ToPagesThatAreNoneAreErrors)
{
    for (const auto* page : { "0", "-1", "two", "99999999999", "2x" })
        EXPECT_EQ(
            links({ "</x/?page=" + std::string(page) + ">; rel=\"next\"" }).error().code, Errc::unreachable)
            << page;
}

TEST(ResultCount, IsANumberWithinItsBound)
{
    const auto count = [](std::string text) {
        return result_count({ .status = 200, .headers = { { "X-Result-Count", std::move(text) } } }, 1000);
    };
    EXPECT_EQ(count("0").value(), 0U);
    EXPECT_EQ(count("1000").value(), 1000U);
    for (const auto* text : { "", "1001", "-1", "1 ", "1.0", "many", "99999999999999999999999" })
        EXPECT_EQ(count(text).error().code, Errc::unreachable) << text;
    EXPECT_FALSE(result_count({}, 1000));
}

} // namespace
} // namespace site
