#include "clock.hpp"

#include <array>
#include <ctime>

#include "scan.hpp"

#include <cstdio>

namespace site {
using namespace std::chrono;

namespace {

std::string date_text(year_month_day date)
{
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

/// A number of `least` to `most` digits, or -1.
int number(Scan& scan, std::size_t least, std::size_t most)
{
    const auto digits = scan.digits(most);
    return digits.size() < least ? -1 : std::stoi(digits);
}

/// `Z`, `+03`, `+0300` or `+03:00`.
std::optional<minutes> offset_from(Scan& scan)
{
    if (scan.one_of("Z"))
        return minutes { 0 };
    const char sign = scan.one_of("+-");
    const int hour = number(scan, 2, 2);
    int minute = 0;
    if (scan.one_of(":") || !scan.done())
        minute = number(scan, 2, 2);
    if (sign == 0 || hour < 0 || minute < 0 || hour > 23 || minute > 59)
        return std::nullopt;
    const auto size = hours { hour } + minutes { minute };
    return sign == '-' ? -size : size;
}

std::optional<sys_days> date_from(Scan& scan)
{
    const int y = number(scan, 4, 4);
    const bool first = scan.one_of("-");
    const int m = number(scan, 1, 2);
    const bool second = scan.one_of("-");
    const int d = number(scan, 1, 2);
    if (y < 0 || !first || m < 0 || !second || d < 0)
        return std::nullopt;
    const year_month_day date { year { y }, month { static_cast<unsigned>(m) },
        day { static_cast<unsigned>(d) } };
    return date.ok() ? std::optional(sys_days { date }) : std::nullopt;
}

/// Seconds and fraction, `:05.25`, both of which may be missing.
std::optional<microseconds> seconds_from(Scan& scan)
{
    if (!scan.one_of(":"))
        return microseconds { 0 };
    const int second = number(scan, 2, 2);
    if (second < 0 || second > 59)
        return std::nullopt;
    std::string fraction;
    if (scan.one_of(".,")) {
        fraction = scan.digits(6);
        scan.digits(6); // more than the column keeps
        if (fraction.empty())
            return std::nullopt;
    }
    fraction.resize(6, '0');
    return seconds { second } + microseconds { std::stoi(fraction) };
}

} // namespace

std::optional<Zone> Zone::parse(std::string_view text)
{
    Scan scan(text);
    const auto offset = offset_from(scan);
    return offset && scan.done() ? std::optional(Zone(*offset)) : std::nullopt;
}

std::string Zone::write(Instant instant) const
{
    const auto local = instant + offset_;
    const auto midnight = floor<days>(local);
    const hh_mm_ss time { local - midnight };
    char text[40];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d", static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    std::string written = date_text(year_month_day { midnight }) + text;
    if (const auto fraction = time.subseconds().count(); fraction != 0) {
        std::snprintf(text, sizeof text, ".%06d", static_cast<int>(fraction));
        written += text;
    }
    if (offset_.count() == 0)
        return written + "Z";
    const auto size = abs(offset_);
    std::snprintf(text, sizeof text, "%c%02d:%02d", offset_.count() < 0 ? '-' : '+',
        static_cast<int>(size.count() / 60), static_cast<int>(size.count() % 60));
    return written + text;
}

std::optional<Instant> Zone::read(std::string_view text) const
{
    Scan scan(text);
    const auto midnight = date_from(scan);
    const bool time = scan.one_of("T ");
    const int hour = number(scan, 1, 2);
    const bool colon = scan.one_of(":");
    const int minute = number(scan, 2, 2);
    const auto rest = seconds_from(scan);
    if (!midnight || !time || hour < 0 || hour > 23 || !colon || minute < 0 || minute > 59 || !rest)
        return std::nullopt;
    scan.blanks();
    const auto offset = scan.done() ? std::optional(offset_) : offset_from(scan);
    if (!offset || !scan.done())
        return std::nullopt;
    return Instant { *midnight } + hours { hour } + minutes { minute } + *rest - *offset;
}

std::optional<Instant> Zone::day(std::string_view text) const
{
    Scan scan(text);
    const auto date = date_from(scan);
    return date && scan.done() ? std::optional(Instant { *date } - offset_) : std::nullopt;
}

std::string Zone::month(Instant instant) const
{
    const year_month_day date { floor<days>(instant + offset_) };
    return date_text(date.year() / date.month() / std::chrono::day { 1 });
}

Instant Clock::now() const
{
    return fixed_ ? *fixed_ : floor<microseconds>(system_clock::now());
}

std::string http_date(Instant instant)
{
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
    std::tm utc {};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 40> text {};
    // The names are English whatever the locale: the program never sets one.
    const auto length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return { text.data(), length };
}

} // namespace site
