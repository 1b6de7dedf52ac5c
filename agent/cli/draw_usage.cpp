#include "cli/draw_usage.hpp"

#include "model/rational.hpp"
#include "view/html.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };

// Of the picture, and of the plane within it on which the month is drawn.
constexpr double picture_width = 800;
constexpr double picture_height = 420;
constexpr double left = 76;
constexpr double right = picture_width - 24;
constexpr double top = 76;
constexpr double bottom = picture_height - 56;

constexpr std::string_view style = R"(text{font-family:sans-serif;font-size:12px;fill:#1f2328}
.head{font-size:16px;font-weight:bold}
.back{fill:#ffffff}
.grid{stroke:#d8dee4;stroke-width:1}
.axis{stroke:#57606a;stroke-width:1}
.area{fill:#0969da;fill-opacity:0.15}
.used{fill:none;stroke:#0969da;stroke-width:2}
.ahead{fill:none;stroke:#0969da;stroke-width:2;stroke-dasharray:6 4}
.limit{stroke:#cf222e;stroke-width:2}
.missing{fill:#9a6700;fill-opacity:0.25}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.back{fill:#0d1117}
.grid{stroke:#30363d}
.axis{stroke:#8b949e}
.area,.missing{fill-opacity:0.3}
.area{fill:#58a6ff}
.used,.ahead{stroke:#58a6ff}
.limit{stroke:#ff7b72}
.missing{fill:#d29922}
}
)";

/// What is not ASCII or not printable is a question mark: fonts differ.
std::string escaped(std::string_view text)
{
    std::string plain(text);
    std::ranges::replace_if(
        plain, [](char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return html_text(plain);
}

std::string number(double value, int decimals = 1)
{
    std::array<char, 400> buffer {};
    const auto [end, error] = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
    return error == std::errc {} ? std::string(buffer.data(), end) : "0";
}

std::string hours(std::uint64_t seconds)
{
    return to_decimal(Rational(seconds, 3600)).text();
}

std::string line(const char* kind, double x1, double y1, double x2, double y2)
{
    return "<line class=\"" + std::string(kind) + "\" x1=\"" + number(x1) + "\" y1=\"" + number(y1)
        + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\"/>\n";
}

std::string word(double x, double y, const char* anchor, std::string_view text, const char* kind = "")
{
    return "<text" + (*kind == '\0' ? std::string {} : " class=\"" + std::string(kind) + "\"") + " x=\""
        + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + escaped(text)
        + "</text>\n";
}

/// 1, 2 or 5 times a power of ten, so that about five of them make `most`.
double step_for(double most)
{
    const auto power = std::pow(10.0, std::floor(std::log10(most / 5)));
    for (const auto times : { 1.0, 2.0, 5.0 })
        if (times * power * 5.0001 >= most)
            return times * power;
    return 10 * power;
}

std::string zone(Seconds offset)
{
    if (offset.count() == 0)
        return "UTC";
    const auto minutes = std::abs(offset.count()) / 60;
    const auto two = [](auto value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return std::string("UTC") + (offset.count() < 0 ? "-" : "+") + two(minutes / 60) + ":"
        + two(minutes % 60);
}

class Drawing {
public:
    Drawing(const MonthUsage& usage, std::string_view of)
        : usage_(usage), count_(usage.count), total_(usage.total.projection), of_(of)
    {
        const auto most = std::max({ total_.used, total_.limit.value_or(0), total_.at_end.value_or(0) });
        const auto in_hours = most == 0 ? 1.0 : static_cast<double>(most) / 3600;
        step_ = step_for(in_hours);
        highest_ = std::ceil(in_hours / step_ - 1e-9) * step_;
    }

    [[nodiscard]] std::string svg() const
    {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\""
            + number(picture_width, 0) + "\" height=\"" + number(picture_height, 0) + "\" viewBox=\"0 0 "
            + number(picture_width, 0) + " " + number(picture_height, 0) + "\">\n<title>" + escaped(head())
            + "</title>\n<desc>" + escaped(told()) + "</desc>\n<style type=\"text/css\">\n"
            + std::string(style) + "</style>\n<rect class=\"back\" x=\"0\" y=\"0\" width=\""
            + number(picture_width, 0) + "\" height=\"" + number(picture_height, 0) + "\"/>\n" + shades()
            + amounts() + days() + curve() + limit() + legend() + "</svg>\n";
    }

private:
    [[nodiscard]] double x(Instant at) const
    {
        const auto part
            = static_cast<double>((std::clamp(at, count_.begin, count_.end) - count_.begin).count())
            / static_cast<double>((count_.end - count_.begin).count());
        return left + (right - left) * part;
    }
    [[nodiscard]] double y(double in_hours) const { return bottom - (bottom - top) * in_hours / highest_; }
    [[nodiscard]] double y(std::uint64_t seconds) const { return y(static_cast<double>(seconds) / 3600); }
    [[nodiscard]] std::string point(Instant at, std::uint64_t seconds) const
    {
        return number(x(at)) + "," + number(y(seconds));
    }

    [[nodiscard]] std::string head() const
    {
        return "Node-hours of " + text(usage_.month) + ": " + std::string(of_);
    }

    [[nodiscard]] std::string told() const
    {
        auto out = "Used: " + hours(total_.used) + " node-hours";
        if (total_.limit)
            out += " of " + hours(*total_.limit);
        if (total_.percent)
            out += " (" + std::to_string(*total_.percent) + "%)";
        if (count_.counted)
            out += ", counted up to " + text(*count_.counted);
        out += ".";
        if (ahead())
            out += " At this pace " + hours(*total_.at_end) + " by the month's end.";
        if (const auto day = full())
            out += std::string(
                       total_.reached ? " The limit was reached on " : " The limit will be reached on ")
                + text(*day) + ".";
        if (!count_.missing.empty())
            out += " " + std::to_string(count_.missing.size()) + " days were not read whole.";
        return out;
    }

    [[nodiscard]] bool ahead() const
    {
        return total_.at_end && count_.counted && *count_.counted < count_.end;
    }
    [[nodiscard]] std::optional<Day> full() const
    {
        return total_.reached ? total_.reached : total_.will_reach;
    }

    [[nodiscard]] std::string shades() const
    {
        std::string out;
        for (const auto day : count_.missing) {
            const auto from = x(Instant { day });
            out += "<rect class=\"missing\" x=\"" + number(from) + "\" y=\"" + number(top) + "\" width=\""
                + number(x(Instant { day + one_day }) - from) + "\" height=\"" + number(bottom - top)
                + "\"/>\n";
        }
        return out;
    }

    [[nodiscard]] std::string amounts() const
    {
        std::string out;
        const auto decimals = step_ >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step_) - 1e-9));
        const auto lines = std::lround(highest_ / step_);
        for (long i = 0; i <= lines; ++i) {
            const auto amount = step_ * static_cast<double>(i);
            out += line(i == 0 ? "axis" : "grid", left, y(amount), right, y(amount));
            out += word(left - 8, y(amount) + 4, "end", number(amount, decimals));
        }
        return out;
    }

    /// Days begin in the portal's zone, as the month does.
    [[nodiscard]] std::string days() const
    {
        std::string out;
        int date = 1;
        for (auto day = count_.begin; day < count_.end; day += one_day, ++date) {
            out += line("axis", x(day), bottom, x(day), bottom + 4);
            if (date == 1 || date % 5 == 0)
                out += word((x(day) + x(day + one_day)) / 2, bottom + 18, "middle", std::to_string(date));
        }
        return out + line("axis", right, bottom, right, bottom + 4)
            + word((left + right) / 2, picture_height - 14, "middle",
                "days of " + text(usage_.month) + " (" + zone(count_.zone_offset) + ")"
                    + (count_.missing.empty() ? "" : "; shaded: not read whole"));
    }

    [[nodiscard]] std::string curve() const
    {
        if (!count_.counted)
            return {};
        auto points = point(count_.begin, 0);
        std::uint64_t sum = 0;
        auto next = usage_.total.by_day.begin();
        const auto end = usage_.total.by_day.end();
        for (auto day = day_of(count_.begin); Instant { day } < *count_.counted; day += one_day) {
            for (; next != end && next->first <= day; ++next)
                sum += next->second;
            points += " " + point(std::min(Instant { day + one_day }, *count_.counted), sum);
        }
        auto out = "<polygon class=\"area\" points=\"" + points + " " + point(*count_.counted, 0)
            + "\"/>\n<polyline class=\"used\" points=\"" + points + "\"/>\n";
        if (ahead())
            out += line("ahead", x(*count_.counted), y(sum), right, y(*total_.at_end));
        return out;
    }

    [[nodiscard]] std::string limit() const
    {
        return total_.limit ? line("limit", left, y(*total_.limit), right, y(*total_.limit)) : std::string {};
    }

    [[nodiscard]] std::string legend() const
    {
        auto out = word(left, 26, "start", head(), "head");
        auto at = left;
        const auto entry = [&](const char* kind, const std::string& text) {
            out += line(kind, at, 48, at + 24, 48) + word(at + 30, 52, "start", text);
            at += 46 + 7 * static_cast<double>(text.size()); // about what the text takes
        };
        entry("used",
            "used " + hours(total_.used)
                + (total_.percent ? " (" + std::to_string(*total_.percent) + "%)" : std::string {}));
        if (ahead())
            entry("ahead", "at this pace " + hours(*total_.at_end));
        if (total_.limit) {
            const auto day = full();
            entry("limit",
                "limit " + hours(*total_.limit)
                    + (day ? (total_.reached ? ", reached on " : ", full on ") + text(*day)
                           : std::string {}));
        }
        return out;
    }

    const MonthUsage& usage_;
    const MonthCount& count_;
    const Projection& total_;
    std::string_view of_;
    double step_ = 1; ///< hours from one line to the next
    double highest_ = 1; ///< hours at the top
};

} // namespace

std::string usage_svg(const MonthUsage& usage, std::string_view of)
{
    return Drawing(usage, of).svg();
}

} // namespace site
