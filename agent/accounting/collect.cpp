#include "accounting/collect.hpp"

#include "accounting/day_sheet.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };
constexpr std::chrono::months one_month { 1 };

struct ReadDay {
    LedgerDay day;
    std::vector<LedgerRow> rows;
    std::vector<Finding> findings;
};

Finding absurd_rows(Day day, std::uint64_t count)
{
    return { .severity = Severity::warning,
        .code = "usage-absurd-rows",
        .subject = text(day),
        .text = std::to_string(count)
            + " job records name more of a resource than any job can have; they are not"
              " counted and the day is not whole",
        .advice = "look at AllocTRES of that day's jobs with sacct" };
}

/// Job records do not go away within weeks: an answer without any is a database that lost its memory.
Finding vanished(const LedgerDay& had)
{
    return { .severity = Severity::error,
        .code = "usage-vanished",
        .subject = text(had.day),
        .text = std::to_string(had.job_rows)
            + " job records were there at the last reading and none is now; the figures stay as they were",
        .advice = "look with sacct whether Slurm's database lost that day's jobs" };
}

Result<ReadDay> read_day(JobSource& source, Day day, const UsageConfig& config, Instant now)
{
    DaySheet sheet(day, now, config.zone_offset, [&](Name partition) { return source.shape(partition); });
    const Instant end { day + one_day };
    auto window = source.jobs({ Instant { day }, std::min(end, now) }, sheet);
    if (!window)
        return window.error();
    const auto unreadable = window->unreadable + sheet.absurd();
    const bool whole = unreadable == 0;
    ReadDay read { .day = { .day = day,
                       .read = now,
                       .whole = whole,
                       // a day that isn't whole is tried again for as long as it is looked at
                       .final = whole && now >= end + config.close_after,
                       .job_rows = window->rows,
                       .unreadable = unreadable },
        .rows = sheet.finish(),
        .findings = std::move(window->findings) };
    if (sheet.absurd() > 0)
        read.findings.push_back(absurd_rows(day, sheet.absurd()));
    return read;
}

} // namespace

std::vector<Day> open_days(Instant now, const UsageConfig& config, const std::vector<LedgerDay>& known)
{
    const auto month = start_of(month_of(now, config.zone_offset), config.zone_offset);
    auto from = day_of(month - config.close_after);
    std::set<Day> final_days;
    for (const auto& day : known) {
        if (day.final)
            final_days.insert(day.day);
        else // a day that was begun is finished, however long we were away
            from = std::min(from, day.day);
    }
    std::vector<Day> open;
    for (auto day = from; Instant { day } < now; day += one_day)
        if (!final_days.contains(day))
            open.push_back(day);
    return open;
}

Result<Collected> collect(JobSource& source, Database& database, Name cluster, const UsageConfig& config,
    const Clock& clock, const std::function<void(const LedgerDay&)>& progress)
{
    const auto begun = clock.now();
    const auto last_month = start_of(month_of(begun, config.zone_offset) - one_month, config.zone_offset);
    Ledger ledger(database);
    const auto known = ledger.days(cluster, day_of(last_month), day_of(begun) + one_day);
    if (!known)
        return known.error();
    Collected collected;
    for (const auto day : open_days(begun, config, *known)) {
        auto read = read_day(source, day, config, clock.now());
        if (!read)
            return read.error().in("reading the jobs of " + text(day));
        const auto had = std::find_if(
            known->begin(), known->end(), [&](const LedgerDay& one) { return one.day == day; });
        if (had != known->end() && had->job_rows > 0 && read->day.job_rows == 0) {
            collected.findings.push_back(vanished(*had));
            continue;
        }
        auto booked = database.commit("booking the usage of " + text(day), [&](Transaction& transaction) {
            ledger.replace_day(transaction, cluster, read->day, read->rows);
        });
        if (!booked)
            return booked.error();
        collected.days.push_back(read->day);
        collected.job_rows += read->day.job_rows;
        std::move(read->findings.begin(), read->findings.end(), std::back_inserter(collected.findings));
        if (progress)
            progress(read->day);
    }
    return collected;
}

Result<std::optional<std::map<Name, Spent>>> month_spent(
    const Database& database, Name cluster, Month month, Instant now, const UsageConfig& config)
{
    using None = std::optional<std::map<Name, Spent>>;
    const auto begin = start_of(month, config.zone_offset);
    const auto end = std::min(now, start_of(month + one_month, config.zone_offset));
    const Ledger ledger(database);
    const auto days = ledger.days(cluster, day_of(begin), day_of(end) + one_day);
    if (!days)
        return days.error();
    auto known = days->begin();
    for (auto day = day_of(begin); Instant { day } < end; day += one_day, ++known) {
        // read before the month began, a day says nothing of it
        if (known == days->end() || known->day != day || !known->whole || known->read <= begin)
            return None {};
    }
    auto spent = ledger.spent(cluster, month);
    if (!spent)
        return spent.error();
    return None { std::move(*spent) };
}

} // namespace site
