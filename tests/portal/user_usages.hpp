#pragma once
#include "listing.hpp"

namespace site {

/// `marketplace-component-user-usages`, and the two calls that report each user's share of a month total.
extern const View user_usages_view;
void add_user_usage_routes(Routes& routes);

} // namespace site
