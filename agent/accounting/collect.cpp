#include "accounting/collect.hpp"

#include "accounting/day_book.hpp"
#include "accounting/recheck.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };
constexpr std::chrono::months one_month { 1 };

/// A job that is odd is odd on each of its days.
void add_new(std::vector<Finding>& all, std::vector<Finding> more)
{
    for (auto& finding : more) {
        const bool told = std::any_of(all.begin(), all.end(), [&](const Finding& one) {
            return one.code == finding.code && one.subject == finding.subject && one.text == finding.text;
        });
        if (!told)
            all.push_back(std::move(finding));
    }
}

std::vector<LedgerDay> since(const std::vector<LedgerDay>& days, Day first)
{
    std::vector<LedgerDay> later;
    std::copy_if(days.begin(), days.end(), std::back_inserter(later),
        [&](const LedgerDay& one) { return one.day >= first; });
    return later;
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
    // One day more: its end may be where final days end.
    const auto known = Ledger(database).days(
        cluster, day_of(last_month - config.close_after) - one_day, day_of(begun) + one_day);
    if (!known)
        return known.error();
    Collected collected;
    DayBook book(source, database, cluster, config, *known);
    for (const auto day : open_days(begun, config, since(*known, day_of(last_month)))) {
        auto read = book.read(day, clock.now());
        if (!read)
            return read.error();
        if (const auto* had = book.known(day); had != nullptr)
            if (auto lost = lost_records(*had, read->day)) {
                collected.findings.push_back(std::move(*lost));
                add_new(collected.findings, std::move(read->findings));
                continue;
            }
        if (auto booked = book.book(*read); !booked)
            return booked.error();
        collected.days.push_back(read->day);
        collected.job_rows += read->day.job_rows;
        add_new(collected.findings, std::move(read->findings));
        if (progress)
            progress(read->day);
    }
    auto changed = recheck(source, database, cluster, config, clock.now(), *known);
    if (!changed)
        return changed.error().in("looking at a final day again");
    add_new(collected.findings, std::move(*changed));
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
