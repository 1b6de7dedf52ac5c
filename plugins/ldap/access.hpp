#pragma once

#include "api/settings.hpp"
#include "model/result.hpp"

#include <string>

namespace site {

/// How the directory is reached, as the settings say.
struct LdapAccess {
    std::string host; ///< empty over a socket
    bool socket = false; ///< ldapi
    bool from_start = false; ///< ldaps
    bool loopback = false;
};

/// What the settings come to, or why nothing may be sent that way: a password in the clear beyond this
/// machine, no identity, no base. Pure.
Result<LdapAccess> judge_access(const LdapSettings&);

} // namespace site
