#pragma once

#include "accounting/exact_sum.hpp"
#include "api/usage.hpp"

#include <array>
#include <cstddef>

namespace site {

/// What a job is charged of one day and billing month.
struct Piece {
    Month month;
    Instant from;
    Instant to;
    Fraction charged; ///< seconds: the share of ElapsedRaw that falls into [from, to)
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
/// When a job was suspended is not in its row, so ElapsedRaw is spread evenly over [start, end). The cuts
/// of a row over any days and zones add up to its ElapsedRaw before `until`, exactly.
class DayCut {
public:
    /// `until`: when the rows were read; nothing after it counts, and a running job ends there.
    DayCut(Day, Instant until, Seconds zone_offset);

    [[nodiscard]] Pieces pieces(const JobRow&) const;
    [[nodiscard]] Month month_of_start(const JobRow& row) const { return month_of(row.start, zone_offset_); }
    [[nodiscard]] bool holds(Instant at) const { return from_ <= at && at < to_; }

private:
    Instant from_;
    Instant to_;
    Instant until_;
    Seconds zone_offset_;
    Month first_; ///< billing month of the day's first moment
    Instant turn_; ///< when the next billing month begins
};

} // namespace site
