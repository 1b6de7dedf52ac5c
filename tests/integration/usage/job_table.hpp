#pragma once

#include "support/slurm_sandbox.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace site {

/// What one whole node has, as the configuration says it too; none of it is 0.
struct WholeNode {
    std::int64_t cpus = 1;
    std::int64_t gpus = 1;
    std::int64_t memory = 1; ///< MB
    std::int64_t billing = 1;
};

/// A UTC day that the ledger has.
struct ReadDay {
    std::int64_t day = 0; ///< since 1970
    std::int64_t read = 0; ///< the moment up to which it was read, seconds since 1970
};

/// What each user of each account used on these days, a line for each day and billing month, sorted:
/// `2026-11-27 202611 p1 u001 node=1 cpu=2 gpu=0 memory=200 billing=2 jobs=1 wait=0`. In seconds, as the
/// ledger has them (docs/formats/store.md).
///
/// It is counted from slurmdbd's own tables by SQL that shares nothing with the agent: no sacct, whose text
/// the agent reads, and none of the agent's code. A run is every row of the job table that got resources and
/// ran for a whole second; its suspensions are those of the suspend table, spread over the run's days in
/// proportion and cut to whole seconds, as design has it. A run without an end is counted up to the reading.
/// `zone`: seconds of the portal's zone ahead of UTC, 0 to 86399.
std::vector<std::string> used_by_job_table(
    SlurmSandbox&, const std::vector<ReadDay>&, const WholeNode&, std::int64_t zone);

} // namespace site
