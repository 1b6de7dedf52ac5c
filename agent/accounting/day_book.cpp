#include "accounting/day_book.hpp"

#include "accounting/day_sheet.hpp"

#include <algorithm>
#include <utility>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };
constexpr std::uint64_t few = 10; ///< records, of which a half may well have been taken away by hand

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

} // namespace

std::optional<Finding> lost_records(const LedgerDay& had, const LedgerDay& now)
{
    const bool fewer
        = now.job_rows == 0 ? had.job_rows > 0 : had.job_rows >= few && now.job_rows < had.job_rows / 2;
    if (!fewer)
        return std::nullopt;
    return Finding { .severity = Severity::error,
        .code = "usage-vanished",
        .subject = text(had.day),
        .text = std::to_string(had.job_rows) + " job records were there at the last reading and "
            + (now.job_rows == 0 ? "none is" : std::to_string(now.job_rows) + " are")
            + " now; the figures stay as they were",
        .advice = "look with sacct whether Slurm's database lost that day's jobs" };
}

DayBook::DayBook(JobSource& source, Database& database, Name cluster, const UsageConfig& config,
    std::vector<LedgerDay> known)
    : source_(source), database_(database), ledger_(database), cluster_(cluster), config_(config),
      known_(std::move(known))
{
}

const LedgerDay* DayBook::known(Day day) const
{
    const auto found = std::lower_bound(
        known_.begin(), known_.end(), day, [](const LedgerDay& one, Day wanted) { return one.day < wanted; });
    return found == known_.end() || found->day != day ? nullptr : &*found;
}

Result<void> DayBook::find_carry(Day day)
{
    const Instant begin { day };
    if (carry_ && carry_->at() > begin)
        carry_.reset(); // another day's, later than this
    if (carry_ && carry_->at() == begin)
        return {};
    const auto* before = known(day - one_day);
    if (before == nullptr || !before->final || !before->carried)
        return {};
    const auto jobs = ledger_.carried(cluster_, before->day);
    if (!jobs)
        return jobs.error();
    carry_.emplace(begin, *jobs);
    return {};
}

Result<DayReading> DayBook::read(Day day, Instant now)
{
    if (auto found = find_carry(day); !found)
        return found.error();
    DaySheet sheet(
        day, now, config_, [&](Name partition) { return source_.shape(partition); },
        carry_ ? &*carry_ : nullptr);
    const Instant end { day + one_day };
    auto window = source_.jobs({ Instant { day }, std::min(end, now) }, sheet);
    if (!window)
        return window.error().in("reading the jobs of " + text(day));
    const auto unreadable = window->unreadable + sheet.absurd();
    const bool whole = unreadable == 0;
    // a day that isn't whole is tried again for as long as it is looked at
    const bool final = whole && now >= end + config_.close_after;
    const bool begins_at_carry = carry_ && carry_->at() == Instant { day };
    DayReading reading { .day = { .day = day,
                             .read = now,
                             .whole = whole,
                             .final = final,
                             .job_rows = window->rows,
                             .unreadable = unreadable,
                             .carried = final && (!carry_ || begins_at_carry) },
        .rows = sheet.finish(),
        .findings = std::move(window->findings) };
    if (reading.day.carried)
        reading.running_on = sheet.running_on();
    if (sheet.absurd() > 0)
        reading.findings.push_back(absurd_rows(day, sheet.absurd()));
    const auto add = [&](const std::vector<Finding>& more) {
        reading.findings.insert(reading.findings.end(), more.begin(), more.end());
    };
    add(sheet.findings());
    if (carry_)
        add(carry_->findings(whole && begins_at_carry));
    return reading;
}

void DayBook::keep(Transaction& transaction, const DayReading& reading, bool carry)
{
    ledger_.replace_day(transaction, cluster_, reading.day, reading.rows);
    if (carry)
        ledger_.carry(transaction, cluster_, reading.day.day, reading.running_on);
}

void DayBook::remember(const DayReading& reading)
{
    const auto place = std::lower_bound(known_.begin(), known_.end(), reading.day.day,
        [](const LedgerDay& one, Day wanted) { return one.day < wanted; });
    if (place != known_.end() && place->day == reading.day.day)
        *place = reading.day;
    else
        known_.insert(place, reading.day);
    if (reading.day.carried)
        carry_.emplace(Instant { reading.day.day + one_day }, reading.running_on);
}

Result<void> DayBook::book(const DayReading& reading)
{
    auto done = database_.commit("booking the usage of " + text(reading.day.day),
        [&](Transaction& transaction) { keep(transaction, reading, reading.day.carried); });
    if (done)
        remember(reading);
    return done;
}

Result<void> DayBook::correct(
    const DayReading& reading, const std::vector<Correction>& corrections, bool carry)
{
    auto done
        = database_.commit("correcting the usage of " + text(reading.day.day), [&](Transaction& transaction) {
              keep(transaction, reading, carry);
              for (const auto& correction : corrections)
                  ledger_.correct(transaction, cluster_, correction);
          });
    if (done)
        remember(reading);
    return done;
}

} // namespace site
