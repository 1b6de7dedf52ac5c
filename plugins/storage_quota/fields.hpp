#pragma once

#include "api/records.hpp"

#include <cstdint>
#include <string>

namespace site {

/// The fields of directories and quotas.
struct StorageFields {
    // directory
    Name path { "path" }; ///< word: below the volume's root
    Name owner { "owner" }; ///< uid
    Name group { "group" }; ///< gid
    Name mode { "mode" }; ///< word: four octal digits
    Name acl { "acl" }; ///< word: entries beside the mode, as in getfacl, with commas
    Name project_id { "project_id" }; ///< unset until all beneath it has the id
    // quota
    Name id { "id" }; ///< project id, gid or uid that it counts by
    Name bytes { "bytes" };
    Name soft_bytes { "soft_bytes" };
    Name files { "files" };
    Name soft_files { "soft_files" };
    // quota of neither project nor person: the volume's own
    Name grace { "grace" }; ///< seconds
};
const StorageFields& storage_fields();

std::string mode_text(std::uint32_t mode); ///< `2770`

} // namespace site
