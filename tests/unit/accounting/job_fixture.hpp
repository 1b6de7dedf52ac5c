#pragma once

#include "api/usage.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace site::test {

constexpr Day day(int year, unsigned month, unsigned number)
{
    return std::chrono::year { year } / std::chrono::month { month } / std::chrono::day { number };
}

inline Instant instant(std::string_view text)
{
    return parse_instant(text).value();
}

/// A job on 4 CPUs, as the sheet of field cases has it: `billing=4,cpu=4,mem=8G,node=1`.
inline JobRow job(std::string_view start, std::string_view end, std::uint64_t elapsed)
{
    JobRow row;
    row.cluster = Name("c1");
    row.account = Name("proja");
    row.user = Name("u1001");
    row.partition = Name("main");
    row.state = Name("COMPLETED");
    row.id = 4200;
    row.start = instant(start);
    row.submit = row.start;
    row.eligible = row.start;
    if (!end.empty())
        row.end = instant(end);
    row.elapsed = elapsed;
    row.tres = { .cpu = 4, .gpu = 0, .memory = 8192, .billing = 4, .node = 1 };
    return row;
}

/// 16 CPUs and 64 GB; no GPUs, no weights.
inline NodeShape small_node()
{
    return { .cpus = 16, .gpus = 0, .memory = 65536, .billing = 0 };
}

constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;

} // namespace site::test
