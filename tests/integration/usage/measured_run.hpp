#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace site {

/// What a program cost. CPU as the kernel counts it, in ticks of its clock.
struct MeasuredRun {
    int status = -1; ///< exit status; -1: it was killed
    double own_cpu = 0; ///< seconds of all its threads
    double children_cpu = 0; ///< seconds of its children and theirs
    std::uint64_t peak = 0; ///< bytes of memory, its own (VmHWM)
    double wall = 0; ///< seconds
    std::string output {}; ///< both streams
};

/// Runs it to its end, without a deadline. Throws when it can't be started.
MeasuredRun measured_run(const std::vector<std::string>& words,
    const std::vector<std::pair<std::string, std::string>>& environment, const std::filesystem::path& log);

} // namespace site
