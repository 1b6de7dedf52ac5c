#pragma once

#include "portal/storage_report.hpp"
#include "store/portal_memory.hpp"
#include "store/storage_levels.hpp"

#include <vector>

namespace site {

/// The portal's documents of every project that is known, of the newest levels and of the days given; nothing
/// is left out of a report because it could not be read lately. A project without any figure is dated `now`.
/// Pure.
PortalStorageReport storage_document(const std::string& portal, const Known&, const std::vector<StoredLevel>&,
    const std::vector<StorageDay>&, Instant now);

} // namespace site
