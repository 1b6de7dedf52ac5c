#include "accounting/day_cut.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::chrono::months one_month { 1 };

} // namespace

DayCut::DayCut(Day day, Instant until, Seconds zone_offset)
    : from_(day), to_(std::min(Instant { day + std::chrono::days { 1 } }, until)), zone_offset_(zone_offset),
      first_(month_of(from_, zone_offset)), turn_(start_of(first_ + one_month, zone_offset))
{
}

Pieces DayCut::pieces(const Charge& charge) const
{
    Pieces pieces;
    const auto from = std::max(charge.from, from_);
    const auto to = std::min(charge.to, to_);
    if (from >= to)
        return pieces;
    const auto add = [&](Month month, Instant begin, Instant stop) {
        if (begin >= stop)
            return;
        const auto seconds = charge.before(stop) - charge.before(begin);
        if (seconds > 0)
            pieces.held.at(pieces.count++) = { month, begin, stop, seconds };
    };
    add(first_, from, std::min(to, turn_));
    add(first_ + one_month, std::max(from, turn_), to);
    return pieces;
}

} // namespace site
