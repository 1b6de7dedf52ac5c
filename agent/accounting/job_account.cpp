#include "accounting/job_account.hpp"

#include <algorithm>
#include <tuple>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };

class Kept : public JobSink {
public:
    Result<void> rows(std::span<const JobRow> rows) override
    {
        all.insert(all.end(), rows.begin(), rows.end());
        return {};
    }
    std::vector<JobRow> all;
};

std::string exact(const ExactSum& sum)
{
    return sum.exact().str();
}

void add(ExactSum& sum, const JobAccount& job, std::uint64_t seconds)
{
    sum.add(Fraction::reduced(job.factor.numerator * seconds, job.factor.denominator), job.share.numerator,
        job.share.denominator);
}

} // namespace

Result<std::vector<JobAccount>> job_account(
    JobSource& source, std::uint64_t id, const UsageConfig& config, Instant now)
{
    Kept kept;
    auto read = source.job(id, kept);
    if (!read)
        return read.error();
    if (read->unreadable > 0)
        return Error { Errc::invalid,
            read->findings.empty() ? "its record is not understood" : read->findings.front().text };
    std::erase_if(kept.all, [&](const JobRow& row) { return row.id != id; });
    if (kept.all.empty())
        return Error { Errc::not_found, "no run of job " + std::to_string(id) + " that began is on record" };
    std::sort(kept.all.begin(), kept.all.end(), [](const JobRow& left, const JobRow& right) {
        return std::tuple(left.submit, left.start) < std::tuple(right.submit, right.start);
    });
    const Charging charging(config, now);
    std::vector<JobAccount> runs;
    for (const auto& row : kept.all) {
        const auto shape = source.shape(row.partition);
        if (!shape)
            return shape.error();
        JobAccount job { .row = row,
            .shape = *shape,
            .share = charging.share(row.tres, *shape),
            .factor = charging.factor(row),
            .charge = charging.of(row),
            .node_seconds = {} };
        ExactSum all;
        for (auto day = day_of(job.charge.from); Instant { day } < job.charge.to; day += one_day)
            for (const auto& piece : DayCut(day, now, config.zone_offset).pieces(job.charge)) {
                ExactSum one;
                add(one, job, piece.seconds);
                add(all, job, piece.seconds);
                job.pieces.push_back({ day, piece, exact(one) });
            }
        job.node_seconds = exact(all);
        runs.push_back(std::move(job));
    }
    return runs;
}

} // namespace site
