#pragma once

#include "model/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>

namespace site {

/// When one of the daemon's tasks is due, by the monotonic clock: a step of the wall clock moves nothing.
///
/// After a success the next run is one interval later, after the n-th failure in a row up to eight; both
/// spread by a tenth, so that many agents don't come back from an outage together. Pure but for `random`.
class Schedule {
public:
    using Moment = std::chrono::steady_clock::time_point;

    /// Due at once. `random` gives [0, 1).
    Schedule(Seconds interval, Moment now, std::function<double()> random);

    [[nodiscard]] bool due(Moment now) const { return now >= next_; }
    [[nodiscard]] Moment next() const { return next_; }
    [[nodiscard]] std::uint32_t failures() const { return failures_; }

    void succeeded(Moment now);
    void failed(Moment now);
    /// Due at `latest`, if it would be later.
    void hasten(Moment latest) { next_ = std::min(next_, latest); }
    /// Due again at once, as after a reload.
    void restart(Seconds interval, Moment now);

private:
    void plan(Moment now, Seconds wait);

    Seconds interval_;
    Moment next_;
    std::function<double()> random_;
    std::uint32_t failures_ = 0;
};

/// Whether it is less than two hours to the turn of the month, or from it, in a zone that is `offset` ahead
/// of UTC.
bool near_the_turn(Instant now, Seconds offset);

} // namespace site
