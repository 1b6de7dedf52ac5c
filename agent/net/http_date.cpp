#include "net/http_date.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>

namespace site {
namespace {

constexpr std::array<std::string_view, 12> months { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
    "Sep", "Oct", "Nov", "Dec" };
constexpr std::array<std::string_view, 7> weekdays { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

} // namespace

std::string http_date_text(Instant instant)
{
    const auto iso = text(instant); // 1994-11-06T08:49:37Z
    const auto weekday = std::chrono::weekday { day_of(instant) }.c_encoding();
    const auto month = static_cast<unsigned>(month_of(instant).month());
    return std::string(weekdays.at(weekday)) + ", " + iso.substr(8, 2) + " "
        + std::string(months.at(month - 1)) + " " + iso.substr(0, 4) + " " + iso.substr(11, 8) + " GMT";
}

Result<Instant> parse_http_date(std::string_view text)
{
    const Error bad { Errc::invalid, cited(text, 40) + " is not an HTTP date" };
    // Sun, 06 Nov 1994 08:49:37 GMT
    // 0    5  8   12   17       26
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" || text[7] != ' '
        || text[11] != ' ' || text[16] != ' ')
        return bad;
    const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
    if (month == months.end())
        return bad;
    const auto number = static_cast<int>(month - months.begin()) + 1;
    // The same moment in the form that the model reads.
    std::string iso(text.substr(12, 4));
    iso += number < 10 ? "-0" : "-";
    iso += std::to_string(number) + "-";
    iso += text.substr(5, 2);
    iso += "T";
    iso += text.substr(17, 8);
    iso += "Z";
    auto instant = parse_instant(iso);
    if (!instant)
        return bad;
    return instant;
}

} // namespace site
