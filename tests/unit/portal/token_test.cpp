#include "portal/token.hpp"
#include "unit/portal/rig.hpp"

#include <atomic>
#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

/// An identity provider that hands out t1, t2 and so on.
class TokenOfProvider : public testing::Test {
protected:
    Token open(std::uint32_t retries = 0)
    {
        PortalConfig config;
        config.oidc = Oidc { .token_url
            = "http://127.0.0.1:" + std::to_string(provider_.port()) + "/realms/x/token?kind=a",
            .client_id = "agent&co",
            .client_secret = secret_.source(),
            .scope = "portal usage" };
        const RetryBounds bounds { .retries = retries,
            .pauses = { .first = std::chrono::milliseconds { 1 }, .most = std::chrono::milliseconds { 1 } } };
        return Token::open(config, clock_, bounds, {}, "site-agent/test").value();
    }

    std::atomic<int> given_ = 0;
    std::string expires_ = R"(,"expires_in":600)";
    ScriptedServer provider_ { [this](const std::string& request) {
        if (request.find("client_secret=goodsecret") == std::string::npos)
            return Reply { answer(401, R"({"error":"invalid_client","error_description":"bad badsecret"})") };
        return Reply { answer(
            200, R"({"access_token":"token-)" + std::to_string(++given_) + "\"" + expires_ + "}") };
    } };
    SecretFile secret_ { "goodsecret" };
    ManualClock clock_ { some_time() };
};

TEST_F(TokenOfProvider, IsAskedForWithClientCredentials)
{
    auto token = open();
    EXPECT_TRUE(provider_.requests().empty());
    EXPECT_EQ(token.authorization().value(), "Bearer token-1");
    const auto seen = provider_.requests().front();
    EXPECT_THAT(seen, testing::StartsWith("POST /realms/x/token?kind=a HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("Content-Type: application/x-www-form-urlencoded\r\n"));
    EXPECT_THAT(seen,
        testing::EndsWith("grant_type=client_credentials&client_id=agent%26co"
                          "&client_secret=goodsecret&scope=portal%20usage"));
}

TEST_F(TokenOfProvider, IsKeptUntilThirtySecondsBeforeItsEnd)
{
    auto token = open();
    EXPECT_EQ(token.authorization().value(), "Bearer token-1");
    clock_.advance(Seconds { 569 });
    EXPECT_EQ(token.authorization().value(), "Bearer token-1");
    clock_.advance(Seconds { 1 });
    EXPECT_EQ(token.authorization().value(), "Bearer token-2");
}

TEST_F(TokenOfProvider, LastsFiveMinutesWhenNothingIsSaid)
{
    expires_.clear();
    auto token = open();
    EXPECT_EQ(token.authorization().value(), "Bearer token-1");
    clock_.advance(Seconds { 269 });
    EXPECT_EQ(token.authorization().value(), "Bearer token-1");
    clock_.advance(Seconds { 1 });
    EXPECT_EQ(token.authorization().value(), "Bearer token-2");
}

TEST_F(TokenOfProvider, IsAskedForAnewAfterARefusal)
{
    auto token = open();
    EXPECT_EQ(token.authorization().value(), "Bearer token-1");
    EXPECT_TRUE(token.renew().value());
    EXPECT_EQ(token.authorization().value(), "Bearer token-2");
}

TEST_F(TokenOfProvider, ReadsItsSecretAgainWhenTheProviderRefusesIt)
{
    secret_.write("badsecret");
    auto token = open();
    const auto refused = token.authorization();
    EXPECT_EQ(refused.error().code, Errc::refused);
    EXPECT_EQ(refused.error().text,
        "asking the identity provider for a token: it answered 401: invalid_client; error_description: bad "
        "[secret]");
    EXPECT_EQ(provider_.requests().size(), 1U);
    secret_.write("goodsecret");
    EXPECT_EQ(token.authorization().value(), "Bearer token-1");
}

TEST_F(TokenOfProvider, IsHiddenInWhatOthersSay)
{
    auto token = open();
    ASSERT_TRUE(token.authorization());
    EXPECT_EQ(token.without_secrets("token-1 and goodsecret"), "[secret] and [secret]");
}

TEST(FixedToken, IsSentAsItIs)
{
    const SecretFile file("0123456789");
    const ManualClock clock { some_time() };
    PortalConfig config;
    config.token = file.source();
    auto token = Token::open(config, clock, {}, {}, "t").value();
    EXPECT_EQ(token.authorization().value(), "Token 0123456789");
    EXPECT_FALSE(token.renew().value());
    file.write("9876543210");
    EXPECT_TRUE(token.renew().value());
    EXPECT_EQ(token.authorization().value(), "Token 9876543210");
}

TEST(FixedToken, ThatCannotBeReadIsNamedByItsFile)
{
    const ManualClock clock { some_time() };
    PortalConfig config;
    config.token.file = "/nonexistent/token";
    const auto token = Token::open(config, clock, {}, {}, "t");
    EXPECT_THAT(token.error().text, HasSubstr("/nonexistent/token"));
}

TEST(FixedToken, WithASpaceIsRefusedWithoutBeingShown)
{
    const SecretFile file("Token 0123456789");
    const ManualClock clock { some_time() };
    PortalConfig config;
    config.token = file.source();
    const auto token = Token::open(config, clock, {}, {}, "t");
    EXPECT_EQ(token.error().code, Errc::invalid);
    EXPECT_THAT(token.error().text, Not(HasSubstr("0123456789")));
}

} // namespace
} // namespace site
