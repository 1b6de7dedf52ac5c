#pragma once

#include "accounting/charge.hpp"
#include "store/ledger.hpp"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace site {

/// What jobs that run on past the last final day were charged up to its end. What they are charged in all,
/// less that, falls to the days after it: so a final day stays as it is, however its jobs go on. Pure.
class Carry {
public:
    /// `at`: the end of the final day.
    Carry(Instant at, std::span<const CarriedJob>);

    /// The part of a job's charge that is left for [at, ...); all of one that began later. Remembers what is
    /// odd.
    Charge rest(const JobRow&, const Charge& whole);
    /// What the job was charged before `at`.
    [[nodiscard]] std::uint64_t booked(const JobRow&) const;

    [[nodiscard]] Instant at() const { return at_; }
    /// Jobs that are not what they were when the day was closed, or of which no row came: of the first a
    /// few, and after each window of the day that begins at `at` also the second.
    [[nodiscard]] std::vector<Finding> findings(bool whole_window) const;

private:
    struct Key {
        std::uint64_t id;
        Instant submit;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key&) const noexcept;
    };
    struct Entry {
        std::uint64_t booked = 0;
        bool seen = false;
    };

    Instant at_;
    std::unordered_map<Key, Entry, KeyHash> jobs_;
    std::vector<Finding> late_; ///< began before `at`, but the final day did not know them
    std::vector<Finding> less_; ///< were charged more than they come to now
};

} // namespace site
