#include "accounting/day_sheet.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace site {
namespace {

/// No job has 2^40 CPUs, or 2^40 MB (an exabyte): below it no sum of a day can leave 63 bits.
constexpr std::uint64_t most_of_a_resource = 1ULL << 40;

bool beyond_any_job(const Tres& tres)
{
    return std::max({ tres.cpu, tres.gpu, tres.memory, tres.billing }) > most_of_a_resource;
}

auto order(const LedgerRow& row)
{
    return std::tuple(row.month, row.account, row.user);
}

} // namespace

DaySheet::DaySheet(
    Day day, Instant until, Seconds zone_offset, std::function<Result<NodeShape>(Name partition)> shape)
    : day_(day), cut_(day, until, zone_offset), ask_shape_(std::move(shape))
{
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

void DaySheet::charge(const JobRow& row, const Piece& piece, const Share& share)
{
    auto& sums = sums_[{ piece.month, row.account, row.user }];
    sums.node.add(piece.charged, share.numerator, share.denominator);
    sums.cpu.add(piece.charged, row.tres.cpu);
    sums.gpu.add(piece.charged, row.tres.gpu);
    sums.memory.add(piece.charged, row.tres.memory);
    sums.billing.add(piece.charged, row.tres.billing);
}

// A window's answer has each record (cluster, JobIDRaw, Submit) once, and a day that is read again replaces
// what it had, so no record is counted twice.
Result<void> DaySheet::rows(std::span<const JobRow> block)
{
    for (const auto& row : block) {
        const auto pieces = cut_.pieces(row);
        if (pieces.count == 0)
            continue;
        if (beyond_any_job(row.tres)) {
            ++absurd_;
            continue;
        }
        const auto node = shape(row.partition);
        if (!node)
            return node.error();
        const auto share = largest_share(row.tres, **node);
        for (const auto& piece : pieces)
            charge(row, piece, share);
        if (!cut_.holds(row.start))
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
    for (const auto& [payer, sums] : sums_)
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
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return order(a) < order(b); });
    return rows;
}

} // namespace site
