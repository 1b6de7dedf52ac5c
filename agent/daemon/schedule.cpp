#include "daemon/schedule.hpp"

#include <algorithm>

namespace site {

Schedule::Schedule(Seconds interval, Moment now, std::function<double()> random)
    : interval_(interval), next_(now), random_(std::move(random))
{
}

void Schedule::succeeded(Moment now)
{
    failures_ = 0;
    plan(now, interval_);
}

void Schedule::failed(Moment now)
{
    failures_ = std::min(failures_ + 1, 30U);
    plan(now, interval_ * (1 << std::min(failures_, 3U)));
}

void Schedule::restart(Seconds interval, Moment now)
{
    interval_ = interval;
    failures_ = 0;
    next_ = now;
}

void Schedule::plan(Moment now, Seconds wait)
{
    const std::chrono::duration<double> spread(static_cast<double>(wait.count()) * (0.9 + 0.2 * random_()));
    next_ = now + std::chrono::duration_cast<Moment::duration>(spread);
}

bool near_the_turn(Instant now, Seconds offset)
{
    constexpr std::chrono::hours span { 2 };
    const auto month = month_of(now, offset);
    return now < start_of(month, offset) + span
        || now >= start_of(month + std::chrono::months { 1 }, offset) - span;
}

} // namespace site
