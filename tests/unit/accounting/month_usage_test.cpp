#include "accounting/month_usage.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;
constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;

LedgerRow row(
    unsigned day, const char* account, const char* user, std::uint64_t seconds, Month month = november)
{
    return { .day = november / std::chrono::day { day },
        .month = month,
        .account = Name(account),
        .user = Name(user),
        .spent = { .node_seconds = seconds,
            .cpu_seconds = seconds * 2,
            .gpu_seconds = seconds * 3,
            .memory_mb_seconds = seconds * 4,
            .billing_seconds = seconds * 5 },
        .jobs = 1 };
}

/// Ten of November's thirty days.
const MonthCount a_third { .begin = start_of(november),
    .end = start_of(november + std::chrono::months { 1 }),
    .counted = start_of(november) + std::chrono::days { 10 } };

const std::vector rows { row(1, "b", "mia", 10), row(1, "a", "tom", 100), row(2, "a", "mia", 200),
    row(2, "a", "tom", 50), row(1, "a", "tom", 7000, october) };
const Limits limits { { Name("a"), 1000 }, { Name("b"), 500 }, { Name("idle"), 300 } };

std::string told(const UsageLine& line)
{
    const auto amount = [](const std::optional<std::uint64_t>& value) {
        return value ? std::to_string(*value) : std::string("-");
    };
    return line.account.text() + "/" + line.user.text() + " " + std::to_string(line.jobs) + " "
        + std::to_string(line.spent.node_seconds) + " of " + amount(line.projection.limit) + " to "
        + amount(line.projection.at_end);
}

std::vector<std::string> told(const MonthUsage& usage)
{
    std::vector<std::string> all;
    for (const auto& line : usage.lines)
        all.push_back(told(line));
    all.push_back(told(usage.total));
    return all;
}

using Lines = std::vector<std::string>;

TEST(MonthUsage, IsALineAnAccountWithThoseThatUsedNothing)
{
    EXPECT_EQ(told(month_usage(november, rows, limits, a_third, {})),
        (Lines { "a/ 3 350 of 1000 to 1050", "b/ 1 10 of 500 to 30", "idle/ 0 0 of 300 to 0",
            "/ 4 360 of 1800 to 1080" }));
}

TEST(MonthUsage, ByUserTheLimitStandsInTheTotalAlone)
{
    EXPECT_EQ(told(month_usage(november, rows, limits, a_third, { .by_user = true })),
        (Lines { "a/mia 1 200 of - to 600", "a/tom 2 150 of - to 450", "b/mia 1 10 of - to 30",
            "/ 4 360 of 1800 to 1080" }));
}

TEST(MonthUsage, OfOneAccountHasItsLimitInTheTotal)
{
    EXPECT_EQ(told(month_usage(november, rows, limits, a_third, { .account = Name("a") })),
        (Lines { "a/ 3 350 of 1000 to 1050", "/ 3 350 of 1000 to 1050" }));
    EXPECT_EQ(told(month_usage(november, rows, limits, a_third, { .by_user = true, .account = Name("b") })),
        (Lines { "b/mia 1 10 of - to 30", "/ 1 10 of 500 to 30" }));
}

TEST(MonthUsage, OfOneUserHasNoLimit)
{
    EXPECT_EQ(told(month_usage(november, rows, limits, a_third, { .user = Name("mia") })),
        (Lines { "a/mia 1 200 of - to 600", "b/mia 1 10 of - to 30", "/ 2 210 of - to 630" }));
    EXPECT_EQ(
        told(month_usage(november, rows, limits, a_third, { .account = Name("b"), .user = Name("tom") })),
        (Lines { "/ 0 0 of - to 0" }));
}

TEST(MonthUsage, TheTotalHasNoLimitWhenAnAccountHasNone)
{
    const auto usage = month_usage(november, rows, { { Name("a"), 1000 } }, a_third, {});
    EXPECT_EQ(
        told(usage), (Lines { "a/ 3 350 of 1000 to 1050", "b/ 1 10 of - to 30", "/ 4 360 of - to 1080" }));
}

TEST(MonthUsage, AddsUpEverythingAndKeepsTheDays)
{
    const auto usage = month_usage(november, rows, limits, a_third, {});
    EXPECT_EQ(usage.total.spent.cpu_seconds, 720U);
    EXPECT_EQ(usage.total.spent.gpu_seconds, 1080U);
    EXPECT_EQ(usage.total.spent.memory_mb_seconds, 1440U);
    EXPECT_EQ(usage.total.spent.billing_seconds, 1800U);
    const Day first = november / std::chrono::day { 1 };
    const Day second = november / std::chrono::day { 2 };
    EXPECT_EQ(usage.lines[0].by_day, (UsageByDay { { first, 100 }, { second, 250 } }));
    EXPECT_EQ(usage.total.by_day, (UsageByDay { { first, 110 }, { second, 250 } }));
}

} // namespace
} // namespace site
