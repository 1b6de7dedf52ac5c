#pragma once

#include "integration/usage/job_table.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace site {

/// The ledger, read from the agent's file as anybody may (docs/formats/store.md).
struct LedgerFile {
    std::vector<ReadDay> days {}; ///< ascending
    std::int64_t incomplete = 0; ///< of them, not read whole
    std::vector<std::string> lines {}; ///< as used_by_job_table writes them
    std::int64_t jobs = 0; ///< that started, on all days
    std::int64_t least = 0; ///< the smallest of the five sums of seconds
};

/// Throws when there is none.
LedgerFile ledger_file(const std::filesystem::path&);

} // namespace site
