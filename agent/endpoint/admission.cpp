#include "endpoint/admission.hpp"

#include "config/listen_address.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

namespace site {
namespace {

constexpr std::size_t shortest_token = 16;

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// The name in a Host header, in lower case and without its port; none when it is no proper one.
std::optional<std::string> host_name(std::string_view header)
{
    const auto bracket = header.find(']');
    const bool six = header.starts_with('[');
    const auto end = six ? (bracket == std::string_view::npos ? bracket : bracket + 1) : header.find(':');
    const auto name = header.substr(0, end);
    auto port = header.substr(std::min(name.size(), header.size()));
    if (!port.empty()) {
        port.remove_prefix(1);
        if (header[name.size()] != ':' || !std::all_of(port.begin(), port.end(), is_digit) || port.size() > 5)
            return std::nullopt;
    }
    const auto fits = [&](char c) {
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return (small >= 'a' && small <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_'
            || (six && (c == '[' || c == ']' || c == ':'));
    };
    if (name.empty() || name.size() > 253 || !std::all_of(name.begin(), name.end(), fits))
        return std::nullopt;
    return lower(name);
}

HttpResponse unauthorized(std::string_view text)
{
    auto answer = detail(401, text);
    answer.headers.push_back({ "WWW-Authenticate", "Token" });
    return answer;
}

} // namespace

TokenDigest::Digest TokenDigest::digest(std::string_view token)
{
    Digest out {};
    ::SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), out.data());
    return out;
}

Result<TokenDigest> TokenDigest::of(const Secret& secret)
{
    const auto token = secret.view();
    if (token.size() < shortest_token)
        return Error { Errc::refused,
            "it is shorter than " + std::to_string(shortest_token) + " characters and could be guessed" };
    if (token.find(' ') != std::string_view::npos)
        return Error { Errc::invalid, "it has a blank in it" };
    TokenDigest made;
    made.digest_ = digest(token);
    return made;
}

bool TokenDigest::matches(std::string_view token) const
{
    const auto given = digest(token);
    return ::CRYPTO_memcmp(given.data(), digest_.data(), digest_.size()) == 0;
}

Result<Admission> Admission::of(const EndpointConfig& config)
{
    Admission made;
    const auto address = parse_listen_address(config.listen);
    if (!address)
        return address.error().in("endpoint.listen");
    if (config.has_token()) {
        auto secret = config.token.credential.empty() ? read_secret(config.token.file)
                                                      : read_credential(config.token.credential);
        if (!secret)
            return secret.error().in("endpoint");
        auto token = TokenDigest::of(*secret);
        if (!token)
            return token.error().in("endpoint: its token");
        made.token_ = *token;
    }
    if (!made.token_ && !address->is_local())
        return Error { Errc::refused,
            "endpoint.listen: " + text(*address) + " can be reached from other machines and has no token" };
    if (address->is_local() && !address->is_socket()) {
        made.hosts_ = { "localhost", "127.0.0.1", "[::1]" };
        made.hosts_.push_back(
            address->host.find(':') == std::string::npos ? address->host : "[" + address->host + "]");
        made.hosts_.insert(made.hosts_.end(), config.hosts.begin(), config.hosts.end());
    }
    return made;
}

std::optional<HttpResponse> Admission::wrong_host(const Request& request) const
{
    const auto header = request.header("Host");
    if (header.empty() && hosts_.empty())
        return std::nullopt;
    const auto name = host_name(header);
    if (name && (hosts_.empty() || std::find(hosts_.begin(), hosts_.end(), *name) != hosts_.end()))
        return std::nullopt;
    return html_answer(400, "Bad Request (400)", "");
}

std::optional<HttpResponse> Admission::wrong_token(const Request& request) const
{
    if (!token_)
        return std::nullopt;
    const auto header = request.header("Authorization");
    const auto blank = header.find(' ');
    const auto word = header.substr(0, blank);
    if (!same_word(word, "token") && !same_word(word, "bearer"))
        return unauthorized("Authentication credentials were not provided.");
    const auto given = blank == std::string_view::npos ? std::string_view {} : header.substr(blank + 1);
    if (given.empty())
        return unauthorized("Invalid token header. No credentials provided.");
    if (given.find(' ') != std::string_view::npos)
        return unauthorized("Invalid token header. Token string should not contain spaces.");
    if (!token_->matches(given))
        return unauthorized("Invalid token.");
    return std::nullopt;
}

} // namespace site
