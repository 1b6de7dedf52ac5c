#pragma once

#include "accounting/stored_reports.hpp"
#include "store/ledger.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace site {

/// What became of the documents of one month.
struct ReportFiles {
    std::size_t reports = 0; ///< that are in their files now
    std::size_t written = 0; ///< of which the file was another before, or none
};

/// Each project's document into `DIR/2026-11/climate.brics.usage.json`, or `.storage.json`, one line each.
/// Only a file that has other bytes is put in place, whole. The month's folder, and DIR itself, are made
/// where they are missing. A storage document without any figure, dated by when it was asked for, is left
/// out. Errors: `invalid` when `check` does not hold, and those of the file system; what was put stays.
Result<ReportFiles> put_files(const std::filesystem::path& folder, Month, const PortalUsageReport&);
Result<ReportFiles> put_files(const std::filesystem::path& folder, Month, const PortalStorageReport&);

/// Both for every project that the store knows; usage only when a day of the month was ever read.
Result<ReportFiles> write_reports(
    const std::filesystem::path& folder, const Database&, const ReportScope&, Month, Instant now);

/// Whose documents may be other than at the last time: this month, the last one until its days are final and
/// a day longer, for what a crash left undone, and the months of the days that were just read. Pure.
std::set<Month> months_to_write(Instant now, Seconds close_after, const std::vector<LedgerDay>& read);

} // namespace site
