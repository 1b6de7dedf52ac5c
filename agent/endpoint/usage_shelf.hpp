#pragma once

#include "accounting/stored_reports.hpp"
#include "endpoint/report_shelf.hpp"
#include "store/ledger.hpp"

#include <filesystem>
#include <map>
#include <vector>

namespace site {

/// The months of UTC days of which any was read, and whether nothing will be added to them: they are over,
/// and each of their days was read whole after its end and is final. Pure.
std::map<Month, bool> months_of_usage(const std::vector<LedgerDay>&, Instant now);

/// The portal's usage documents, made of the store by a connection of its own that only reads.
Result<std::unique_ptr<ReportShelf>> open_usage_shelf(
    const std::filesystem::path& state_file, const ReportScope&, Instant now);

} // namespace site
