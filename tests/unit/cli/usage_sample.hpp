#pragma once

#include "accounting/month_usage.hpp"

#include <string>

namespace site::test {

inline constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;

inline LedgerRow usage_row(unsigned day, const char* account, const char* user, std::uint64_t hours)
{
    return { .day = november / std::chrono::day { day },
        .month = november,
        .account = Name(account),
        .user = Name(user),
        .spent = { .node_seconds = hours * 3600,
            .cpu_seconds = hours * 3600 * 4,
            .gpu_seconds = hours * 3600 * 2,
            .memory_mb_seconds = hours * 3600 * 8 * 1024,
            .billing_seconds = hours * 3600 },
        .jobs = 1 };
}

/// November after ten of its thirty days: one project at ease, one that will use up its limit, one that has,
/// and one that used nothing.
inline MonthUsage sample(const UsageChoice& choice = {})
{
    const MonthCount count { .begin = start_of(november),
        .end = start_of(november + std::chrono::months { 1 }),
        .counted = start_of(november) + std::chrono::days { 10 } };
    const std::vector rows { usage_row(1, "brics.climate", "mia", 50),
        usage_row(3, "brics.climate", "tom", 200), usage_row(5, "brics.genome", "mia", 200),
        usage_row(2, "brics.ocean", "zoe", 625) };
    const auto limit = [](const char* account, std::uint64_t hours) {
        return std::pair { Name(account), hours * 3600 };
    };
    return month_usage(november, rows,
        { limit("brics.climate", 1000), limit("brics.genome", 500), limit("brics.idle", 80),
            limit("brics.ocean", 500) },
        count, choice);
}

/// Names as long as names of accounts and users can be, and large figures, by user.
inline MonthUsage long_names()
{
    const std::string longest(32, 'n');
    auto usage = month_usage(november,
        std::vector { usage_row(1, longest.c_str(), longest.c_str(), 123'456'789),
            usage_row(2, "brics.climate", longest.c_str(), 1) },
        { { Name(longest), 200'000'000UL * 3600 }, { Name("brics.climate"), 3600 } }, sample().count,
        { .by_user = true });
    usage.whole = false;
    return usage;
}

/// One account without a limit that used so many seconds of nodes, and MiB-seconds of memory.
inline MonthUsage one_line(const std::string& account, std::uint64_t seconds)
{
    auto row = usage_row(1, account.c_str(), "mia", 0);
    row.spent.node_seconds = seconds;
    row.spent.memory_mb_seconds = seconds;
    return month_usage(november, std::vector { row }, {}, sample().count, {});
}

} // namespace site::test
