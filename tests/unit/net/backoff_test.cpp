#include "net/backoff.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace site {
namespace {

using std::chrono::milliseconds;

constexpr Backoff::Bounds bounds { .first = milliseconds { 1000 }, .most = milliseconds { 8000 } };

std::vector<long> pauses(Backoff& backoff, int count)
{
    std::vector<long> all;
    for (int i = 0; i < count; ++i)
        all.push_back(backoff.next().count());
    return all;
}

TEST(Pauses, Daemon7GrowUpToACap)
{
    Backoff backoff(bounds, [] { return 0.999999; });
    EXPECT_EQ(pauses(backoff, 6), (std::vector<long> { 999, 1999, 3999, 7999, 7999, 7999 }));
}

TEST(Pauses, Daemon7AreSpreadOverTheirUpperHalf)
{
    Backoff backoff(bounds, [] { return 0.0; });
    EXPECT_EQ(pauses(backoff, 5), (std::vector<long> { 500, 1000, 2000, 4000, 4000 }));
}

TEST(Pauses, Daemon7BeginAgainAfterASuccess)
{
    Backoff backoff(bounds, [] { return 0.5; });
    EXPECT_EQ(pauses(backoff, 3), (std::vector<long> { 750, 1500, 3000 }));
    backoff.reset();
    EXPECT_EQ(pauses(backoff, 1), (std::vector<long> { 750 }));
}

TEST(Pauses, NeverOverflow)
{
    Backoff backoff(bounds, machine_random());
    for (int i = 0; i < 1000; ++i) {
        const auto pause = backoff.next();
        EXPECT_GE(pause, milliseconds { 500 });
        EXPECT_LE(pause, bounds.most);
    }
}

TEST(RetryAfter, IsReadAsSecondsOrDateWithinItsBound)
{
    const auto now = parse_instant("2026-11-05T08:00:00Z").value();
    const auto read = [&](std::string_view text) { return retry_after(text, now, milliseconds { 60000 }); };
    EXPECT_EQ(read("5"), milliseconds { 5000 });
    EXPECT_EQ(read("0"), milliseconds { 0 });
    EXPECT_EQ(read("3600"), milliseconds { 60000 });
    EXPECT_EQ(read("99999999999999999999"), milliseconds { 60000 });
    EXPECT_EQ(read("Thu, 05 Nov 2026 08:00:07 GMT"), milliseconds { 7000 });
    EXPECT_EQ(read("Thu, 05 Nov 2026 07:00:00 GMT"), milliseconds { 0 });
    EXPECT_EQ(read("Fri, 06 Nov 2026 08:00:00 GMT"), milliseconds { 60000 });
    for (const auto* text : { "", "-5", "5s", "soon", "1.5" })
        EXPECT_EQ(read(text), std::nullopt) << text;
}

} // namespace
} // namespace site
