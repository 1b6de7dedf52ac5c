#pragma once

#include "endpoint/report_shelf.hpp"
#include "endpoint/router.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// One of the portal's families of reports.
struct ReportFamily {
    std::string path; ///< `/api/openportal-project-usage-reports/`
    OpenShelf open;
    std::string resource; ///< the destination that all of them are filed under
    /// Told of each request that could not be answered, with why, and with none of each that could.
    std::function<void(const Error*)> tell;
};

/// The list and the single report, as the portal has them (docs/formats/endpoint.md).
std::vector<PageRoute> report_pages(const ReportFamily&);

/// The number of a report, the same for ever: its month and 36 bits of a hash of its project and resource, in
/// all less than 2^53, so that no client's numbers are too small for it.
std::int64_t report_id(const ReportKey&, std::string_view resource);
/// The month in such a number; none when it can't be one.
std::optional<Month> month_of_report(std::int64_t id);

} // namespace site
