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

TEST_F(ScheduleTest, IsHastenedButNeverPutOff)
{
    schedule.succeeded(start);
    schedule.hasten(start + Seconds { 20 });
    EXPECT_TRUE(schedule.due(start + Seconds { 20 }));
    schedule.hasten(start + Seconds { 50 });
    EXPECT_TRUE(schedule.due(start + Seconds { 20 }));
}

TEST(NearTheTurn, IsTwoHoursOnEitherSideInThePortalsZone)
{
    const auto near = [](const char* at, int hours = 0) {
        return near_the_turn(parse_instant(at).value(), Seconds { hours * 3600 });
    };
    EXPECT_FALSE(near("2026-11-30T21:59:59Z"));
    EXPECT_TRUE(near("2026-11-30T22:00:00Z"));
    EXPECT_TRUE(near("2026-12-01T01:59:59Z"));
    EXPECT_FALSE(near("2026-12-01T02:00:00Z"));
    EXPECT_TRUE(near("2026-11-30T20:00:00Z", 2));
    EXPECT_TRUE(near("2026-12-01T05:00:00Z", -5));
    EXPECT_FALSE(near("2026-11-15T00:00:00Z"));
}

} // namespace
} // namespace site
