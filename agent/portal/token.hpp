#pragma once

#include "config/config.hpp"
#include "net/http_client.hpp"
#include "portal/retry.hpp"
#include "portal/wire.hpp"
#include "system/secret_file.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace site {

/// What proves to the portal who we are: a fixed token, or one that an OpenID provider hands out for client
/// credentials and that is kept until 30 s before its end. No error and no log line ever holds a secret.
class Token {
public:
    /// Reads the secret; asks the provider for nothing yet. The clock must outlive the token.
    static Result<Token> open(const PortalConfig& config, const Clock& clock, const RetryBounds& retry,
        std::function<bool()> stop, const std::string& user_agent);

    /// The value for the header `Authorization`.
    Result<std::string> authorization();

    /// After a 401: reads the secret again, and forgets what the provider gave. True when there is
    /// something new to try with.
    Result<bool> renew();

    /// The text without our secrets, for what others may repeat back to us.
    [[nodiscard]] std::string without_secrets(std::string text) const;

    [[nodiscard]] HttpCount count() const;

private:
    Token(
        const PortalConfig& config, const Clock& clock, const RetryBounds& retry, std::function<bool()> stop);
    Result<void> read();
    Result<bool> reread();
    Result<Grant> granted();

    SecretSource source_;
    std::optional<Oidc> oidc_;
    const Clock* clock_;
    RetryBounds retry_;
    std::function<bool()> stop_;
    std::optional<HttpClient> provider_;
    Secret secret_;
    std::string granted_; ///< access token; empty: none
    std::chrono::steady_clock::time_point granted_until_ {};
};

} // namespace site
