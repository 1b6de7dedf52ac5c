#pragma once

#include "accounting/day_cut.hpp"
#include "accounting/exact_sum.hpp"
#include "api/usage.hpp"
#include "model/node_shape.hpp"
#include "store/ledger.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

namespace site {

/// Adds up the jobs of one UTC day, exactly, and rounds once, at the end. Pure.
///
/// A job is charged its ElapsedRaw, spread over its wall time in proportion; the piece inside the day (and
/// before `until`, for a day that still runs) counts, split at the billing month's boundary when that lies
/// inside the day. node-seconds = piece x the largest share of the partition's node shape.
class DaySheet : public JobSink {
public:
    /// `shape` is asked once for each partition. `zone_offset`: the portal's zone, for the month's boundary.
    DaySheet(Day, Instant until, Seconds zone_offset, std::function<Result<NodeShape>(Name partition)> shape);

    Result<void> rows(std::span<const JobRow>) override;

    /// One row for each (billing month, account, user), sorted.
    [[nodiscard]] std::vector<LedgerRow> finish() const;
    /// Rows that name more of a resource than any job can have. They are not counted, so the day isn't whole.
    [[nodiscard]] std::uint64_t absurd() const { return absurd_; }

private:
    struct Payer {
        Month month;
        Name account;
        Name user;
        bool operator==(const Payer&) const = default;
    };
    struct PayerHash {
        std::size_t operator()(const Payer&) const noexcept;
    };
    struct Sums {
        ExactSum node, cpu, gpu, memory, billing;
        std::uint64_t jobs = 0;
        std::uint64_t wait = 0;
    };
    Result<const NodeShape*> shape(Name partition);
    void charge(const JobRow&, const Piece&, const Share&);

    Day day_;
    DayCut cut_;
    std::function<Result<NodeShape>(Name)> ask_shape_;
    std::unordered_map<Name, NodeShape> shapes_;
    std::unordered_map<Payer, Sums, PayerHash> sums_;
    std::uint64_t absurd_ = 0;
};

} // namespace site
