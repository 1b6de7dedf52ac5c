#pragma once

#include "storage_quota/engine.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace site {

/// What `zfs` prints with `-Hp`: no header, tabs, plain numbers. Pure.

/// Of `zfs projectspace`, `groupspace` and `userspace` with `-o name,used,quota,objused,objquota`, names
/// being ids. All ids that use something or have a limit. A `-` used is unknown, not zero. An Error where
/// there is no row at all: what is of no project counts for id 0, so that nothing is counted here.
Result<std::map<std::uint32_t, QuotaHeld>> parse_zfs_space(std::string_view text);

/// Of `zfs get -o property,value`, of properties that are amounts. None: `0`, `none` or `-`.
Result<std::map<std::string, std::optional<std::uint64_t>>> parse_zfs_amounts(std::string_view text);

} // namespace site
