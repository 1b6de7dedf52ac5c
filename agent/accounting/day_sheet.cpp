#include "accounting/day_sheet.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace site {
namespace {

/// No job has 2^40 CPUs, or 2^40 MB (an exabyte): below it no sum of a day can leave 63 bits.
constexpr std::uint64_t most_of_a_resource = 1ULL << 40;

constexpr std::size_t most_findings = 5;

bool beyond_any_job(const Tres& tres)
{
    return std::max({ tres.cpu, tres.gpu, tres.memory, tres.billing,
               *std::max_element(tres.extra.begin(), tres.extra.end()) })
        > most_of_a_resource;
}

auto order(const LedgerRow& row)
{
    return std::tuple(row.month, row.account, row.user);
}

} // namespace

DaySheet::DaySheet(Day day, Instant until, const UsageConfig& usage,
    std::function<Result<NodeShape>(Name partition)> shape, Carry* carry)
    : day_(day), day_end_(day + std::chrono::days { 1 }), charging_(usage, until),
      cut_(day, until, usage.zone_offset), carry_(carry), ask_shape_(std::move(shape))
{
    for (const auto& name : usage.extra_tres)
        extra_.emplace_back(name);
}

std::size_t DaySheet::PayerHash::operator()(const Payer& payer) const noexcept
{
    const std::hash<Name> of_name;
    const auto month = static_cast<std::size_t>(static_cast<unsigned>(payer.month.month()));
    return (of_name(payer.account) * 1000003 ^ of_name(payer.user)) * 31 + month;
}

Result<const NodeShape*> DaySheet::shape(Name partition)
{
    if (const auto known = shapes_.find(partition); known != shapes_.end())
        return &known->second;
    auto asked = ask_shape_(partition);
    if (!asked)
        return asked.error();
    // A share of nothing would be zero, and an error is never a zero.
    if (asked->empty())
        return Error { Errc::invalid,
            "the node shape of partition " + cited(partition.text()) + " is empty" };
    return &shapes_.emplace(partition, *asked).first->second;
}

void DaySheet::charge(const JobRow& row, const Piece& piece, const Share& share, const Fraction& factor)
{
    auto& sums = sums_[{ piece.month, row.account, row.user }];
    const Fraction seconds { piece.seconds, 1 };
    sums.node.add(Fraction::reduced(factor.numerator * piece.seconds, factor.denominator), share.numerator,
        share.denominator);
    sums.cpu.add(seconds, row.tres.cpu);
    sums.gpu.add(seconds, row.tres.gpu);
    sums.memory.add(seconds, row.tres.memory);
    sums.billing.add(seconds, row.tres.billing);
    sums.extra.resize(extra_.size());
    for (std::size_t i = 0; i < extra_.size(); ++i)
        sums.extra[i].add(seconds, row.tres.extra.at(i));
}

void DaySheet::note_runaway(const JobRow& row, const Charge& charge)
{
    if (findings_.size() < most_findings)
        findings_.push_back({ Severity::warning, "usage-runaway", "job " + std::to_string(row.id),
            "runs since " + text(row.start) + " with a time limit of " + span_text(*row.time_limit)
                + ": nothing after " + text(charge.to) + " is charged",
            "look whether it runs (squeue); if it does not, its end never reached slurmdbd" });
}

// A window's answer has each record (cluster, JobIDRaw, Submit) once, and a day that is read again replaces
// what it had, so no record is counted twice.
Result<void> DaySheet::rows(std::span<const JobRow> block)
{
    for (const auto& row : block) {
        const auto whole = charging_.of(row);
        const auto charge = carry_ != nullptr ? carry_->rest(row, whole) : whole;
        const auto end = row.end.value_or(charging_.until());
        if (row.start < day_end_ && end > day_end_)
            running_on_.push_back({ row.id, row.submit,
                (carry_ != nullptr ? carry_->booked(row) : 0) + charge.before(day_end_) });
        const auto pieces = cut_.pieces(charge);
        const bool begins = whole.seconds > 0 && cut_.holds(row.start);
        if (whole.runaway && row.start < cut_.end())
            note_runaway(row, whole);
        if (pieces.count == 0 && !begins)
            continue;
        if (beyond_any_job(row.tres)) {
            ++absurd_;
            continue;
        }
        const auto node = shape(row.partition);
        if (!node)
            return node.error();
        const auto share = charging_.share(row.tres, **node);
        const auto factor = charging_.factor(row);
        for (const auto& piece : pieces)
            this->charge(row, piece, share, factor);
        if (!begins)
            continue;
        auto& sums = sums_[{ cut_.month_of_start(row), row.account, row.user }];
        ++sums.jobs;
        sums.wait += static_cast<std::uint64_t>(std::max(row.start - row.eligible, Seconds { 0 }).count());
    }
    return {};
}

std::vector<LedgerRow> DaySheet::finish() const
{
    std::vector<LedgerRow> rows;
    rows.reserve(sums_.size());
    for (const auto& [payer, sums] : sums_) {
        rows.push_back({ .day = day_,
            .month = payer.month,
            .account = payer.account,
            .user = payer.user,
            .spent = { .node_seconds = sums.node.rounded(),
                .cpu_seconds = sums.cpu.rounded(),
                .gpu_seconds = sums.gpu.rounded(),
                .memory_mb_seconds = sums.memory.rounded(),
                .billing_seconds = sums.billing.rounded() },
            .jobs = sums.jobs,
            .wait_seconds = sums.wait });
        for (std::size_t i = 0; i < sums.extra.size(); ++i)
            if (const auto count = sums.extra[i].rounded(); count > 0)
                rows.back().spent.extra.emplace(extra_[i], count);
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return order(a) < order(b); });
    return rows;
}

} // namespace site
