#pragma once

#include "accounting/carry.hpp"
#include "api/usage.hpp"
#include "config/config.hpp"
#include "store/ledger.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace site {

/// One UTC day as its window gave it.
struct DayReading {
    LedgerDay day;
    std::vector<LedgerRow> rows {};
    std::vector<CarriedJob> running_on {}; ///< past the day's end, where the day is final
    std::vector<Finding> findings {};
};

/// Reads days one after another, ascending, into the ledger. Used from one thread; what it is given outlives
/// it.
class DayBook {
public:
    /// `known`: the ledger's days, ascending.
    DayBook(JobSource&, Database&, Name cluster, const UsageConfig&, std::vector<LedgerDay> known);

    /// Reads the day's window, up to `now`, without booking it. What its jobs were charged up to the last
    /// final day stays charged there. An error means that nothing is known of the day.
    Result<DayReading> read(Day, Instant now);
    /// In one commit, in the place of whatever the day had.
    Result<void> book(const DayReading&);
    /// The same with the differences to what the day had, for a day that was final. `carry`: the day after it
    /// is not final, so the jobs that run on are kept for it.
    Result<void> correct(const DayReading&, const std::vector<Correction>&, bool carry);

    /// What the ledger has of a day; null when it was never read.
    [[nodiscard]] const LedgerDay* known(Day) const;

private:
    Result<void> find_carry(Day);
    void keep(Transaction&, const DayReading&, bool carry);
    void remember(const DayReading&);

    JobSource& source_;
    Database& database_;
    Ledger ledger_;
    Name cluster_;
    const UsageConfig& config_;
    std::vector<LedgerDay> known_;
    std::optional<Carry> carry_;
};

/// Job records do not go away within weeks: an answer without any, or with less than half, is a database that
/// lost its memory. None when the reading may be believed. Pure.
std::optional<Finding> lost_records(const LedgerDay& had, const LedgerDay& now);

} // namespace site
