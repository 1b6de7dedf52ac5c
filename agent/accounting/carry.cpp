#include "accounting/carry.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::size_t most_findings = 5;
constexpr const char* advice
    = "compare with sacct; `site-agent usage recompute` shows what the closed days come to"
      " now";

std::string job(std::uint64_t id)
{
    return "job " + std::to_string(id);
}

Finding changed(const char* code, std::uint64_t id, std::string text)
{
    return { Severity::warning, code, job(id), std::move(text), advice };
}

} // namespace

Carry::Carry(Instant at, std::span<const CarriedJob> jobs) : at_(at)
{
    jobs_.reserve(jobs.size());
    for (const auto& one : jobs)
        jobs_.insert_or_assign(Key { one.id, one.submit }, Entry { one.booked, false });
}

std::size_t Carry::KeyHash::operator()(const Key& key) const noexcept
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
    return key.id * odd ^ static_cast<std::uint64_t>(key.submit.time_since_epoch().count());
}

std::uint64_t Carry::booked(const JobRow& row) const
{
    const auto found = jobs_.find({ row.id, row.submit });
    return found == jobs_.end() ? 0 : found->second.booked;
}

Charge Carry::rest(const JobRow& row, const Charge& whole)
{
    if (row.start >= at_)
        return whole;
    const auto found = jobs_.find({ row.id, row.submit });
    auto rest = whole;
    rest.from = std::max(whole.from, at_);
    rest.to = std::max(whole.to, rest.from);
    if (found == jobs_.end()) {
        const bool runs_on = !row.end || *row.end > at_;
        if (!runs_on)
            rest.seconds = 0;
        else if (whole.seconds > 0 && late_.size() < most_findings)
            late_.push_back(changed("usage-late-job", row.id,
                "began on " + text(row.start)
                    + ", but no record of it had come when that day was closed: all of"
                      " it is charged to the days after "
                    + text(at_)));
        return rest;
    }
    found->second.seen = true;
    const auto booked = found->second.booked;
    if (whole.seconds < booked && less_.size() < most_findings)
        less_.push_back(changed("usage-job-shrunk", row.id,
            "was charged " + std::to_string(booked) + " s up to " + text(at_) + " and comes to "
                + std::to_string(whole.seconds) + " s in all now"));
    rest.seconds = whole.seconds - std::min(booked, whole.seconds);
    // Past its charged time there is nothing to spread it over: what is left falls to the first moment.
    if (rest.to == rest.from && rest.seconds > 0)
        rest.to = rest.from + Seconds { 1 };
    return rest;
}

std::vector<Finding> Carry::findings(bool whole_window) const
{
    auto all = late_;
    all.insert(all.end(), less_.begin(), less_.end());
    if (!whole_window)
        return all;
    std::size_t gone = 0;
    for (const auto& [key, entry] : jobs_)
        if (!entry.seen && entry.booked > 0 && gone++ < most_findings)
            all.push_back(changed("usage-job-shrunk", key.id,
                "was charged " + std::to_string(entry.booked) + " s up to " + text(at_)
                    + " as a job that ran on, and no record after that names it now"));
    return all;
}

} // namespace site
