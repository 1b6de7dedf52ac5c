#pragma once

#include "accounting/charge.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace site {

/// What a job is charged of one day and billing month.
struct Piece {
    Month month;
    Instant from;
    Instant to;
    std::uint64_t seconds = 0;
};

/// One, two (the month turns inside the day) or none.
struct Pieces {
    std::array<Piece, 2> held {};
    std::size_t count = 0;

    [[nodiscard]] const Piece* begin() const { return held.data(); }
    [[nodiscard]] const Piece* end() const { return held.data() + count; }
};

/// Cuts what a job is charged at the borders of one UTC day and of the billing months in it. Pure.
///
/// The cuts of a charge over any days and zones add up to its seconds, each of them whole.
class DayCut {
public:
    DayCut(Day, Instant until, Seconds zone_offset);

    [[nodiscard]] Pieces pieces(const Charge&) const;
    [[nodiscard]] Month month_of_start(const JobRow& row) const { return month_of(row.start, zone_offset_); }
    [[nodiscard]] bool holds(Instant at) const { return from_ <= at && at < to_; }
    [[nodiscard]] Instant begin() const { return from_; }
    [[nodiscard]] Instant end() const { return to_; } ///< the day's, or `until` where that is earlier

private:
    Instant from_;
    Instant to_;
    Seconds zone_offset_;
    Month first_; ///< billing month of the day's first moment
    Instant turn_; ///< when the next billing month begins
};

} // namespace site
