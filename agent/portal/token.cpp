#include "portal/token.hpp"

#include "model/identifier.hpp"
#include "portal/error_line.hpp"
#include "portal/wire.hpp"

#include <algorithm>
#include <utility>

namespace site {
namespace {

constexpr Seconds before_end { 30 }; // as the portal's own agent has it
constexpr std::uint64_t most_grant = 256UL << 10;

Result<Secret> secret_of(const SecretSource& source)
{
    auto secret = source.credential.empty() ? read_secret(source.file) : read_credential(source.credential);
    if (!secret)
        return secret.error();
    const auto fits = [](char c) { return c > ' ' && c <= '~'; };
    if (!std::ranges::all_of(secret->view(), fits))
        return Error { Errc::invalid, "the secret holds characters that a header can't have" };
    return secret;
}

void hide(std::string& text, std::string_view secret)
{
    if (secret.size() < 4) // nothing that short is worth hiding, and hiding it would spoil every text
        return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
        text.replace(at, secret.size(), "[secret]");
}

} // namespace

Token::Token(
    const PortalConfig& config, const Clock& clock, const RetryBounds& retry, std::function<bool()> stop)
    : source_(config.oidc ? config.oidc->client_secret : config.token), oidc_(config.oidc), clock_(&clock),
      retry_(retry), stop_(std::move(stop))
{
}

Result<Token> Token::open(const PortalConfig& config, const Clock& clock, const RetryBounds& retry,
    std::function<bool()> stop, const std::string& user_agent)
{
    Token token(config, clock, retry, stop);
    if (auto read = token.read(); !read)
        return read.error();
    if (!config.oidc)
        return token;
    auto url = parse_url(config.oidc->token_url);
    if (!url)
        return url.error().in("the provider's token_url");
    auto client = HttpClient::open({ .origin = *url,
                                       .user_agent = user_agent,
                                       .ca_file = config.ca_file,
                                       .proxy = config.proxy,
                                       .connect_timeout = config.connect_timeout,
                                       .answer_timeout = config.request_timeout,
                                       .connections = 1,
                                       .most_body = most_grant },
        std::move(stop));
    if (!client)
        return client.error().in("the identity provider");
    token.provider_ = std::move(*client);
    return token;
}

Result<void> Token::read()
{
    auto secret = secret_of(source_);
    if (!secret)
        return secret.error().in(oidc_ ? "reading the client secret" : "reading the portal's token");
    secret_ = std::move(*secret);
    return {};
}

Result<std::string> Token::authorization()
{
    if (!oidc_)
        return "Token " + std::string(secret_.view());
    if (granted_.empty() || clock_->steady() >= granted_until_) {
        auto grant = granted();
        if (!grant && grant.error().code == Errc::refused) {
            // The client secret may have been replaced since it was read.
            auto fresh = reread();
            if (!fresh)
                return fresh.error();
            if (*fresh)
                grant = granted();
        }
        if (!grant)
            return grant.error();
        granted_ = std::move(grant->token);
        granted_until_ = clock_->steady() + std::max(grant->lifetime - before_end, Seconds { 0 });
    }
    return "Bearer " + granted_;
}

/// Whether the secret is another one now.
Result<bool> Token::reread()
{
    const Secret before = std::exchange(secret_, Secret {});
    if (auto again = read(); !again)
        return again.error();
    return secret_.view() != before.view();
}

Result<bool> Token::renew()
{
    auto other = reread();
    if (!other)
        return other.error();
    granted_.clear();
    return *other || oidc_.has_value();
}

Result<Grant> Token::granted()
{
    const auto url = parse_url(oidc_->token_url);
    if (!url)
        return url.error();
    std::string form = "grant_type=client_credentials&client_id=" + encoded(oidc_->client_id)
        + "&client_secret=" + encoded(secret_.view());
    if (!oidc_->scope.empty())
        form += "&scope=" + encoded(oidc_->scope);
    const HttpRequest request {
        .method = HttpMethod::post,
        .target = (url->path.empty() ? "/" : url->path) + (url->query.empty() ? "" : "?" + url->query),
        .headers
        = { { "Accept", "application/json" }, { "Content-Type", "application/x-www-form-urlencoded" } },
        .body = std::move(form),
    };
    Retry retry(retry_, *clock_, stop_, machine_random());
    auto result = std::move(provider_->exchange({ &request, 1 }).front());
    while (worth_repeating(result) && retry.again(result))
        result = std::move(provider_->exchange({ &request, 1 }).front());

    const std::string doing = "asking the identity provider for a token";
    if (!result)
        return result.error().in(doing);
    if (result->status != 200) {
        const auto words = without_secrets(error_line(*result));
        const auto code = worth_repeating(result) ? Errc::unreachable : Errc::refused;
        return Error { code,
            doing + ": it answered " + std::to_string(result->status) + (words.empty() ? "" : ": " + words) };
    }
    if (!result->is("application/json"))
        return Error { Errc::unreachable, doing + ": its answer is not JSON" };
    auto grant = read_grant(result->body);
    if (!grant)
        return Error { Errc::unreachable, doing + ": " + grant.error().text };
    return grant;
}

std::string Token::without_secrets(std::string text) const
{
    hide(text, secret_.view());
    hide(text, granted_);
    return text;
}

HttpCount Token::count() const
{
    return provider_ ? provider_->count() : HttpCount {};
}

} // namespace site
