#include "view/sparkline.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

const auto november = parse_month("2026-11").value();

UsageByDay used(std::initializer_list<std::pair<unsigned, std::uint64_t>> days)
{
    UsageByDay out;
    for (const auto& [day, seconds] : days)
        out[Day { november / std::chrono::day { day } }] = seconds;
    return out;
}

TEST(Sparkline, AddsUpDayByDay)
{
    EXPECT_THAT(sparkline(used({ { 15, 50 }, { 30, 50 } }), {}, november),
        HasSubstr("points=\"2.0,22.0 60.0,12.0 118.0,2.0\""));
}

TEST(Sparkline, HasRoomForTheLimitAndForMoreThanIt)
{
    EXPECT_THAT(sparkline(used({ { 30, 50 } }), 100, november),
        testing::AllOf(HasSubstr("y1=\"2.0\" y2=\"2.0\""), HasSubstr("118.0,12.0")));
    EXPECT_THAT(sparkline(used({ { 30, 200 } }), 100, november), HasSubstr("y1=\"12.0\""));
}

TEST(Sparkline, OfNothingIsALineOnTheGround)
{
    const auto picture = sparkline({}, {}, november);
    EXPECT_THAT(picture, HasSubstr("points=\"2.0,22.0\""));
    EXPECT_THAT(picture, Not(HasSubstr("limit")));
}

TEST(Sparkline, StaysInItsFrame)
{
    UsageByDay days { { Day { november / 1 } - std::chrono::days { 1 }, 10 },
        { Day { november / std::chrono::day { 30 } } + std::chrono::days { 1 }, 10 } };
    EXPECT_THAT(sparkline(days, {}, november), HasSubstr("points=\"2.0,22.0 2.0,12.0 118.0,2.0\""));
}

} // namespace
} // namespace site
