#include "cli/draw_usage.hpp"

#include "unit/cli/usage_sample.hpp"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Tree = boost::property_tree::ptree;

/// A test fails when it is no XML.
Tree parsed(const std::string& svg)
{
    std::istringstream in(svg);
    Tree tree;
    try {
        read_xml(in, tree);
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what() << "\n" << svg;
    }
    return tree.get_child("svg", {});
}

/// Elements of a class, wherever they stand.
std::vector<Tree> of_class(const Tree& tree, const std::string& kind)
{
    std::vector<Tree> found;
    for (const auto& [name, child] : tree) {
        if (child.get("<xmlattr>.class", "") == kind)
            found.push_back(child);
        for (auto& inner : of_class(child, kind))
            found.push_back(std::move(inner));
    }
    return found;
}

double number(const Tree& element, const std::string& attribute)
{
    return element.get<double>("<xmlattr>." + attribute);
}

std::vector<std::string> points(const Tree& svg)
{
    std::vector<std::string> all;
    const auto used = of_class(svg, "used");
    for (const auto& one : used)
        if (const auto text = one.get_optional<std::string>("<xmlattr>.points")) {
            std::istringstream in(*text);
            for (std::string point; in >> point;)
                all.push_back(point);
        }
    return all;
}

MonthUsage with(UsageByDay by_day, std::optional<std::uint64_t> limit, MonthCount count)
{
    MonthUsage usage { .month = november, .count = std::move(count) };
    usage.total.by_day = std::move(by_day);
    usage.total.projection = projection(usage.total.by_day, limit, usage.count);
    return usage;
}

TEST(UsageSvg, IsXmlThatStandsAlone)
{
    const auto text = usage_svg(sample(), "all projects on sandbox");
    const auto svg = parsed(text);
    EXPECT_EQ(svg.get<std::string>("<xmlattr>.xmlns"), "http://www.w3.org/2000/svg");
    EXPECT_EQ(svg.get<std::string>("<xmlattr>.version"), "1.1");
    for (const auto* foreign :
        { "<script", "href", "url(", "@import", "<!DOCTYPE", "<image", "foreignObject" })
        EXPECT_THAT(text, Not(HasSubstr(foreign)));
    EXPECT_THAT(svg.get<std::string>("style"), HasSubstr("@media (prefers-color-scheme:dark)"));
}

TEST(UsageSvg, IsReadOut)
{
    const auto svg = parsed(usage_svg(sample(), "all projects on sandbox"));
    auto child = svg.begin();
    ++child; // its attributes
    EXPECT_EQ(child->first, "title");
    EXPECT_EQ(child->second.data(), "Node-hours of 2026-11: all projects on sandbox");
    ++child;
    EXPECT_EQ(child->first, "desc");
    EXPECT_EQ(child->second.data(),
        "Used: 1075.00 node-hours of 2080.00 (51%), counted up to 2026-11-11T00:00:00Z. At this pace 3225.00 "
        "by "
        "the month's end. The limit will be reached on 2026-11-20.");
}

TEST(UsageSvg, AddsUpDayByDay)
{
    const Day first = november / std::chrono::day { 1 };
    const Day third = november / std::chrono::day { 3 };
    auto count = sample().count;
    count.counted = count.begin + std::chrono::hours { 84 };
    // 700 pixels are 30 days, 288 from 0 to 1500 hours
    const auto svg
        = parsed(usage_svg(with({ { first, 100 * 3600 }, { third, 25 * 3600 } }, 1500 * 3600, count), "a"));
    EXPECT_THAT(
        points(svg), ElementsAre("76.0,364.0", "99.3,344.8", "122.7,344.8", "146.0,340.0", "157.7,340.0"));
    const auto limit = of_class(svg, "limit");
    ASSERT_EQ(limit.size(), 2U); // and in the legend
    EXPECT_EQ(number(limit[0], "x1"), 76.0);
    EXPECT_EQ(number(limit[0], "x2"), 776.0);
}

TEST(UsageSvg, TheProjectionBeginsWhereTheCurveEnds)
{
    const auto svg = parsed(usage_svg(sample(), "a"));
    const auto ahead = of_class(svg, "ahead");
    ASSERT_EQ(ahead.size(), 2U);
    EXPECT_EQ(points(svg).back(),
        ahead[0].get<std::string>("<xmlattr>.x1") + "," + ahead[0].get<std::string>("<xmlattr>.y1"));
    EXPECT_EQ(number(ahead[0], "x2"), 776.0);
    EXPECT_LT(number(ahead[0], "y2"), number(ahead[0], "y1"));
}

