#pragma once

#include "storage_quota/engine.hpp"

#include <cstdint>
#include <map>
#include <string_view>

namespace site {

/// What `beegfs-ctl --getquota --csv` prints of one storage pool: bytes and chunk files by id. An id whose
/// figures are not valid is left out by the tool. Files are unknown where it prints `-`, or `12+` for what
/// only some targets count. Pure.
Result<std::map<std::uint32_t, QuotaHeld>> parse_beegfs_quota(std::string_view text);

} // namespace site
