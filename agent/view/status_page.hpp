#pragma once

#include "accounting/month_usage.hpp"
#include "config/config.hpp"
#include "store/journal.hpp"
#include "view/situation.hpp"

#include <string>
#include <vector>

namespace site {

/// What the page shows of one cluster.
struct StatusView {
    const Situation& situation;
    const MonthUsage& month;
    const std::vector<JournalEntry>& changes; ///< the last ones, newest first
    const Config& config;
    Instant now;
};

/// The status page: HTML that stands alone, without scripts, pictures or fonts from elsewhere; it loads
/// itself anew every minute. Readable at 360 pixels, light or dark as its reader likes it, contrasts of WCAG
/// AA. What is told by colour is told by words as well. Pure.
std::string status_page(const StatusView&);

/// For the header Content-Security-Policy: nothing but the page's own style.
std::string_view status_page_policy();

} // namespace site
