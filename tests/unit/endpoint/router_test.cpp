#include "endpoint/router.hpp"

#include "unit/endpoint/endpoint_config.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

Router router()
{
    const auto said = [](const std::string& word) {
        return [word](const Request&, std::string_view id) { return json_answer(word + std::string(id)); };
    };
    return { Admission::of(test::listening("127.0.0.1:9470")).value(),
        { { "/api/reports/", said("list ") }, { "/api/reports/{id}/", said("one ") },
            { "/healthz", said("well ") } } };
}

HttpResponse answer(const std::string& method, const std::string& path, std::vector<HttpHeader> more = {},
    const std::string& query = {})
{
    more.push_back({ "Host", "localhost" });
    return router().answer({ method, path, query, std::move(more) });
}

TEST(Router, LeadsToThePages)
{
    EXPECT_EQ(answer("GET", "/api/reports/").body, "list ");
    EXPECT_EQ(answer("HEAD", "/api/reports/").body, "list ");
    EXPECT_EQ(answer("GET", "/api/reports/17/").body, "one 17");
    EXPECT_EQ(answer("GET", "/healthz").body, "well ");
}

TEST(Router, APathWithoutItsSlashIsLedToIt)
{
    const auto moved = answer("GET", "/api/reports", {}, "page=2");
    EXPECT_EQ(moved.status, 301);
    EXPECT_EQ(moved.header("Location"), "/api/reports/?page=2");
    EXPECT_EQ(moved.body, "");
    EXPECT_EQ(answer("POST", "/api/reports/17").header("Location"), "/api/reports/17/");
}

TEST(Router, EverythingElseIsNotFound)
{
    for (const auto* path : { "/", "", "/api/", "/api/reports//", "/api/reports/1/2/", "/api/reports/../x/",
             "/API/reports/", "/healthz/", "*", "http://localhost/api/reports/" }) {
        const auto missing = answer("GET", path);
        EXPECT_EQ(missing.status, 404) << path;
        EXPECT_EQ(missing.header("Content-Type"), "text/html; charset=utf-8") << path;
    }
}

TEST(Router, OnlyReads)
{
    for (const auto* method : { "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" }) {
        const auto refused = answer(method, "/api/reports/");
        EXPECT_EQ(refused.status, 405) << method;
        EXPECT_EQ(refused.body, R"({"detail":"Method \")" + std::string(method) + R"(\" not allowed."})");
        EXPECT_EQ(refused.header("Allow"), "GET, HEAD");
    }
    EXPECT_EQ(answer("A\"B", "/api/reports/").body, R"({"detail":"Method \"?\" not allowed."})");
}

TEST(Router, AnswersJsonOrNotAtAll)
{
    for (const auto* good : { "", "*/*", "application/json", "text/html, application/*;q=0.5",
             "text/html,application/xhtml+xml,*/*;q=0.8" })
        EXPECT_EQ(answer("GET", "/api/reports/", { { "Accept", good } }).status, 200) << good;
    const auto refused = answer("GET", "/api/reports/", { { "Accept", "text/csv, image/*" } });
    EXPECT_EQ(refused.status, 406);
    EXPECT_EQ(refused.body, R"({"detail":"Could not satisfy the request Accept header."})");
}

TEST(Router, AForeignHostComesNoFurther)
{
    const auto refused = router().answer({ "GET", "/api/reports/", "", { { "Host", "evil.example.org" } } });
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body.find("list"), std::string::npos);
}

} // namespace
} // namespace site
