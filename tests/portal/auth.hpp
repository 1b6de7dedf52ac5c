#pragma once
// Who calls: API tokens, and bearer tokens from the portal's own OpenID provider.
#include "call.hpp"

#include <string>
#include <variant>

namespace site {

/// The name of the account that `--token` belongs to: a service provider, not staff.
inline constexpr auto service_account = "site-agent";

void put_user(Database& database, const std::string& username, const std::string& token, bool is_staff);

/// The caller, or the 401 that the request gets.
std::variant<User, Response> identify(const Request& request, Database& database, Instant now);

/// POST /oauth/token: the client-credentials grant.
Response oauth_token(const Request& request, Database& database, Instant now);

/// GET /api/version/ and /api/users/me/.
void add_account_routes(Routes& routes);

} // namespace site
