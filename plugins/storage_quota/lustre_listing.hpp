#pragma once

#include "storage_quota/engine.hpp"

#include <cstdint>
#include <map>
#include <string_view>

namespace site {

/// What `lfs quota` prints, by the sources of Lustre before and after its rewrite of 2024
/// (lustre/utils/lfs.c). Pure.

struct LustreQuota {
    QuotaHeld held {}; ///< none used where servers did not answer
    bool limits_known = true; ///< false: their numbers stand in brackets
};

/// Of one id, with or without headers; `mount` as it was given to the command. Limits of the file system's
/// default quota are not the id's own and count as none, where the release says so.
Result<LustreQuota> parse_lustre_quota(std::string_view text, std::string_view mount);

/// Of `lfs quota -a -n`: ids that ever had a limit, no others. Those with a number in brackets are left out.
Result<std::map<std::uint32_t, QuotaHeld>> parse_lustre_all(std::string_view text, std::string_view mount);

} // namespace site
