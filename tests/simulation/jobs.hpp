#pragma once

#include "api/usage.hpp"
#include "model/decimal.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace site::simulation {

/// Seconds by (account, user); the user empty for the account's sum.
using Figures = std::map<std::pair<Name, Name>, std::uint64_t>;

/// The jobs that really ran, each on one whole node, and what a reading of them has handed over.
class TrueJobs : public JobSource {
public:
    explicit TrueJobs(const Clock& clock) : clock_(clock) { }

    void run(Name account, Name user, Instant start, std::optional<Instant> end);

    std::optional<int> fails_after; ///< so many windows are read, then none
    std::optional<int> unreadable_after; ///< from that window on, one row can't be understood
    std::optional<int> empty_after; ///< from that window on the database has forgotten every job, and says so
    int failed = 0; ///< windows that were not handed over, or not whole, since cleared
    std::function<void(const char*)> seam;

    Result<WindowRead> jobs(Window, JobSink&) override;
    Result<NodeShape> shape(Name) override { return NodeShape { 16, 0, 65536, 0 }; }

    /// By our own count, what the readings brought of a month. A day that had jobs and is read without any
    /// keeps what it had: an answer that forgot is no figure.
    [[nodiscard]] Figures figures(Month) const;
    /// Whether every day of the month up to `at` was read, and read whole.
    [[nodiscard]] bool whole(Month, Instant at) const;
    /// What really ran in a month until now.
    [[nodiscard]] Figures truth(Month) const;

private:
    struct DayRead {
        Instant read;
        bool whole = false;
        std::size_t rows = 0;
        Figures seconds;
    };
    void count(const JobRow&, Instant from, Instant to, Figures&) const;

    const Clock& clock_;
    std::vector<JobRow> rows_;
    std::map<Day, DayRead> days_;
};

/// Seconds in hours with two decimals, rounded half up.
Decimal hours(std::uint64_t seconds);

} // namespace site::simulation
