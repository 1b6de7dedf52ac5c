#include "accounting/drain.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

TEST(DrainPause, DoublesFromFiveMinutesToSixHours)
{
    EXPECT_EQ(pause_after(0), Seconds { 300 });
    EXPECT_EQ(pause_after(1), Seconds { 600 });
    EXPECT_EQ(pause_after(6), Seconds { 19200 });
    EXPECT_EQ(pause_after(7), Seconds { 21600 });
    EXPECT_EQ(pause_after(UINT32_MAX), Seconds { 21600 });
}

} // namespace
} // namespace site
