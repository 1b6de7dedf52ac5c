#include "system/clock.hpp"

#include <ctime>
#include <gtest/gtest.h>

namespace site {
namespace {

TEST(SystemClock, TellsTheWallTimeInWholeSeconds)
{
    const auto before = std::time(nullptr);
    const auto now = SystemClock().now().time_since_epoch().count();
    const auto after = std::time(nullptr);
    // time(2) may lag behind by a tick of the kernel
    EXPECT_GE(now, before);
    EXPECT_LE(now, after + 1);
}

TEST(SystemClock, NeverGoesBack)
{
    const SystemClock clock;
    auto last = clock.steady();
    for (int i = 0; i < 1000; ++i) {
        const auto now = clock.steady();
        ASSERT_GE(now, last);
        last = now;
    }
}

} // namespace
} // namespace site
