#pragma once

#include "accounting/day_book.hpp"

#include <functional>
#include <string>
#include <vector>

namespace site {

/// A day as its job records come out now, beside what the ledger has of it.
struct Recomputed {
    DayReading reading;
    std::vector<Correction> differences {}; ///< `made`, `by` and `reason` are not set
    bool last_final = false; ///< the day after it is not final
};

/// What would be another figure, of every row of either; sorted by (month, account, user). Pure.
std::vector<Correction> differences(const std::vector<LedgerRow>& had, const std::vector<LedgerRow>& now);

/// Reads the days of [from, to) again, whole and each for itself: a job is charged by its record as it is
/// now, whatever final days were charged of it before. Nothing is stored. Days that were never read are left
/// out; so is a day whose records are not understood, with a finding. One that lost its records is told too.
/// `go_on` is asked before each day but the first, and may wait there.
struct Recomputation {
    std::vector<Recomputed> days {};
    std::vector<Finding> findings {};
    bool stopped = false;
};
Result<Recomputation> recompute(JobSource&, Database&, Name cluster, const UsageConfig&, Instant now,
    Day from, Day to, const std::function<bool()>& go_on = {}, const std::function<void(Day)>& progress = {});

/// Books the days that differ, a commit each, with a correction for each figure of a final day; and releases
/// the resources of the accounts whose month falls, so that the portal may be told. Returns how many
/// corrections were made.
Result<std::size_t> book_recomputed(JobSource&, Database&, Name cluster, const UsageConfig&,
    const Recomputation&, const std::string& by, const std::string& reason, Instant now);

} // namespace site
