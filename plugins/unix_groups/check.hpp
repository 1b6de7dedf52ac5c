#pragma once

#include "api/finding.hpp"
#include "api/runner.hpp"
#include "unix_groups/tools.hpp"
#include "unix_groups/tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace site {

/// Everything a sysadmin should know of local groups on this machine; one finding each, `info` where it is
/// well. `cache_trouble`: what went wrong when a cache was last emptied.
std::vector<Finding> check_unix(
    const UnixGroupsSettings&, const UnixTree&, const UnixTools&, Runner&, const std::string& cache_trouble);

/// Whether the name service asks local files for that database, by the text of nsswitch.conf. Pure.
/// Without a line of its own, glibc does.
bool asks_files(std::string_view nsswitch, std::string_view database);

/// Whose lock it is, by the text of a lock file: `nothing` where the tools can't tell and refuse for ever.
/// Pure.
struct LockOwner {
    enum class Kind { nothing, process } kind = Kind::nothing;
    long pid = 0;
};
LockOwner lock_owner(std::string_view text);

} // namespace site
