#include "net/http.hpp"
#include "net/http_date.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

TEST(HttpMessage, FindsHeadersWhateverTheirCase)
{
    const HttpResponse response { .status = 200, .headers = { { "x-ReSuLt-CoUnT", "3" }, { "Link", "a" } } };
    EXPECT_EQ(response.header("X-Result-Count"), "3");
    EXPECT_EQ(response.header("Missing"), "");
}

TEST(HttpMessage, ComparesMediaTypesWithoutParametersAndCase)
{
    const auto of = [](std::string type) {
        return HttpResponse { .status = 200, .headers = { { "Content-Type", type } } };
    };
    EXPECT_TRUE(of("application/json").is("application/json"));
    EXPECT_TRUE(of("Application/JSON ; charset=utf-8").is("application/json"));
    EXPECT_FALSE(of("text/html; charset=utf-8").is("application/json"));
    EXPECT_FALSE(of("application/json-seq").is("application/json"));
    EXPECT_FALSE(HttpResponse {}.is("application/json"));
}

TEST(HttpMessage, IsNamedWithoutItsQuery)
{
    const HttpRequest request { .method = HttpMethod::head, .target = "/api/x/?token=secret" };
    EXPECT_EQ(request.text(), "HEAD /api/x/");
}

TEST(HttpDate, IsReadInTheFormThatServersMustSend)
{
    EXPECT_EQ(text(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").value()), "1994-11-06T08:49:37Z");
    EXPECT_EQ(text(parse_http_date("Thu, 31 Dec 2026 23:59:59 GMT").value()), "2026-12-31T23:59:59Z");
}

TEST(HttpDate, IsRefusedInAnyOther)
{
    for (const auto* text : { "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
             "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
             "Sun, 06 Abc 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "2026-08-01T00:00:00Z" })
        EXPECT_FALSE(parse_http_date(text)) << text;
}

} // namespace
} // namespace site
