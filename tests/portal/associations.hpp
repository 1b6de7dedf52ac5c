#pragma once
#include "listing.hpp"

namespace site {

/// `openportal-associations`: who belongs to which allocation. Nobody writes them over REST.
extern const View associations_view;
void add_association_routes(Routes& routes);

} // namespace site
