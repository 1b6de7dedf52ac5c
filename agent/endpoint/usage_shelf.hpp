#pragma once

#include "endpoint/report_shelf.hpp"
#include "model/time.hpp"

namespace site {

/// The portal's usage documents of each UTC month of which the ledger has a day, made of the store by a
/// connection of its own that only reads. The clock outlives the shelf.
Result<std::unique_ptr<ReportShelf>> open_usage_shelf(const ShelfPlace&, const Clock&);

} // namespace site
