#pragma once
// Who calls: API tokens, and bearer tokens from the portal's own OpenID provider.
#include "call.hpp"

#include <string>
#include <variant>

namespace site {

/// The name of the account that `--token` belongs to: a service provider, not staff.
inline constexpr auto service_account = "site-agent";

/// What is empty is made from the name.
struct Account {
    std::string uuid = {}, username = {}, token = {}, email = {}, full_name = {}, short_name = {};
    bool is_staff = false;
    bool is_scoped = false; ///< sees only what its roles make visible, and reports no usage
    bool is_active = true;
};

void put_user(Database& database, const Account& account);

/// The caller, or the 401 that the request gets.
std::variant<User, Response> identify(const Request& request, Database& database, Instant now);

/// POST /oauth/token: the client-credentials grant.
Response oauth_token(const Request& request, Database& database, Instant now);

/// GET /api/version/ and /api/users/me/.
void add_account_routes(Routes& routes);

} // namespace site
