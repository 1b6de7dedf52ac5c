#pragma once
#include "listing.hpp"

namespace site {

/// `marketplace-provider-offerings` with the components that usage can be reported for.
extern const View offerings_view;
void add_offering_routes(Routes& routes);

} // namespace site
