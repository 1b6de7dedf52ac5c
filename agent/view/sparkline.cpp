#include "view/sparkline.hpp"

#include <algorithm>
#include <cmath>

namespace site {
namespace {

constexpr double width = 120;
constexpr double height = 24;
constexpr double edge = 2;

/// One decimal, without the locale.
std::string coordinate(double value)
{
    const auto tenths = std::llround(value * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

} // namespace

std::string sparkline(const UsageByDay& used, std::optional<std::uint64_t> limit, Month month)
{
    const Day first { month / 1 };
    const auto days = (Day { (month + std::chrono::months { 1 }) / 1 } - first).count();
    double total = 0;
    for (const auto& [day, seconds] : used)
        total += static_cast<double>(seconds);
    const double highest = std::max({ total, limit ? static_cast<double>(*limit) : 0.0, 1.0 });
    const auto x = [&](double day) { return edge + (width - 2 * edge) * day / static_cast<double>(days); };
    const auto y = [&](double amount) { return height - edge - (height - 2 * edge) * amount / highest; };
    std::string points = coordinate(x(0)) + "," + coordinate(y(0));
    double sum = 0;
    for (const auto& [day, seconds] : used) {
        // A month of the portal's zone may have a part of a UTC day before its first and after its last.
        const auto end = std::clamp<double>(
            static_cast<double>((day - first).count()) + 1, 0, static_cast<double>(days));
        sum += static_cast<double>(seconds);
        points += " " + coordinate(x(end)) + "," + coordinate(y(sum));
    }
    std::string out
        = "<svg class=\"spark\" viewBox=\"0 0 120 24\" width=\"120\" height=\"24\" aria-hidden=\"true\">";
    if (limit)
        out += "<line class=\"limit\" x1=\"2\" x2=\"118\" y1=\"" + coordinate(y(static_cast<double>(*limit)))
            + "\" y2=\"" + coordinate(y(static_cast<double>(*limit))) + "\"/>";
    return out + "<polyline class=\"curve\" points=\"" + points + "\"/></svg>";
}

} // namespace site
