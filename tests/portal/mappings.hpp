#pragma once
#include "call.hpp"

namespace site {

/// `openportal/…_mapping`: identifiers of OpenPortal as objects of the portal, and `project_email_policy`.
void add_mapping_routes(Routes& routes);

} // namespace site
