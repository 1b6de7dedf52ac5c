#pragma once

#include "config/config.hpp"
#include "endpoint/request.hpp"
#include "model/result.hpp"
#include "system/secret_file.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// What of a token is kept: its SHA-256.
class TokenDigest {
public:
    /// Refused when it is shorter than 16 characters or has a blank, which no client could send.
    static Result<TokenDigest> of(const Secret&);
    /// In a time that says nothing about how much of it is right.
    [[nodiscard]] bool matches(std::string_view token) const;

private:
    using Digest = std::array<unsigned char, 32>;
    static Digest digest(std::string_view);
    Digest digest_ {};
};

/// Who may ask.
class Admission {
public:
    /// Reads the token, if there is one.
    static Result<Admission> of(const EndpointConfig&);

    /// On a loopback address a Host that is not one of ours is refused: a web page of somebody else's, whose
    /// name was made to lead here, would else be let in by its reader's browser. Elsewhere any proper one
    /// will do.
    [[nodiscard]] std::optional<HttpResponse> wrong_host(const Request&) const;
    /// The 401 that a request gets, or none: `Authorization: Token X` or `Bearer X`, the word in any case.
    [[nodiscard]] std::optional<HttpResponse> wrong_token(const Request&) const;

private:
    std::vector<std::string> hosts_; ///< empty: any
    std::optional<TokenDigest> token_;
};

} // namespace site
