#include "accounting/day_cut.hpp"

#include "unit/accounting/job_fixture.hpp"

#include <random>

namespace site {
namespace {

using namespace test;
std::vector<Piece> cut(const JobRow& row, Day on, std::string_view until, Seconds zone = Seconds { 0 })
{
    const auto pieces = DayCut(on, instant(until), zone).pieces(Charging({}, instant(until)).of(row));
    return { pieces.begin(), pieces.end() };
}

/// The seconds charged of a day, when they are of one month.
std::uint64_t seconds(const std::vector<Piece>& pieces)
{
    EXPECT_EQ(pieces.size(), 1U);
    return pieces.at(0).seconds;
}

TEST(DayCut, ClipsAJobAtTheDaysBorders)
{
    const auto row = job("2026-10-05T22:00:00Z", "2026-10-07T01:00:00Z", 27 * 3600);
    const auto* later = "2026-10-20T00:00:00Z";
    EXPECT_TRUE(cut(row, day(2026, 10, 4), later).empty());
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 5), later)), 7200U);
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 6), later)), 86400U);
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 7), later)), 3600U);
    EXPECT_TRUE(cut(row, day(2026, 10, 8), later).empty());
}

TEST(DayCut, ARunningJobEndsWhereTheReadingDoes)
{
    const auto row = job("2026-10-05T22:00:00Z", "", 3 * 3600);
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 5), "2026-10-06T01:00:00Z")), 7200U);
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 6), "2026-10-06T01:00:00Z")), 3600U);
}

TEST(DayCut, ARunningJobReadAMomentLaterIsNotChargedBeyondTheReading)
{
    const auto row = job("2026-10-06T00:00:00Z", "", 3605); // five seconds more than `until` allows
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 6), "2026-10-06T01:00:00Z")), 3600U);
}

TEST(DayCut, SuspendedTimeIsSpreadOverTheWallTime)
{
    // two days of wall time, half of it suspended
    const auto row = job("2026-10-05T12:00:00Z", "2026-10-07T12:00:00Z", 86400);
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 5), "2026-10-20T00:00:00Z")), 6U * 3600);
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 6), "2026-10-20T00:00:00Z")), 12U * 3600);
    EXPECT_EQ(seconds(cut(row, day(2026, 10, 7), "2026-10-20T00:00:00Z")), 6U * 3600);
}

TEST(DayCut, ChargesNoMoreThanTheWallTime)
{
    EXPECT_EQ(seconds(cut(job("2026-10-05T00:00:00Z", "2026-10-05T01:00:00Z", 99999), day(2026, 10, 5),
                  "2026-10-06T00:00:00Z")),
        3600U);
}

TEST(DayCut, PiecesOfNoLengthAreDropped)
{
    const auto* later = "2026-11-20T00:00:00Z";
    // half open: what ends at midnight adds nothing to the next day
    EXPECT_TRUE(
        cut(job("2026-10-31T22:00:00Z", "2026-11-01T00:00:00Z", 7200), day(2026, 11, 1), later).empty());
    EXPECT_TRUE(cut(job("2026-10-05T10:00:00Z", "2026-10-05T10:00:00Z", 0), day(2026, 10, 5), later).empty());
    EXPECT_TRUE(cut(job("2026-10-05T10:00:00Z", "2026-10-05T11:00:00Z", 0), day(2026, 10, 5), later).empty());
}

TEST(DayCut, RowsThatEndBeforeTheyStartAreDropped)
{
    EXPECT_TRUE(
        cut(job("2026-10-05T10:00:00Z", "2026-10-05T09:59:59Z", 5), day(2026, 10, 5), "2026-10-06T00:00:00Z")
            .empty());
}

TEST(DayCut, AStartAfterTheReadingIsDropped)
{
    EXPECT_TRUE(cut(job("2026-10-05T10:00:01Z", "", 5), day(2026, 10, 5), "2026-10-05T10:00:00Z").empty());
    EXPECT_TRUE(
        cut(job("2026-10-05T10:00:01Z", "2026-10-05T12:00:00Z", 5), day(2026, 10, 5), "2026-10-05T10:00:00Z")
            .empty());
}

TEST(DayCut, SplitsWhereThePortalsMonthTurns)
{
    const auto row = job("2026-10-31T20:00:00Z", "2026-10-31T23:00:00Z", 10800);
    const auto pieces = cut(row, day(2026, 10, 31), "2026-11-05T00:00:00Z", Seconds { 3 * 3600 });
    ASSERT_EQ(pieces.size(), 2U); // in a zone 3 h ahead November begins at 21:00 UTC
    EXPECT_EQ(pieces[0].month, october);
    EXPECT_EQ(pieces[0].to, instant("2026-10-31T21:00:00Z"));
    EXPECT_EQ(pieces[0].seconds, 3600U);
    EXPECT_EQ(pieces[1].month, november);
    EXPECT_EQ(pieces[1].seconds, 7200U);
}

TEST(DayCut, SplitsAlsoInAZoneBehind)
{
    const auto row = job("2026-11-01T04:00:00Z", "2026-11-01T06:00:00Z", 7200);
    const auto pieces = cut(row, day(2026, 11, 1), "2026-11-05T00:00:00Z", Seconds { -5 * 3600 });
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0].month, october);
    EXPECT_EQ(pieces[1].month, november);
    EXPECT_EQ(pieces[1].from, instant("2026-11-01T05:00:00Z"));
}

TEST(DayCut, TheCutsOfAnyJobInAnyZoneAddUpToItsElapsedTime)
{
    std::mt19937_64 random(7);
    const auto below = [&](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
    };
    const Instant base = instant("2026-10-28T00:00:00Z");
    for (int round = 0; round < 3000; ++round) {
        JobRow row;
        row.start = base + Seconds { below(6 * 86400) };
        const Seconds wall { 1 + below(round % 3 == 0 ? 600 : 5 * 86400) };
        const Seconds zone { (below(113) - 48) * 900 }; // -12 h to +16 h by quarters
        const bool running = below(3) == 0;
        const Instant until = running ? row.start + wall : row.start + wall + Seconds { below(90000) };
        if (!running)
            row.end = row.start + wall;
        row.elapsed = 1 + static_cast<std::uint64_t>(below(wall.count()));
        std::uint64_t sum = 0;
        const auto charge = Charging({}, until).of(row);
        for (auto on = day_of(row.start) - std::chrono::days { 1 };
             on <= day_of(until) + std::chrono::days { 1 }; on += std::chrono::days { 1 })
            for (const auto& piece : DayCut(on, until, zone).pieces(charge)) {
                sum += piece.seconds;
                ASSERT_EQ(piece.month, month_of(piece.from, zone));
                ASSERT_EQ(piece.month, month_of(piece.to - Seconds { 1 }, zone));
            }
        ASSERT_EQ(sum, row.elapsed) << "round " << round;
    }
}

} // namespace
} // namespace site
