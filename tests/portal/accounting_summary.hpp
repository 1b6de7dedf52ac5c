#pragma once
#include "listing.hpp"

namespace site {

/// `openportal-accounting-summary`: what each project may spend and has spent, in node-hours, since the test
/// portal has no prices.
extern const View accounting_summary_view;
void add_accounting_summary_routes(Routes& routes);

} // namespace site
