#pragma once

#include "model/result.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace site {

/// An outside program to run: an argument vector, never a shell line.
///
/// The child's environment is fixed and clean: PATH of the system folders, LC_ALL=C.UTF-8, TZ=UTC,
/// SLURM_TIME_FORMAT=%s, and nothing else but `environment`. Its standard input is `input` or /dev/null.
/// It dies with us (parent-death signal).
struct Command {
    std::string program; ///< absolute path
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> environment {};
    std::string input {};
    std::chrono::milliseconds deadline { 60'000 }; ///< then TERM to its process group, 2 s later KILL
    std::size_t most_output = 256UL << 20; ///< bytes of standard output; more is an error

    bool operator==(const Command&) const = default;
};

/// How a command looks in a plan or a journal: quoted as a shell would want it, for people to copy.
std::string text(const Command&);

struct Exit {
    int status = 0; ///< exit status; meaningful only without a signal
    std::optional<int> signal {};
    std::string errors {}; ///< the last 64 KiB of standard error

    [[nodiscard]] bool ok() const { return status == 0 && !signal; }
};

struct Output {
    Exit exit;
    std::string text; ///< standard output, whole
};

/// Takes lines of standard output without their newline; false stops the command (an error for the run).
using LineSink = std::function<bool(std::string_view line)>;

/// The seam to outside programs. Blocking; one call at a time for each object.
///
/// An Error means that the program could not be started, was killed at its deadline, or said more than
/// it may. A program that ended by itself is no error, whatever its status.
class Runner {
public:
    virtual ~Runner() = default;
    virtual Result<Output> run(const Command&) = 0;
    /// Hands standard output over line by line in constant memory. A line longer than 64 KiB, or a sink
    /// that said stop, is an error, and what was handed over is not whole.
    virtual Result<Exit> stream(const Command&, const LineSink&) = 0;
};

} // namespace site
