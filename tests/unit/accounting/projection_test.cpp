#include "accounting/projection.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

using namespace std::chrono_literals;

constexpr Month november = std::chrono::year { 2026 } / std::chrono::November; // 30 days
constexpr Month february = std::chrono::year { 2028 } / std::chrono::February; // 29 days

Instant at(const char* text)
{
    return *parse_instant(text);
}

Day day(const char* text)
{
    return *parse_day(text);
}

/// Days read whole, each at its end, the last at `until`.
std::vector<LedgerDay> read_up_to(Instant from, Instant until)
{
    std::vector<LedgerDay> days;
    for (auto day = day_of(from); Instant { day } < until; day += std::chrono::days { 1 })
        days.push_back({ .day = day,
            .read = std::min(Instant { day + std::chrono::days { 1 } }, until),
            .whole = true });
    return days;
}

MonthCount counted(Month month, Instant until, Seconds zone = Seconds { 0 })
{
    UsageConfig config;
    config.zone_offset = zone;
    return month_count(month, read_up_to(start_of(month, zone), until), until, config);
}

TEST(MonthCount, GoesUpToTheLastReading)
{
    const auto count = counted(november, at("2026-11-05T08:00:00Z"));
    EXPECT_EQ(count.begin, at("2026-11-01T00:00:00Z"));
    EXPECT_EQ(count.end, at("2026-12-01T00:00:00Z"));
    EXPECT_EQ(count.counted, at("2026-11-05T08:00:00Z"));
    EXPECT_TRUE(count.missing.empty());
}

TEST(MonthCount, BeginsAndEndsInThePortalsZone)
{
    const auto count = counted(november, at("2026-12-03T00:00:00Z"), 3h);
    EXPECT_EQ(count.begin, at("2026-10-31T21:00:00Z"));
    EXPECT_EQ(count.end, at("2026-11-30T21:00:00Z"));
    EXPECT_EQ(count.counted, count.end);
    EXPECT_TRUE(count.missing.empty());
}

TEST(MonthCount, OfNothingReadIsUnknown)
{
    const auto now = at("2026-11-05T08:00:00Z");
    EXPECT_EQ(month_count(november, {}, now, {}).counted, std::nullopt);
    // a day that was read before the month began says nothing of it
    UsageConfig west;
    west.zone_offset = -5h;
    const std::vector early { LedgerDay {
        .day = day("2026-11-01"), .read = at("2026-11-01T04:00:00Z"), .whole = true } };
    EXPECT_EQ(month_count(november, early, now, west).counted, std::nullopt);
}

TEST(MonthCount, NamesDaysThatAreNotThereNotWholeOrNotReadToTheirEnd)
{
    const auto now = at("2026-11-06T12:00:00Z");
    auto days = read_up_to(at("2026-11-01T00:00:00Z"), now);
    days[1].whole = false;
    days[2].read -= 1s;
    days.erase(days.begin() + 4);
    EXPECT_EQ(month_count(november, days, now, {}).missing,
        (std::vector { day("2026-11-02"), day("2026-11-03"), day("2026-11-05") }));
}

TEST(MonthCount, OfAPastMonthMissesWhatWasNeverReadOfItsEnd)
{
    const auto days = read_up_to(at("2026-11-01T00:00:00Z"), at("2026-11-28T12:00:00Z"));
    EXPECT_TRUE(month_count(november, days, at("2026-11-28T13:00:00Z"), {}).missing.empty());
    EXPECT_EQ(month_count(november, days, at("2026-12-01T00:00:00Z"), {}).missing,
        (std::vector { day("2026-11-28"), day("2026-11-29"), day("2026-11-30") }));
}

TEST(Projection, IsLinearInThePartThatIsCounted)
{
    const auto found = projection({ { day("2026-11-01"), 700 }, { day("2026-11-10"), 300 } }, 4000,
        counted(november, at("2026-11-11T00:00:00Z")));
    EXPECT_EQ(found.used, 1000U);
    EXPECT_EQ(found.left, 3000U);
    EXPECT_EQ(found.percent, 25U);
    EXPECT_EQ(found.at_end, 3000U);
    EXPECT_EQ(found.reached, std::nullopt);
    EXPECT_EQ(found.will_reach, std::nullopt);
}

