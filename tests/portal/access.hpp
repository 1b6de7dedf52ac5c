#pragma once
#include "call.hpp"

namespace site {

/// `openportal/access_for_email`: who may log in where, by e-mail, short name or project.
void add_access_routes(Routes& routes);

} // namespace site
