#pragma once

#include "endpoint/report_shelf.hpp"
#include "portal/storage_report.hpp"
#include "store/portal_memory.hpp"
#include "store/storage_levels.hpp"

#include <map>
#include <string>
#include <vector>

namespace site {

/// The storage documents of one UTC month, by project: the newest levels on top where they are of that month,
/// else its last day; a project without any figure in it has none. `days`: of that month. Pure.
std::map<std::string, ProjectStorageReport> storage_of_month(const std::string& portal, const Known&,
    const std::vector<StoredLevel>& newest, const std::vector<StorageDay>& days, Month);

/// The portal's storage documents, made of the store by a connection of its own that only reads.
Result<std::unique_ptr<ReportShelf>> open_storage_shelf(const ShelfPlace&);

} // namespace site
