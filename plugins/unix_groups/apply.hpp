#pragma once

#include "api/change.hpp"
#include "api/runner.hpp"
#include "unix_groups/steps.hpp"
#include "unix_groups/tree.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace site {

/// What a plugin keeps from one batch to the next.
struct UnixMemory {
    std::set<Name> unknown {}; ///< users whom the tools didn't know last time
    std::string cache_trouble {}; ///< why a cache could not be emptied; empty: all is well
};

using Wait = std::function<void(std::chrono::milliseconds)>;

/// Days since 1970-01-01, UTC, as shadow counts them.
std::int64_t today();

/// Carries the changes out; one result for each. A file that can't be locked is tried three times; then
/// nothing more that needs it is tried in this batch, since each try waits for 15 s; the same, after one try,
/// where the file system is read-only. When a program doesn't end in time, nothing more is tried. Caches
/// are emptied once, when something was changed.
std::vector<Result<void>> apply_unix(
    std::span<const Change>, const UnixTree&, const UnixTools&, Runner&, UnixMemory&, const Wait&);

} // namespace site
