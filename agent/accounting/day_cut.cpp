#include "accounting/day_cut.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::chrono::months one_month { 1 };

std::uint64_t seconds(Instant from, Instant to)
{
    return static_cast<std::uint64_t>((to - from).count());
}

} // namespace

DayCut::DayCut(Day day, Instant until, Seconds zone_offset)
    : from_(day), to_(std::min(Instant { day + std::chrono::days { 1 } }, until)), until_(until),
      zone_offset_(zone_offset), first_(month_of(from_, zone_offset)),
      turn_(start_of(first_ + one_month, zone_offset))
{
}

Pieces DayCut::pieces(const JobRow& row) const
{
    Pieces pieces;
    const auto end = row.end.value_or(until_);
    const auto from = std::max(row.start, from_);
    const auto to = std::min(end, to_);
    if (end <= row.start || from >= to || row.elapsed == 0)
        return pieces;
    const auto wall = seconds(row.start, end);
    // A running job's ElapsedRaw goes on while the rows are read, a moment past `until`.
    const auto elapsed = std::min(row.elapsed, wall);
    const auto add = [&](Month month, Instant begin, Instant stop) {
        if (begin < stop)
            pieces.held.at(pieces.count++)
                = { month, begin, stop, Fraction::reduced(Wide { seconds(begin, stop) } * elapsed, wall) };
    };
    add(first_, from, std::min(to, turn_));
    add(first_ + one_month, std::max(from, turn_), to);
    return pieces;
}

} // namespace site
