#pragma once

#include "api/finding.hpp"
#include "api/runner.hpp"
#include "api/settings.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace site {

/// What makes this machine forget the groups and users that its name service remembers, by the programs in
/// `folder`; none where none is configured.
std::vector<Command> cache_commands(
    const CacheRules&, const std::string& folder, std::chrono::milliseconds deadline);

/// That a cache could not be emptied. What was changed is changed all the same.
Finding cache_finding(std::string code, const std::string& why);

} // namespace site
