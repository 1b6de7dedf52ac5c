#pragma once

#include "model/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace site {

using Seconds = std::chrono::seconds;
using Instant = std::chrono::sys_seconds; ///< UTC
using Day = std::chrono::sys_days; ///< a UTC day, the half-open span from its midnight to the next
using Month = std::chrono::year_month;

/// The one source of "now"; wall time for periods and stamps, monotonic time for intervals and deadlines.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

/// A clock that stands still until told otherwise; for tests and simulations.
class ManualClock : public Clock {
public:
    explicit ManualClock(Instant start) : now_(start) { }
    [[nodiscard]] Instant now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return steady_; }
    void advance(Seconds by)
    {
        now_ += by;
        steady_ += by;
    }

private:
    Instant now_;
    std::chrono::steady_clock::time_point steady_ {};
};

std::string text(Instant); ///< `2026-11-05T08:00:00Z`
std::string text(Day); ///< `2026-11-05`
std::string text(Month); ///< `2026-11`

/// RFC 3339 with `Z` or an offset and 0 to 9 fraction digits (dropped), years 1970 to 9999 in UTC, a blank
/// for the `T` allowed. Without an offset it is invalid.
Result<Instant> parse_instant(std::string_view);
Result<Day> parse_day(std::string_view); ///< exactly `YYYY-MM-DD`, years 1970 to 9999
Result<Month> parse_month(std::string_view); ///< exactly `YYYY-MM`

/// The calendar month of a moment, in a zone that is `offset` ahead of UTC.
Month month_of(Instant, Seconds offset = Seconds { 0 });
/// First moment of the month, in a zone that is `offset` ahead of UTC.
Instant start_of(Month, Seconds offset = Seconds { 0 });
Day day_of(Instant);

/// For people: `45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`.
std::string span_text(Seconds);

} // namespace site
