#include "accounting/projection.hpp"

#include "accounting/exact_sum.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };

std::optional<Instant> counted(std::span<const LedgerDay> days, Instant begin, Instant end)
{
    std::optional<Instant> last;
    for (const auto& day : days)
        if (Instant { day.day + one_day } > begin && Instant { day.day } < end && day.read > begin)
            last = std::max(last.value_or(begin), std::min(day.read, end));
    return last;
}

/// Whether all of a day that lies before `until` is in its figures.
bool whole(const LedgerDay& day, Instant begin, Instant until)
{
    return day.whole && day.read > begin && day.read >= std::min(Instant { day.day + one_day }, until);
}

std::optional<Day> day_reached(const UsageByDay& by_day, std::uint64_t limit, const MonthCount& month)
{
    std::uint64_t sum = 0;
    for (const auto& [day, used] : by_day) {
        sum += used;
        if (limit > 0 && sum >= limit)
            // The UTC day in which the month began may have begun in the month before.
            return std::max(day, day_of(month.begin + month.zone_offset));
    }
    return std::nullopt;
}

std::uint64_t seconds(Instant from, Instant to)
{
    return static_cast<std::uint64_t>((to - from).count());
}

void look_ahead(Projection& found, const MonthCount& month)
{
    const auto elapsed = seconds(month.begin, *month.counted);
    found.at_end = rounded(Rational(found.used) * seconds(month.begin, month.end) / elapsed);
    if (found.used == 0 || !found.limit || found.used >= *found.limit)
        return;
    const auto needed = (Wide { *found.limit } * elapsed + found.used - 1) / found.used;
    if (needed < seconds(month.begin, month.end))
        found.will_reach
            = day_of(month.begin + Seconds { static_cast<std::int64_t>(needed) } + month.zone_offset);
}

} // namespace

MonthCount month_count(Month month, std::span<const LedgerDay> days, Instant now, const UsageConfig& config)
{
    MonthCount count { .begin = start_of(month, config.zone_offset),
        .end = start_of(month + std::chrono::months { 1 }, config.zone_offset),
        .zone_offset = config.zone_offset };
    count.counted = counted(days, count.begin, count.end);
    const auto until = now >= count.end ? count.end : count.counted.value_or(count.begin);
    for (auto day = day_of(count.begin); Instant { day } < until; day += one_day) {
        const auto known = std::lower_bound(
            days.begin(), days.end(), day, [](const LedgerDay& one, Day wanted) { return one.day < wanted; });
        if (known == days.end() || known->day != day || !whole(*known, count.begin, until))
            count.missing.push_back(day);
    }
    return count;
}

Projection projection(const UsageByDay& by_day, std::optional<std::uint64_t> limit, const MonthCount& month)
{
    Projection found { .limit = limit };
    for (const auto& [day, used] : by_day)
        found.used += used;
    if (limit) {
        found.left = *limit - std::min(*limit, found.used);
        if (*limit > 0)
            found.percent = static_cast<std::uint64_t>(Wide { found.used } * 100 / *limit);
        found.reached = day_reached(by_day, *limit, month);
    }
    if (month.counted && month.missing.empty() && *month.counted - month.begin >= least_elapsed)
        look_ahead(found, month);
    return found;
}

} // namespace site
