#pragma once

#include "accounting/carry.hpp"
#include "accounting/charge.hpp"
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
/// Of what a job is charged (accounting/charge.hpp) the piece inside the day (and before `until`, for a day
/// that still runs) counts, split at the billing month's boundary when that lies inside the day.
/// node-seconds = piece x the largest share of the partition's node shape x the site's factors.
class DaySheet : public JobSink {
public:
    /// `shape` is asked once for each partition. `carry`, where there is one, tells what was charged already;
    /// it outlives this.
    DaySheet(Day, Instant until, const UsageConfig&, std::function<Result<NodeShape>(Name partition)> shape,
        Carry* carry = nullptr);

    Result<void> rows(std::span<const JobRow>) override;

    /// One row for each (billing month, account, user), sorted.
    [[nodiscard]] std::vector<LedgerRow> finish() const;
    /// Rows that name more of a resource than any job can have. They are not counted, so the day isn't whole.
    [[nodiscard]] std::uint64_t absurd() const { return absurd_; }
    /// Jobs that run on past the day's end, and what they are charged up to then; for a day that is over.
    [[nodiscard]] const std::vector<CarriedJob>& running_on() const { return running_on_; }
    /// Jobs that seem to run for ever; a few.
    [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }

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
        std::vector<ExactSum> extra;
        std::uint64_t jobs = 0;
        std::uint64_t wait = 0;
    };
    Result<const NodeShape*> shape(Name partition);
    void charge(const JobRow&, const Piece&, const Share&, const Fraction& factor);
    void note_runaway(const JobRow&, const Charge&);

    Day day_;
    Instant day_end_;
    std::vector<Name> extra_;
    Charging charging_;
    DayCut cut_;
    Carry* carry_;
    std::function<Result<NodeShape>(Name)> ask_shape_;
    std::unordered_map<Name, NodeShape> shapes_;
    std::unordered_map<Payer, Sums, PayerHash> sums_;
    std::uint64_t absurd_ = 0;
    std::vector<CarriedJob> running_on_;
    std::vector<Finding> findings_;
};

} // namespace site
