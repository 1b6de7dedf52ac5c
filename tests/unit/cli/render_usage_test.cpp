#include "cli/render_usage.hpp"

#include "unit/cli/usage_sample.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace site {
namespace {

using namespace test;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A terminal, or no terminal, that is so wide.
struct Paper {
    explicit Paper(std::size_t width, bool draws = true, bool blocks = true)
    {
        screen.width = width;
        screen.draws = draws;
        screen.blocks = draws && blocks;
    }
    std::ostringstream out;
    Screen screen { .out = out, .messages = out };
};

std::vector<std::string> lines(const std::string& text)
{
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

std::string table_of(const MonthUsage& usage, std::size_t width)
{
    return usage_table(usage, Paper(width).screen);
}

TEST(UsageTable, ShowsAllOnAWideTerminal)
{
    EXPECT_EQ(table_of(sample(), 200),
        R"(usage of 2026-11 in hours, by our ledger
ACCOUNT        JOBS   NODE-H    LIMIT     LEFT  USED   AT-END  FULL-ON    CPU-H    GPU-H     GB-H
brics.climate     2   250.00  1000.00   750.00   25%   750.00           1000.00   500.00  2000.00  █████▒▒▒▒▒▒▒▒▒▒░░░░░
brics.genome      1   200.00   500.00   300.00   40%   600.00    11-26   800.00   400.00  1600.00  ████████▒▒▒▒▒▒▒▒▒▒▒▒
brics.idle        0     0.00    80.00    80.00    0%     0.00              0.00     0.00     0.00  ░░░░░░░░░░░░░░░░░░░░
brics.ocean       1   625.00   500.00     0.00  125%  1875.00    11-02  2500.00  1250.00  5000.00  ████████████████████
TOTAL             4  1075.00  2080.00  1005.00   51%  3225.00    11-20  4300.00  2150.00  8600.00  ██████████▎▒▒▒▒▒▒▒▒▒
counted up to 2026-11-11T00:00:00Z, 33% of the month
)");
}

TEST(UsageTable, FitsTheTerminal)
{
    for (const auto& usage : { sample(), sample({ .by_user = true }), long_names() })
        for (const std::size_t width : { 60U, 80U, 100U, 120U, 200U })
            for (const auto& line : lines(table_of(usage, width)))
                EXPECT_LE(columns_of(line), width < 76 && line.starts_with("not every") ? 76 : width) << line;
}

TEST(UsageTable, LeavesOutTheBarFirstThenDecimals)
{
    EXPECT_THAT(table_of(sample(), 110), HasSubstr("  █████▏▒▒▒▒\n")); // half as wide
    EXPECT_THAT(table_of(sample(), 100), Not(HasSubstr("█")));
    EXPECT_THAT(table_of(sample(), 100), HasSubstr(" 1075.00 "));
    EXPECT_THAT(table_of(sample(), 90), HasSubstr("  1075 "));
}

TEST(UsageTable, On80ColumnsHasEveryFigure)
{
    EXPECT_EQ(table_of(sample(), 80),
        R"(usage of 2026-11 in hours, by our ledger
ACCOUNT       JOBS NODE-H LIMIT LEFT USED AT-END FULL-ON CPU-H GPU-H GB-H
brics.climate    2    250  1000  750  25%    750          1000   500 2000
brics.genome     1    200   500  300  40%    600   11-26   800   400 1600
brics.idle       0      0    80   80   0%      0             0     0    0
brics.ocean      1    625   500    0 125%   1875   11-02  2500  1250 5000
TOTAL            4   1075  2080 1005  51%   3225   11-20  4300  2150 8600
counted up to 2026-11-11T00:00:00Z, 33% of the month
)");
}

TEST(UsageTable, WhereThereIsNoRoomForAColumnItSaysSo)
{
    EXPECT_EQ(table_of(sample(), 60),
        R"(usage of 2026-11 in hours, by our ledger
ACCOUNT        JOBS  NODE-H  LIMIT  LEFT  USED
brics.climate     2     250   1000   750   25%
brics.genome      1     200    500   300   40%
brics.idle        0       0     80    80    0%
brics.ocean       1     625    500     0  125%
TOTAL             4    1075   2080  1005   51%
no room for AT-END, FULL-ON, CPU-H, GPU-H, GB-H
counted up to 2026-11-11T00:00:00Z, 33% of the month
)");
}

TEST(UsageTable, CutsNamesAtLast)
{
    EXPECT_EQ(table_of(long_names(), 60),
        R"(usage of 2026-11 in hours, by our ledger
ACCOUNT      USER            NODE-H     LIMIT     LEFT USED
brics.cli... nnnnnnnnn...         1
nnnnnnnnn... nnnnnnnnn... 123456789
TOTAL                     123456790 200000001 76543211  61%
no room for JOBS, AT-END, FULL-ON, CPU-H, GPU-H, GB-H
counted up to 2026-11-11T00:00:00Z, 33% of the month
not every day of this month was read whole: these figures are not reported
)");
}

TEST(UsageTable, WithoutUnicodeTheBarIsAscii)
{
    const auto text = usage_table(sample(), Paper(200, true, false).screen);
    EXPECT_THAT(text, HasSubstr("  [####+++++++++.....]\n"));
    EXPECT_THAT(text, HasSubstr("  [..................]\n"));
    EXPECT_THAT(text, HasSubstr("  [##################]\n"));
    EXPECT_THAT(text, Each(testing::Lt('\x7f')));
}

TEST(UsageTable, WithoutATerminalThereIsNoBarAndNoColour)
{
    const auto text = usage_table(sample(), Paper(160, false).screen);
    EXPECT_THAT(text, Not(HasSubstr("█")));
    EXPECT_THAT(text, Not(HasSubstr("[")));
    EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(UsageTable, ColourSaysHowALimitStandsAndMovesNothing)
{
    Paper paper(200);
    paper.screen.colour = true;
    const auto text = usage_table(sample(), paper.screen);
    EXPECT_THAT(text, HasSubstr("\033[32m25%\033[0m"));
    EXPECT_THAT(text, HasSubstr("\033[33m40%\033[0m"));
    EXPECT_THAT(text, HasSubstr("\033[31m125%\033[0m"));
    EXPECT_THAT(text, HasSubstr("\033[1mTOTAL\033[0m"));
    auto plain = text;
    for (auto at = plain.find('\033'); at != std::string::npos; at = plain.find('\033'))
        plain.erase(at, plain.find('m', at) - at + 1);
    EXPECT_EQ(plain, table_of(sample(), 200));
}

TEST(UsageTable, ByUserHasALineForEachAndTheLimitInTheTotal)
{
    const auto text = table_of(sample({ .by_user = true, .account = Name("brics.climate") }), 100);
    EXPECT_EQ(text,
        R"(usage of 2026-11 in hours, by our ledger
ACCOUNT        USER  JOBS  NODE-H    LIMIT    LEFT  USED  AT-END    CPU-H   GPU-H     GB-H
brics.climate  mia      1   50.00                         150.00   200.00  100.00   400.00
brics.climate  tom      1  200.00                         600.00   800.00  400.00  1600.00
TOTAL                   2  250.00  1000.00  750.00   25%  750.00  1000.00  500.00  2000.00
counted up to 2026-11-11T00:00:00Z, 33% of the month
)");
}

TEST(UsageTable, ColumnsThatNothingStandsInAreLeftOut)
{
    const auto head = lines(table_of(sample({ .user = Name("mia") }), 200))[1];
    EXPECT_EQ(head, "ACCOUNT        USER  JOBS  NODE-H  AT-END    CPU-H   GPU-H     GB-H");
}

TEST(UsageTable, SaysWhenThereIsNothing)
{
    EXPECT_EQ(table_of(sample({ .user = Name("nobody") }), 80),
        "usage of 2026-11 in hours, by our ledger\nno usage\n"
        "counted up to 2026-11-11T00:00:00Z, 33% of the month\n");
}

TEST(UsageTable, SaysThatAMonthIsNotWhole)
{
    auto usage = sample();
    usage.whole = false;
    EXPECT_THAT(table_of(usage, 80),
        testing::EndsWith("not every day of this month was read whole: these figures are not reported\n"));
}

TEST(UsageJson, HasSecondsAndLeavesOutWhatIsNotKnown)
{
    const auto json = usage_json(sample());
    EXPECT_EQ(json.at("month"), "2026-11");
    EXPECT_EQ(json.at("whole"), true);
    EXPECT_EQ(json.at("counted"), "2026-11-11T00:00:00Z");
    const auto& usage = json.at("usage").as_array();
    ASSERT_EQ(usage.size(), 4U);
    EXPECT_EQ(boost::json::serialize(usage[1]),
        R"({"jobs":1,"node_seconds":720000,"cpu_seconds":2880000,"gpu_seconds":1440000,)"
        R"("memory_mb_seconds":5898240000,"billing_seconds":720000,"account":"brics.genome",)"
        R"("limit_node_seconds":1800000,"left_node_seconds":1080000,"percent":40,)"
        R"("projection_node_seconds":2160000,"limit_will_be_reached":"2026-11-26",)"
        R"("days":[{"day":"2026-11-05","node_seconds":720000}]})");
    EXPECT_EQ(boost::json::serialize(usage[3].at("limit_reached")), "\"2026-11-02\"");
    const auto& total = json.at("total").as_object();
    EXPECT_EQ(total.at("node_seconds").to_number<std::uint64_t>(), 1075U * 3600);
    EXPECT_FALSE(total.contains("account"));
    const auto of_user = usage_json(sample({ .by_user = true })).at("usage").as_array()[0].as_object();
    EXPECT_EQ(of_user.at("user"), "mia");
    EXPECT_FALSE(of_user.contains("limit_node_seconds"));
    EXPECT_FALSE(of_user.contains("percent"));
}

/// Fields of RFC 4180 text, by line.
std::vector<std::vector<std::string>> parsed(const std::string& csv)
{
    std::vector<std::vector<std::string>> all(1);
    std::string field;
    bool inside = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (inside && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"')
            field += csv[++i];
        else if (c == '"')
            inside = !inside;
        else if (!inside && (c == ',' || c == '\r')) {
            all.back().push_back(std::move(field));
            field.clear();
            if (c == '\r') {
                EXPECT_EQ(csv[++i], '\n');
                all.emplace_back();
            }
        } else
            field += c;
    }
    EXPECT_TRUE(all.back().empty()) << "the last line has no end";
    all.pop_back();
    return all;
}

std::string cell(const MonthUsage& usage, std::size_t line, const std::string& head)
{
    const auto all = parsed(usage_csv(usage));
    const auto at = std::find(all[0].begin(), all[0].end(), head);
    EXPECT_NE(at, all[0].end()) << head;
    EXPECT_EQ(all.at(line).size(), all[0].size());
    return all.at(line).at(static_cast<std::size_t>(at - all[0].begin()));
}

TEST(UsageCsv, HasALineOfHeadsThenOneForEach)
{
    const auto all = parsed(usage_csv(sample()));
    ASSERT_EQ(all.size(), 5U);
    EXPECT_THAT(all[0],
        ElementsAre("month", "month_whole", "account", "user", "jobs", "node_seconds", "node_hours",
            "limit_node_seconds", "limit_node_hours", "left_node_seconds", "left_node_hours", "percent",
            "projection_node_seconds", "projection_node_hours", "limit_reached", "limit_will_be_reached",
            "cpu_seconds", "cpu_hours", "gpu_seconds", "gpu_hours", "memory_mb_seconds", "memory_gb_hours",
            "billing_seconds"));
    EXPECT_THAT(all[2],
        ElementsAre("2026-11", "true", "brics.genome", "", "1", "720000", "200.0000", "1800000", "500.0000",
            "1080000", "300.0000", "40", "2160000", "600.0000", "", "2026-11-26", "2880000", "800.0000",
            "1440000", "400.0000", "5898240000", "1600.0000000", "720000"));
}

TEST(UsageCsv, HoursTellEverySecondApart)
{
    for (std::uint64_t seconds = 0; seconds < 7200; seconds += 13) {
        const auto usage = one_line("a", seconds);
        const auto hours = std::stod(cell(usage, 1, "node_hours"));
        ASSERT_EQ(static_cast<std::uint64_t>(hours * 3600 + 0.5), seconds);
        ASSERT_EQ(
            static_cast<std::uint64_t>(std::stod(cell(usage, 1, "memory_gb_hours")) * 3600 * 1024 + 0.5),
            seconds);
    }
    EXPECT_EQ(cell(one_line("a", 1), 1, "node_hours"), "0.0003");
    EXPECT_EQ(cell(one_line("a", 1), 1, "memory_gb_hours"), "0.0000003");
}

TEST(UsageCsv, NamesAreQuotedAndNoFormulas)
{
    for (const std::string plain : { "a", "a b", "a-b", "_a", "a=1" })
        EXPECT_THAT(usage_csv(one_line(plain, 1)), HasSubstr("," + plain + ","));
    EXPECT_THAT(usage_csv(one_line("a,b", 1)), HasSubstr(",\"a,b\","));
    EXPECT_THAT(usage_csv(one_line("say \"a\"", 1)), HasSubstr(",\"say \"\"a\"\"\","));
    EXPECT_THAT(usage_csv(one_line("\"\"", 1)), HasSubstr(",\"\"\"\"\"\","));
    EXPECT_EQ(cell(one_line("two\r\nlines, \"quoted\"", 1), 1, "account"), "two\r\nlines, \"quoted\"");
    for (const std::string formula : { "=1+1", "+a", "-a", "@SUM(A1)", "\ta" })
        EXPECT_EQ(cell(one_line(formula, 1), 1, "account"), "'" + formula);
    EXPECT_THAT(usage_csv(one_line("=a,b", 1)), HasSubstr(",\"'=a,b\","));
}

TEST(UsageCsv, WhatIsNotKnownIsEmptyAndAMonthThatIsNotWholeSaysSo)
{
    auto usage = one_line("a", 1);
    usage.whole = false;
    EXPECT_EQ(cell(usage, 1, "month_whole"), "false");
    for (const auto* head : { "user", "limit_node_seconds", "limit_node_hours", "left_node_seconds",
             "left_node_hours", "percent", "limit_reached", "limit_will_be_reached" })
        EXPECT_EQ(cell(usage, 1, head), "") << head;
}

TEST(ColumnsOf, CountsCharacters)
{
    EXPECT_EQ(columns_of(""), 0U);
    EXPECT_EQ(columns_of("abc"), 3U);
    EXPECT_EQ(columns_of("█▎░"), 3U);
    EXPECT_EQ(columns_of("é"), 1U);
}

TEST(Table, CutsBetweenCharacters)
{
    EXPECT_EQ(table({ "A" }, { { "ééééééééééééééé" } }, {}, 12), "A\nééééééééé...\n");
}

} // namespace
} // namespace site
