#include "accounting/backfill.hpp"

#include <set>
#include <utility>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };

} // namespace

std::vector<Day> days_to_fill(Day from, Day to, Instant now, const std::vector<LedgerDay>& known)
{
    std::set<Day> final_days;
    for (const auto& one : known)
        if (one.final)
            final_days.insert(one.day);
    std::vector<Day> open;
    for (auto day = from; day < to && Instant { day } < now; day += one_day)
        if (!final_days.contains(day))
            open.push_back(day);
    return open;
}

Result<DayReading> fill_day(
    JobSource& source, Database& database, Name cluster, const UsageConfig& config, Day day, Instant now)
{
    auto known = Ledger(database).days(cluster, day - one_day, day + one_day);
    if (!known)
        return known.error();
    DayBook book(source, database, cluster, config, std::move(*known));
    auto reading = book.read(day, now);
    if (!reading)
        return reading.error();
    if (const auto* had = book.known(day); had != nullptr)
        if (auto lost = lost_records(*had, reading->day)) {
            reading->findings.push_back(std::move(*lost));
            return reading;
        }
    if (auto booked = book.book(*reading); !booked)
        return booked.error();
    return reading;
}

} // namespace site