TEST(UsageSvg, OfAPastMonthLeadsNowhere)
{
    auto count = sample().count;
    count.counted = count.end;
    const auto svg
        = parsed(usage_svg(with({ { november / std::chrono::day { 2 }, 3600 } }, 7200, count), "a"));
    EXPECT_TRUE(of_class(svg, "ahead").empty());
    EXPECT_EQ(points(svg).size(), 31U);
    EXPECT_THAT(points(svg).back(), testing::StartsWith("776.0,"));
}

TEST(UsageSvg, WithoutALimitThereIsNoLine)
{
    EXPECT_TRUE(of_class(parsed(usage_svg(one_line("a", 3600), "a")), "limit").empty());
}

TEST(UsageSvg, WithoutUsageOrLimitOrReadingItIsStillAPicture)
{
    auto nothing = sample().count;
    nothing.counted.reset();
    for (const auto& usage : { with({}, {}, nothing), with({}, 0, sample().count),
             with({}, 1, sample().count), with({}, {}, sample().count) }) {
        const auto text = usage_svg(usage, "a");
        EXPECT_EQ(parsed(text).get<std::string>("title"), "Node-hours of 2026-11: a");
        EXPECT_THAT(text, Not(HasSubstr("nan")));
        EXPECT_THAT(text, Not(HasSubstr("inf")));
    }
    EXPECT_TRUE(points(parsed(usage_svg(with({}, {}, nothing), "a"))).empty());
}

TEST(UsageSvg, EverythingLiesWithinIt)
{
    constexpr std::uint64_t huge = 18'000'000'000'000;
    for (const std::uint64_t used : { 1UL, 3'599UL, 3'600UL, 36'000UL, 777'777UL, 1'000'000'000UL, huge })
        for (const std::uint64_t limit : { 1UL, 3'600UL, 1'234'567UL, huge }) {
            const auto svg = parsed(
                usage_svg(with({ { november / std::chrono::day { 9 }, used } }, limit, sample().count), "a"));
            for (const auto* kind : { "used", "ahead", "limit", "grid", "axis" })
                for (const auto& element : of_class(svg, kind))
                    if (const auto y = element.get_optional<double>("<xmlattr>.y2")) {
                        EXPECT_GE(*y, 40.0) << kind << " " << used << " of " << limit;
                        EXPECT_LE(*y, 370.0) << kind << " " << used << " of " << limit;
                    }
            const auto lines = of_class(svg, "grid").size();
            EXPECT_GE(lines, 3U) << used << " of " << limit;
            EXPECT_LE(lines, 6U) << used << " of " << limit;
        }
}

TEST(UsageSvg, DaysBeginInThePortalsZone)
{
    auto count = sample().count;
    count.zone_offset = -std::chrono::minutes { 210 };
    count.begin -= count.zone_offset;
    count.end -= count.zone_offset;
    const auto text = usage_svg(with({ { november / std::chrono::day { 1 }, 3600 } }, {}, count), "a");
    EXPECT_THAT(text, HasSubstr("days of 2026-11 (UTC-03:30)"));
    // the first UTC day has 20.5 hours of the month
    EXPECT_THAT(points(parsed(text))[1], testing::StartsWith("95.9,"));
    EXPECT_EQ(of_class(parsed(text), "axis").size(), 32U); // 30 days, their end, and the zero
}

TEST(UsageSvg, DaysThatWereNotReadWholeAreShadedAndTold)
{
    auto count = sample().count;
    count.missing = { november / std::chrono::day { 2 }, november / std::chrono::day { 4 } };
    const auto text = usage_svg(with({}, 3600, count), "a");
    const auto svg = parsed(text);
    const auto missing = of_class(svg, "missing");
    ASSERT_EQ(missing.size(), 2U);
    EXPECT_EQ(number(missing[0], "x"), 99.3);
    EXPECT_EQ(number(missing[0], "width"), 23.3);
    EXPECT_THAT(svg.get<std::string>("desc"), HasSubstr("2 days were not read whole"));
    EXPECT_THAT(text, HasSubstr("shaded: not read whole"));
}

TEST(UsageSvg, NamesAreText)
{
    const auto text = usage_svg(sample(), "</title><script>alert(\"x\" & 'y')</script>]]>\x01\xff\xc3\xa9");
    EXPECT_THAT(text, Not(HasSubstr("<script")));
    EXPECT_EQ(parsed(text).get<std::string>("title"),
        "Node-hours of 2026-11: </title><script>alert(\"x\" & 'y')</script>]]>????");
}

} // namespace
} // namespace site