TEST(Projection, KnowsHowLongAMonthIs)
{
    const auto count = counted(february, at("2028-02-11T00:00:00Z"));
    EXPECT_EQ(projection({ { day("2028-02-01"), 1000 } }, {}, count).at_end, 2900U);
}

TEST(Projection, IsExactUntilItsOneRounding)
{
    // a third of the month: 1 becomes 3, and of 1/7 of it 5 becomes 35
    EXPECT_EQ(
        projection({ { day("2026-11-01"), 1 } }, {}, counted(november, at("2026-11-11T00:00:00Z"))).at_end,
        3U);
    // 2592000 / 86401 = 29.99965...; times 1000 is 29999.65...
    const auto count = counted(november, at("2026-11-02T00:00:01Z"));
    EXPECT_EQ(projection({ { day("2026-11-01"), 1000 } }, {}, count).at_end, 30000U);
    EXPECT_EQ(projection({ { day("2026-11-01"), 1'000'000'000'000'000 } }, {}, count).at_end,
        29'999'652'781'796'507U); // 2592 x 10^18 / 86401 = 29999652781796506.98...
}

TEST(Projection, IsNoneInTheFirstDay)
{
    const UsageByDay used { { day("2026-11-01"), 100 } };
    const auto early = projection(used, 200, counted(november, at("2026-11-01T23:59:59Z")));
    EXPECT_EQ(early.at_end, std::nullopt);
    EXPECT_EQ(early.will_reach, std::nullopt);
    EXPECT_EQ(early.percent, 50U);
    EXPECT_EQ(projection(used, 200, counted(november, at("2026-11-02T00:00:00Z"))).at_end, 3000U);
}

TEST(Projection, TheFirstDayIsThatOfThePortalsZone)
{
    const UsageByDay used { { day("2026-11-01"), 100 } };
    EXPECT_EQ(projection(used, {}, counted(november, at("2026-11-01T20:59:59Z"), 3h)).at_end, std::nullopt);
    EXPECT_EQ(projection(used, {}, counted(november, at("2026-11-01T21:00:00Z"), 3h)).at_end, 3000U);
    EXPECT_EQ(projection(used, {}, counted(november, at("2026-11-02T00:00:00Z"), -3h)).at_end, std::nullopt);
}

TEST(Projection, OfAPastMonthIsWhatWasUsed)
{
    const auto found
        = projection({ { day("2026-11-03"), 1234 } }, {}, counted(november, at("2026-12-02T00:00:00Z")));
    EXPECT_EQ(found.at_end, 1234U);
    EXPECT_EQ(found.will_reach, std::nullopt);
}

TEST(Projection, IsNoneWhenADayIsMissing)
{
    const auto now = at("2026-11-11T00:00:00Z");
    auto days = read_up_to(at("2026-11-01T00:00:00Z"), now);
    days[4].whole = false;
    const auto found = projection({ { day("2026-11-03"), 100 } }, 200, month_count(november, days, now, {}));
    EXPECT_EQ(found.at_end, std::nullopt);
    EXPECT_EQ(found.will_reach, std::nullopt);
    EXPECT_EQ(found.used, 100U);
    EXPECT_EQ(found.left, 100U);
}

TEST(Projection, OfNothingReadIsNone)
{
    EXPECT_EQ(
        projection({}, 100, month_count(november, {}, at("2026-11-11T00:00:00Z"), {})).at_end, std::nullopt);
}

TEST(Projection, OfNothingUsedIsNothing)
{
    const auto found = projection({}, 100, counted(november, at("2026-11-11T00:00:00Z")));
    EXPECT_EQ(found.at_end, 0U);
    EXPECT_EQ(found.percent, 0U);
    EXPECT_EQ(found.will_reach, std::nullopt);
}

TEST(Projection, WithoutALimitKnowsNothingOfOne)
{
    const auto found
        = projection({ { day("2026-11-03"), 10 } }, {}, counted(november, at("2026-11-11T00:00:00Z")));
    EXPECT_EQ(found.left, std::nullopt);
    EXPECT_EQ(found.percent, std::nullopt);
    EXPECT_EQ(found.reached, std::nullopt);
    EXPECT_EQ(found.will_reach, std::nullopt);
    EXPECT_EQ(found.at_end, 30U);
}

TEST(Projection, OfALimitOfZeroHasNoPercentageAndNoDay)
{
    const auto found
        = projection({ { day("2026-11-03"), 10 } }, 0, counted(november, at("2026-11-11T00:00:00Z")));
    EXPECT_EQ(found.left, 0U);
    EXPECT_EQ(found.percent, std::nullopt);
    EXPECT_EQ(found.reached, std::nullopt);
    EXPECT_EQ(found.will_reach, std::nullopt);
}

TEST(Projection, ALimitThatWasUsedUpNamesTheDay)
{
    const UsageByDay used { { day("2026-11-02"), 60 }, { day("2026-11-05"), 40 }, { day("2026-11-06"), 50 } };
    const auto count = counted(november, at("2026-11-11T00:00:00Z"));
    const auto over = projection(used, 100, count);
    EXPECT_EQ(over.left, 0U);
    EXPECT_EQ(over.percent, 150U);
    EXPECT_EQ(over.reached, day("2026-11-05"));
    EXPECT_EQ(over.will_reach, std::nullopt);
    EXPECT_EQ(projection(used, 101, count).reached, day("2026-11-06"));
    EXPECT_EQ(projection(used, 151, count).reached, std::nullopt);
}

TEST(Projection, WhatTheMonthsFirstHoursUsedUpIsOfTheMonth)
{
    // in UTC it was still October
    EXPECT_EQ(
        projection({ { day("2026-10-31"), 100 } }, 100, counted(november, at("2026-11-11T00:00:00Z"), 3h))
            .reached,
        day("2026-11-01"));
}

TEST(Projection, NamesTheDayOnWhichTheLimitWillBeReached)
{
    const UsageByDay used { { day("2026-11-03"), 1000 } };
    const auto count = counted(november, at("2026-11-11T00:00:00Z")); // 100 a day
    EXPECT_EQ(projection(used, 1001, count).will_reach, day("2026-11-11"));
    EXPECT_EQ(projection(used, 1999, count).will_reach, day("2026-11-20"));
    EXPECT_EQ(projection(used, 2000, count).will_reach, day("2026-11-21")); // with its first moment
    EXPECT_EQ(projection(used, 2999, count).will_reach, day("2026-11-30"));
    EXPECT_EQ(projection(used, 3000, count).will_reach, std::nullopt);
}

TEST(Projection, TheDayIsThatOfThePortalsZone)
{
    // 10 days of the month, 100 a day: 1990 are used on 2026-11-20 at 18:36 UTC, 21:36 there
    const UsageByDay used { { day("2026-11-03"), 1000 } };
    const auto east = counted(november, at("2026-11-10T21:00:00Z"), 3h);
    EXPECT_EQ(projection(used, 1990, east).will_reach, day("2026-11-20"));
    EXPECT_EQ(projection(used, 2000, east).will_reach, day("2026-11-21")); // in UTC still the 20th
}

TEST(Projection, ManyNodesForALongTimeDoNotOverflow)
{
    constexpr std::uint64_t much = 18'000'000'000'000; // the largest limit that is taken, about
    const auto count = counted(november, at("2026-11-30T23:59:59Z"));
    const auto found = projection({ { day("2026-11-03"), much - 1 } }, much, count);
    EXPECT_EQ(found.percent, 99U);
    EXPECT_EQ(found.will_reach, std::nullopt);
    EXPECT_EQ(
        projection({ { day("2026-11-03"), much - 1 } }, much, counted(november, at("2026-11-30T00:00:00Z")))
            .will_reach,
        day("2026-11-30"));
}

} // namespace
} // namespace site
