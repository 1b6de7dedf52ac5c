#pragma once
// The portal's time: an instant, the zone whose calendar decides the billing month, and a clock that tests
// can set.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace site {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// A fixed distance from UTC. Real portals have zones with summer time; a test wants one it can name.
class Zone {
public:
    explicit Zone(std::chrono::minutes offset = {}) : offset_(offset) { }
    /// `+03:00`, `-05:30` or `Z`.
    static std::optional<Zone> parse(std::string_view text);

    /// `2026-08-12T13:30:00+03:00`, with six fraction digits when there is a fraction; `Z` for UTC.
    std::string write(Instant instant) const;
    /// What the portal accepts as an instant: date and time, optional seconds and fraction, optional offset.
    /// Without an offset it is read in this zone. A date alone is refused.
    std::optional<Instant> read(std::string_view text) const;
    /// The start of a day `YYYY-MM-DD`.
    std::optional<Instant> day(std::string_view text) const;
    /// The first day of the calendar month: `2026-08-01`.
    std::string month(Instant instant) const;

private:
    std::chrono::minutes offset_;
};

/// `Wed, 25 Nov 2026 21:55:00 GMT`, the form of the header `Date`.
std::string http_date(Instant instant);

/// Follows the system until it is set; then it stands still.
class Clock {
public:
    Instant now() const;
    void set(Instant instant) { fixed_ = instant; }
    void advance(std::chrono::microseconds step) { fixed_ = now() + step; }
    void run() { fixed_.reset(); }
    bool stands() const { return fixed_.has_value(); }

private:
    std::optional<Instant> fixed_;
};

} // namespace site
