#pragma once

#include "config/config.hpp"
#include "model/name.hpp"
#include "model/time.hpp"
#include "portal/storage_report.hpp"
#include "portal/usage_report.hpp"
#include "store/database.hpp"

#include <string>

namespace site {

/// Whose documents are made.
struct ReportScope {
    Name cluster;
    std::string portal; ///< its identifier
    Seconds zone_offset { 0 }; ///< the portal's, in which its month turns
};

/// Of the one cluster of a configuration.
ReportScope report_scope(const Config&);

/// What the store has for the documents of one month of UTC days (see usage_document).
Result<PortalUsageReport> stored_usage_report(const Database&, const ReportScope&, Month, Instant now);

/// The same of storage, of one month of the portal's (see storage_document). Of a month that is over the last
/// snapshot stands on top, and a project without one is left out.
Result<PortalStorageReport> stored_storage_report(const Database&, const ReportScope&, Month, Instant now);

} // namespace site
