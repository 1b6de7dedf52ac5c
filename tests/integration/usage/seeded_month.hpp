#pragma once

#include "support/slurm_sandbox.hpp"

#include <cstdint>

namespace site {

/// What a busy cluster's accounting database holds of one month.
struct SeededMonth {
    std::int64_t jobs = 1'000'000; ///< records
    std::int64_t accounts = 50;
    std::int64_t users = 500;
    std::int64_t from = 0; ///< seconds since 1970
    std::int64_t to = 0; ///< what is not over by then runs on
};

/// Writes them into slurmdbd's tables, the same for the same numbers: a job's size, length, wait and end
/// follow from hashes of its number. Lengths are from 10 s to a day, some of five days, so that many cross
/// midnights and the month's turn. Every 40th record is the second run of the job before. Every 97th job that
/// has ended was suspended for a half or a quarter of its time; its seconds are multiples of four, so that
/// each midnight cuts it into whole seconds.
void seed(SlurmSandbox&, const SeededMonth&);

} // namespace site
