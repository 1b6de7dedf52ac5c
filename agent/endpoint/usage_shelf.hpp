#pragma once

#include "endpoint/report_shelf.hpp"
#include "model/time.hpp"
#include "store/ledger.hpp"

#include <map>
#include <vector>

namespace site {

/// The months of UTC days of which any was read, and whether nothing will be added to them: they are over,
/// and each of their days was read whole after its end and is final. Pure.
std::map<Month, bool> months_of_usage(const std::vector<LedgerDay>&, Instant now);

/// The portal's usage documents of these months, made of the store by a connection of its own that only
/// reads. What there is is told by the days and the projects alone; the ledger is read for the months of
/// documents that are asked for. The clock is not kept.
Result<std::unique_ptr<ReportShelf>> open_usage_shelf(const ShelfPlace&, const Clock&);

} // namespace site
