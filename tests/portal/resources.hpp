#pragma once
#include "listing.hpp"

namespace site {

/// `marketplace-provider-resources`: what usage is reported for, and where an agent reports its own state.
extern const View resources_view;
void add_resource_routes(Routes& routes);

} // namespace site
