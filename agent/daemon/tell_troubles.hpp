#pragma once

#include "model/name.hpp"
#include "portal/rest_portal.hpp"
#include "store/database.hpp"

#include <functional>

namespace site {

/// Marks at the portal the resources whose own fault has lasted, and sets those in order again that we marked
/// and that are mended; remembers each before the next. The first error of a call, after all were tried.
Result<void> tell_troubles(RestPortal&, Database&, Name cluster, const std::function<bool()>& stop);

} // namespace site
