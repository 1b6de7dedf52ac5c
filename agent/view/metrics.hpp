#pragma once

#include "accounting/month_usage.hpp"
#include "config/config.hpp"
#include "view/situation.hpp"

#include <string>

namespace site {

/// The state as Prometheus text (exposition format 0.0.4), all names beginning with `site_agent_`. Of
/// projects at most `config.endpoint.metrics_projects`, those that used most; `month` may be nullptr: none of
/// them.
std::string metrics_text(const Situation&, const MonthUsage* month, const Config&, Instant now);

/// Every metric's name, without what its labels are, for the tests that hold the documents.
std::vector<std::string> metric_names();

} // namespace site
