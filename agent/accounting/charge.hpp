#pragma once

#include "accounting/exact_sum.hpp"
#include "api/usage.hpp"
#include "config/config.hpp"

#include <string>
#include <vector>

namespace site {

/// What a run of a job is charged: so many seconds, spread evenly over [from, to).
struct Charge {
    Instant from;
    Instant to;
    std::uint64_t seconds = 0;
    bool runaway = false; ///< it seems to run on long past its time limit: the rest is not charged

    /// Of what is charged, the part before a moment: whole seconds, so that the parts of any division add up
    /// to the whole.
    [[nodiscard]] std::uint64_t before(Instant) const;
    bool operator==(const Charge&) const = default;
};

/// The site's rules of what is charged. Pure.
class Charging {
public:
    /// `until`: when the rows were read; nothing after it counts, and a running job ends there.
    Charging(const UsageConfig&, Instant until);

    /// ElapsedRaw, where suspended time is not charged; when it was suspended is not in the row. A job that
    /// ended in a state that is not charged, one that never ran and one of the future come to 0 seconds.
    [[nodiscard]] Charge of(const JobRow&) const;
    /// The largest share of cpu, gpu, memory and billing that the run took of one node; n whole nodes give n.
    /// GPUs that count for more or less than one, and shards, enter as the site says.
    [[nodiscard]] Share share(const Tres&, const NodeShape&) const;
    /// What its node-seconds are multiplied by, for its partition and QOS.
    [[nodiscard]] Fraction factor(const JobRow&) const;

    [[nodiscard]] Instant until() const { return until_; }

private:
    struct Weight {
        std::size_t place; ///< in `Tres::extra`
        std::uint64_t parts; ///< of a GPU, in `gpu_parts_`
        bool replaces; ///< it is among the GPUs that are counted already
    };
    [[nodiscard]] bool charged(Name state) const;

    ChargeConfig config_;
    Instant until_;
    std::vector<Weight> weights_;
    std::uint64_t gpu_parts_ = 1;
    std::map<Name, Factor> partitions_;
    std::map<Name, Factor> qos_;
};

} // namespace site
