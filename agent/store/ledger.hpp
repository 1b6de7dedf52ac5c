#pragma once

#include "api/snapshot.hpp"
#include "model/name.hpp"
#include "model/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace site {

/// What one user of one account used on one UTC day, of one billing month. Seconds are whole, rounded once.
struct LedgerRow {
    Day day;
    Month month;
    Name account;
    Name user;
    Spent spent;
    std::uint64_t jobs = 0; ///< that started on that day
    std::uint64_t wait_seconds = 0; ///< start - eligible of those
};

/// A job that runs on past the end of a final day, and the seconds that it has been charged up to then.
/// Identity: (cluster, id, submit).
struct CarriedJob {
    std::uint64_t id = 0;
    Instant submit;
    std::uint64_t booked = 0;

    bool operator==(const CarriedJob&) const = default;
};

struct LedgerDay {
    Day day;
    Instant read; ///< up to when its jobs are counted
    bool whole = false; ///< every row of the window was understood
    bool final = false; ///< older than `close_after` when read: not read again
    std::uint64_t job_rows = 0;
    std::uint64_t unreadable = 0;
    bool carried = false; ///< the jobs that ran on past its end are kept with what they had been charged
};

/// One figure of a final day that was made another, and by whom: figures of a final day never change
/// without one.
struct Correction {
    Instant made;
    std::string by;
    std::string reason;
    Day day;
    Month month;
    Name account;
    Name user;
    Spent before;
    Spent after;
};

/// Usage by day, the truth of which totals and documents are made. By cluster.
class Ledger {
public:
    explicit Ledger(const Database& database) : database_(database) { }

    /// Puts the rows in the place of whatever the day had.
    void replace_day(Transaction&, Name cluster, const LedgerDay&, std::span<const LedgerRow>);

    /// Keeps the jobs that run on past the day's end, and drops those of the day before: they are used up.
    void carry(Transaction&, Name cluster, Day, std::span<const CarriedJob>);
    /// The jobs that ran on past the end of a final day that `carried` is said of.
    Result<std::vector<CarriedJob>> carried(Name cluster, Day) const;

    void correct(Transaction&, Name cluster, const Correction&);
    /// The newest first, at most so many. Their `extra` is not kept.
    Result<std::vector<Correction>> corrections(Name cluster, std::size_t most) const;

    /// Days that were read, ascending, of [from, to).
    Result<std::vector<LedgerDay>> days(Name cluster, Day from, Day to) const;
    /// The rows of one day, sorted by (month, account, user).
    Result<std::vector<LedgerRow>> day(Name cluster, Day) const;
    /// Sums of a billing month by (account, user); `day` is the month's first.
    Result<std::vector<LedgerRow>> month(Name cluster, Month) const;
    /// By (day, account, user), ascending, of UTC days in [from, to), whatever billing month it went to;
    /// `month` is the day's own.
    Result<std::vector<LedgerRow>> by_day(Name cluster, Day from, Day to) const;
    /// Sums of a billing month by account.
    Result<std::map<Name, Spent>> spent(Name cluster, Month) const;
    /// The rows of a billing month, by (day, account, user).
    Result<std::vector<LedgerRow>> month_by_day(Name cluster, Month) const;

private:
    const Database& database_;
};

} // namespace site
