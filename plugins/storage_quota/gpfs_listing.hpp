#pragma once

#include "storage_quota/engine.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace site {

/// One kind of quota of one file system, as `mmrepquota -Y` prints it. Used is what is counted, without what
/// is in doubt. Limits of a default quota are not its own and count as none. Pure.
struct GpfsListing {
    std::map<std::string, QuotaHeld> filesets {}; ///< by name
    /// Users or groups by id and fileset; the fileset is empty where they are counted over the file system.
    std::map<std::pair<std::uint32_t, std::string>, QuotaHeld> by_id {};
    bool per_fileset = false; ///< users or groups are counted in each fileset
};

/// An Error: without a header, with rows that don't fit it or stand there twice, or with none of this kind
/// (root's is always there, so none means that nothing is counted).
Result<GpfsListing> parse_mmrepquota(std::string_view text, std::string_view device, QuotaBy);

} // namespace site
