#pragma once

#include "config/config.hpp"
#include "net/url.hpp"
#include "portal/calls.hpp"

#include <functional>

namespace site {

/// What calls go through, and the base that their links are held against.
struct PortalConnection {
    Calls calls;
    Url base;
};

/// Connects to nothing yet; reads the token or what one is fetched with. `stop` is asked while waiting.
/// Errors name the portal, never a secret.
Result<PortalConnection> connect_portal(const PortalConfig&, const Clock&, std::function<bool()> stop);

} // namespace site
