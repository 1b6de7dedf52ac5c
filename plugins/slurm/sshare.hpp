#pragma once

#include "model/name.hpp"
#include "model/result.hpp"
#include "model/tres.hpp"

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace site {

/// Slurm's own accumulated count by account, in whole TRES-minutes, sub-accounts included. Running jobs
/// are in it up to the last tick of PriorityCalcPeriod.
using Accumulated = std::unordered_map<Name, Tres>;

/// Of the accounts in `wanted` (sorted) only. An error when a line can't be read or nothing is listed.
/// Format: `sshare -P -n -o Account,User,GrpTRESRaw` of Slurm 22.05 to 24.11: Account is indented by its
/// depth, the account's own row has no User.
Result<Accumulated> parse_accumulated(std::string_view text, std::span<const Name> wanted);

/// Arguments for that format.
std::vector<std::string> accumulated_arguments();

} // namespace site
