#pragma once

#include "accounting/carry.hpp"
#include "accounting/charge.hpp"
#include "accounting/day_cut.hpp"

#include <string>
#include <vector>

namespace site {

/// What one run of a job is charged on one day and in one billing month.
struct JobPiece {
    Day day;
    Piece piece;
    std::string node_seconds; ///< exact, as a fraction where it is not whole
};

/// How one run of a job comes to what it is charged.
struct JobAccount {
    JobRow row;
    NodeShape shape;
    Share share;
    Fraction factor; ///< by partition and QOS
    Charge charge;
    std::vector<JobPiece> pieces {};
    std::string node_seconds; ///< of all, exact
};

/// Every run of a job, in the order of their submits, split as the ledger splits them.
/// Errors: `not_found` when the site's records know no run of it.
Result<std::vector<JobAccount>> job_account(JobSource&, std::uint64_t id, const UsageConfig&, Instant now);

} // namespace site
