#pragma once
#include "listing.hpp"

namespace site {

/// `openportal-allocations`: read only here; the portal itself and the control interface change them.
extern const View allocations_view;
/// Drops the record; its marketplace resource is then terminated.
void drop_allocation(Database& database, const std::string& uuid);
void add_allocation_routes(Routes& routes);

} // namespace site
