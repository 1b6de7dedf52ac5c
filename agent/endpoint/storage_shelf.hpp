#pragma once

#include "endpoint/report_shelf.hpp"
#include "model/name.hpp"
#include "store/portal_memory.hpp"
#include "store/storage_levels.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace site {

/// Which cluster's documents, and where they are.
struct ShelfPlace {
    std::filesystem::path state_file;
    Name cluster;
    std::string portal; ///< its part of the identifiers
};

/// The storage documents of one UTC month, by project: the newest levels on top where they are of that month,
/// else its last day; a project without any figure in it has none. `days`: of that month. Pure.
std::map<std::string, ProjectStorageReport> storage_of_month(const std::string& portal, const Known&,
    const std::vector<StoredLevel>& newest, const std::vector<StorageDay>& days, Month);

/// The portal's storage documents, made of the store by a connection of its own that only reads.
Result<std::unique_ptr<ReportShelf>> open_storage_shelf(const ShelfPlace&);

} // namespace site
