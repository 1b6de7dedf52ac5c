#include "simulation/jobs.hpp"

#include <algorithm>

namespace site::simulation {

Decimal hours(std::uint64_t seconds)
{
    return Decimal::hundredths(static_cast<std::int64_t>((seconds * 100 + 1800) / 3600));
}

void TrueJobs::run(Name account, Name user, Instant start, std::optional<Instant> end)
{
    JobRow row;
    row.cluster = Name { "c1" };
    row.account = account;
    row.user = user;
    row.partition = Name { "main" };
    row.state = Name { end ? "COMPLETED" : "RUNNING" };
    row.id = rows_.size() + 1;
    row.submit = row.eligible = row.start = start;
    row.end = end;
    row.tres = { .cpu = 16, .gpu = 0, .memory = 1024, .billing = 16, .node = 1 };
    rows_.push_back(row);
}

void TrueJobs::count(const JobRow& row, Instant from, Instant to, Figures& figures) const
{
    const auto begin = std::max(row.start, from);
    const auto end = std::min(row.end.value_or(to), to);
    if (end <= begin)
        return;
    const auto seconds = static_cast<std::uint64_t>((end - begin).count());
    figures[{ row.account, row.user }] += seconds;
    figures[{ row.account, Name {} }] += seconds;
}

Result<WindowRead> TrueJobs::jobs(Window window, JobSink& sink)
{
    seam("jobs");
    if (fails_after && (*fails_after)-- <= 0) {
        ++failed;
        return Error { Errc::unreachable, "the accounting database is away" };
    }
    const bool unreadable = unreadable_after && (*unreadable_after)-- <= 0;
    const auto now = clock_.now();
    const bool empty = empty_after && (*empty_after)-- <= 0;
    DayRead read { now, !unreadable, 0, {} };
    std::vector<JobRow> handed;
    bool skipped = false;
    for (auto row : rows_) {
        if (empty || row.start > now || row.start > window.to || (row.end && *row.end < window.from))
            continue;
        if (row.end && *row.end > now)
            row.end.reset();
        if (unreadable && !skipped) {
            skipped = true;
            continue;
        }
        row.elapsed = static_cast<std::uint64_t>((row.end.value_or(now) - row.start).count());
        count(row, window.from, window.to, read.seconds);
        handed.push_back(row);
    }
    if (unreadable)
        ++failed;
    if (auto taken = sink.rows(handed); !taken)
        return taken.error();
    read.rows = handed.size();
    auto& day = days_[day_of(window.from)];
    if (read.rows > 0 || day.rows == 0)
        day = std::move(read);
    return WindowRead { handed.size(), unreadable ? 1U : 0U };
}

Figures TrueJobs::figures(Month month) const
{
    Figures sums;
    for (const auto& [day, read] : days_)
        if (month_of(Instant { day }) == month)
            for (const auto& [who, seconds] : read.seconds)
                sums[who] += seconds;
    return sums;
}

bool TrueJobs::whole(Month month, Instant at) const
{
    const auto begin = start_of(month);
    const auto end = std::min(at, start_of(month + std::chrono::months { 1 }));
    for (auto day = day_of(begin); Instant { day } < end; day += std::chrono::days { 1 }) {
        const auto read = days_.find(day);
        if (read == days_.end() || !read->second.whole)
            return false;
    }
    return true;
}

Figures TrueJobs::truth(Month month) const
{
    Figures sums;
    const auto end = std::min(clock_.now(), start_of(month + std::chrono::months { 1 }));
    for (const auto& row : rows_)
        count(row, start_of(month), end, sums);
    return sums;
}

} // namespace site::simulation
