#pragma once
#include "listing.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace site {

/// `openportal-project-usage-reports` and `openportal-project-storage-reports`. Nobody writes them over REST.
extern const View usage_reports_view;
extern const View storage_reports_view;
void add_report_routes(Routes& routes);

/// The control interface: `usage_reports/set`, `usage_reports/drop`, and the same of storage.
Response change_report(Database& database, const std::string& what, const boost::json::object& order);

} // namespace site
