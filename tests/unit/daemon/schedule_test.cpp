#include "daemon/schedule.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

using std::chrono::minutes;

struct ScheduleTest : testing::Test {
    Schedule::Moment start {};
    double random = 0.5;
    Schedule schedule { Seconds { 60 }, start, [this] { return random; } };
};

TEST_F(ScheduleTest, IsDueAtOnceAndThenAfterTheInterval)
{
    EXPECT_TRUE(schedule.due(start));
    schedule.succeeded(start);
    EXPECT_FALSE(schedule.due(start + Seconds { 59 }));
    EXPECT_TRUE(schedule.due(start + Seconds { 60 }));
}

// The clock that never steps is what it goes by; the moment of day it is never told.
TEST_F(ScheduleTest, Daemon5AStepOfTheClockDoesNotReachIt)
{
    static_assert(Schedule::Moment::clock::is_steady);
    schedule.succeeded(start);
    EXPECT_FALSE(schedule.due(start + Seconds { 59 }));
    schedule.succeeded(start + Seconds { 60 }); // once, however late
    EXPECT_FALSE(schedule.due(start + Seconds { 119 }));
    EXPECT_TRUE(schedule.due(start + Seconds { 120 }));
}

TEST_F(ScheduleTest, WaitsLongerAfterEachFailureUpToEightIntervals)
{
    for (const int intervals : { 2, 4, 8, 8, 8 }) {
        schedule.failed(start);
        EXPECT_FALSE(schedule.due(start + Seconds { 60 * intervals - 1 })) << intervals;
        EXPECT_TRUE(schedule.due(start + Seconds { 60 * intervals })) << intervals;
    }
    schedule.succeeded(start);
    EXPECT_EQ(schedule.failures(), 0U);
    EXPECT_TRUE(schedule.due(start + Seconds { 60 }));
}

TEST_F(ScheduleTest, IsSpreadByATenth)
{
    random = 0;
    schedule.succeeded(start);
    EXPECT_TRUE(schedule.due(start + Seconds { 54 }));
    random = 0.999999;
    schedule.succeeded(start);
    EXPECT_FALSE(schedule.due(start + Seconds { 65 }));
    EXPECT_TRUE(schedule.due(start + Seconds { 66 }));
}

TEST_F(ScheduleTest, TakesANewIntervalAtOnce)
{
    schedule.succeeded(start);
    schedule.restart(Seconds { 10 }, start + Seconds { 1 });
    EXPECT_TRUE(schedule.due(start + Seconds { 1 }));
}

} // namespace
} // namespace site
