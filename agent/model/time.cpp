#include "model/time.hpp"

#include <array>
#include <cstdio>

namespace site {
namespace {

using namespace std::chrono;

/// Reads exactly `count` digits at `at`; -1 where there are fewer.
int digits(std::string_view text, std::size_t at, std::size_t count)
{
    if (at + count > text.size())
        return -1;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

Error bad(std::string_view what, std::string_view text)
{
    return { Errc::invalid, "\"" + std::string(text.substr(0, 40)) + "\" is not " + std::string(what) };
}

template <class... Args> std::string format(const char* pattern, Args... args)
{
    std::array<char, 64> buffer {};
    std::snprintf(buffer.data(), buffer.size(), pattern, args...);
    return buffer.data();
}

/// Offset in seconds of `Z`, `+03:00` and the like at the end of an instant.
Result<Seconds> offset(std::string_view text)
{
    if (text == "Z" || text == "z")
        return Seconds { 0 };
    const int hours = digits(text, 1, 2);
    const int mins = digits(text, 4, 2);
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || hours < 0 || hours > 23
        || mins < 0 || mins > 59)
        return bad("an offset from UTC", text);
    const Seconds span { hours * 3600 + mins * 60 };
    return text[0] == '-' ? -span : span;
}

} // namespace

std::string text(Instant at)
{
    const auto day = floor<days>(at);
    const hh_mm_ss time { at - day };
    return text(day)
        + format("T%02d:%02d:%02dZ", static_cast<int>(time.hours().count()),
            static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
}

std::string text(Day day)
{
    const year_month_day date { day };
    return format("%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()));
}

std::string text(Month month)
{
    return format("%04d-%02u", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

Result<Day> parse_day(std::string_view text)
{
    const int y = digits(text, 0, 4);
    const int m = digits(text, 5, 2);
    const int d = digits(text, 8, 2);
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || y < 1970 || m < 1 || d < 1)
        return bad("a date (YYYY-MM-DD)", text);
    const year_month_day date { year { y }, month { static_cast<unsigned>(m) },
        day { static_cast<unsigned>(d) } };
    if (!date.ok())
        return bad("a date of the calendar", text);
    return sys_days { date };
}

Result<Month> parse_month(std::string_view text)
{
    const int y = digits(text, 0, 4);
    const int m = digits(text, 5, 2);
    if (text.size() != 7 || text[4] != '-' || y < 1970 || m < 1 || m > 12)
        return bad("a month (YYYY-MM)", text);
    return Month { year { y }, month { static_cast<unsigned>(m) } };
}

Result<Instant> parse_instant(std::string_view text)
{
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
        return bad("an instant with an offset", text);
    auto date = parse_day(text.substr(0, 10));
    if (!date)
        return date.error();
    const int h = digits(text, 11, 2);
    const int m = digits(text, 14, 2);
    const int s = digits(text, 17, 2);
    if (text[13] != ':' || text[16] != ':' || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
        return bad("a time of day", text);
    std::size_t at = 19;
    if (text[at] == '.') {
        const auto end = text.find_first_not_of("0123456789", at + 1);
        if (end == std::string_view::npos || end == at + 1 || end > at + 10)
            return bad("an instant with an offset", text);
        at = end;
    }
    auto zone = offset(text.substr(at));
    if (!zone)
        return zone.error();
    const auto at_utc = Instant { *date } + Seconds { h * 3600 + m * 60 + s } - *zone;
    if (at_utc < Instant {} || at_utc >= Instant { sys_days { year { 10000 } / 1 / 1 } })
        return bad("an instant of the years 1970 to 9999 in UTC", text);
    return at_utc;
}

Month month_of(Instant at, Seconds zone_offset)
{
    const year_month_day date { floor<days>(at + zone_offset) };
    return date.year() / date.month();
}

Instant start_of(Month month, Seconds zone_offset)
{
    return Instant { sys_days { month / 1 } } - zone_offset;
}

Day day_of(Instant at)
{
    return floor<days>(at);
}

std::string span_text(Seconds span)
{
    const auto total = static_cast<long long>(span.count());
    if (total < 0)
        return "-" + span_text(-span);
    if (total < 120)
        return format("%lld s", total);
    if (total < 7200)
        return format("%lld min", total / 60);
    if (total < 172800)
        return format("%lld h %02lld min", total / 3600, total / 60 % 60);
    return format("%lld d %lld h", total / 86400, total / 3600 % 24);
}

} // namespace site
