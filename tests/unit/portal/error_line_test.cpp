#include "portal/error_line.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

std::string line(std::string body, std::string type = "application/json")
{
    return error_line(
        { .status = 400, .headers = { { "Content-Type", std::move(type) } }, .body = std::move(body) });
}

TEST(ErrorLine, SpeaksEveryShapeOfTheFramework)
{
    EXPECT_EQ(line(R"({"detail":"Not found."})"), "Not found.");
    EXPECT_EQ(line(R"({"error":"not allowed"})"), "not allowed");
    EXPECT_EQ(line(R"({"amount":["A valid number is required."]})"), "amount: A valid number is required.");
    EXPECT_EQ(line(R"({"usages":[{},{"amount":["bad","worse"]}]})"),
        "usages[1].amount: bad; usages[1].amount: worse");
    EXPECT_EQ(line(R"({"non_field_errors":["text"]})"), "text");
    EXPECT_EQ(line(R"({"usages":{"non_field_errors":["This list may not be empty."]}})"),
        "usages: This list may not be empty.");
    EXPECT_EQ(line(R"(["bare list"])"), "bare list");
    EXPECT_EQ(line(R"({"date":"plain string"})"), "date: plain string");
    EXPECT_EQ(line(R"("just a text")"), "just a text");
    EXPECT_EQ(line(R"({"detail":"first","cpu":["Component is not defined."]})"),
        "first; cpu: Component is not defined.");
    EXPECT_EQ(line(R"({"code":7,"detail":null})"), "code: 7");
    EXPECT_EQ(line("{}"), "");
}

TEST(ErrorLine, NamesWhatIsNotJson)
{
    EXPECT_EQ(line("<html><script>", "text/html; charset=utf-8"), "an HTML page");
    EXPECT_EQ(line("oops", "text/plain"), "a body that is not JSON");
    EXPECT_EQ(line("{", "application/json"), "a body that is not JSON");
    EXPECT_EQ(line("", "text/html"), "");
}

TEST(ErrorLine, IsBoundedAndFreeOfControls)
{
    const auto long_line = line(R"({"detail":")" + std::string(5000, 'x') + "\"}");
    EXPECT_EQ(long_line, std::string(300, 'x') + "...");
    EXPECT_EQ(line(R"({"detail":"a\nb\tc\u001b[2Jd\u0000e\u007f"})"), "a b c?[2Jd?e?");
    EXPECT_EQ(line(R"({"detail":"x\u0085y\u202ez\u2066"})"), "x?y?z?");
}

TEST(ErrorLine, KeepsForeignQuotesWhole)
{
    EXPECT_EQ(line(R"({"detail":"\u201cnode\u201d"})"), "\xe2\x80\x9cnode\xe2\x80\x9d");
    EXPECT_EQ(one_line("ab\xe2\x80\x9c", 4), "ab...");
    EXPECT_EQ(one_line("a\xff\xe2\x80", 10), "a???");
}

TEST(ErrorLine, TakesNoEscapeInDisguiseForACharacter)
{
    EXPECT_EQ(one_line("\xe0\x80\x9b[2J", 20), "???[2J"); // ESC, longer than it need be
    EXPECT_EQ(one_line("\xf0\x80\x80\x9b", 20), "????");
    EXPECT_EQ(one_line("\xed\xa0\x80", 20), "???"); // half of a pair
    EXPECT_EQ(one_line("\xf4\x90\x80\x80", 20), "????"); // beyond the last character
    EXPECT_EQ(one_line("\xe0\xa0\x80\xf4\x8f\xbf\xbf", 20), "\xe0\xa0\x80\xf4\x8f\xbf\xbf");
}

} // namespace
} // namespace site
