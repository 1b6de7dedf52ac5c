#pragma once
#include "listing.hpp"

namespace site {

/// `openportal-allocations`: read only here; the portal itself and the control interface change them.
extern const View allocations_view;
void add_allocation_routes(Routes& routes);

} // namespace site
