#pragma once

#include "api/runner.hpp"
#include "api/settings.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// Slurm's commands as argument vectors, with the folder, SLURM_CONF and deadlines of the settings.
class Programs {
public:
    explicit Programs(const SlurmSettings&);

    /// A command that only looks.
    [[nodiscard]] Command reading(std::string_view program, std::vector<std::string> arguments) const;
    /// `sacctmgr -i ...`: `-i` always, since without it sacctmgr asks, and takes no answer for a no with
    /// exit status 0. What it prints is bounded, so that an endless prompt cannot fill memory.
    [[nodiscard]] Command changing(std::vector<std::string> arguments) const;

private:
    std::string folder_;
    std::string conf_;
    Seconds read_deadline_;
    Seconds change_deadline_;
};

/// Whether a Slurm command said on standard error that something went wrong. Some do so with exit status 0;
/// others print harmless notes there (`sacctmgr: Done adding cluster in usec=..`).
bool complains(std::string_view errors);

/// What a command that only looks said, or why it can't be used: a status other than 0, or a complaint.
Result<std::string> looked(Runner&, const Command&, std::string_view doing);

/// From exit and standard error, what went wrong: `unreachable` when a daemon doesn't answer.
Error explained(const Exit&, std::string_view output);

/// The first line of a text that isn't blank, made fit for a message.
std::string first_line(std::string_view);

} // namespace site
