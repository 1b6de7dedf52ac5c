#include "integration/portal/real_portal.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;

class SignIn : public RealPortal {
protected:
    void use_provider(const SecretFile& secret)
    {
        config_.token = {};
        config_.oidc = Oidc { .token_url = process_.url() + "/oauth/token",
            .client_id = "site-agent",
            .client_secret = secret.source(),
            .scope = "" };
    }
};

TEST_F(SignIn, WithATokenSaysWhoWeAre)
{
    const auto portal = open();
    EXPECT_EQ(portal->whoami().value(), "site-agent");
    EXPECT_FALSE(portal->version().value().empty());
}

TEST_F(SignIn, WithAWrongTokenIsRefusedAndTheTokenNeverShown)
{
    const std::string wrong(40, 'f');
    token_.write(wrong);
    const auto answer = open()->whoami();
    EXPECT_EQ(answer.error().code, Errc::refused);
    EXPECT_THAT(answer.error().text, HasSubstr("GET /api/users/me/: token refused (401)"));
    EXPECT_THAT(answer.error().text, testing::Not(HasSubstr(wrong)));
}

TEST_F(SignIn, GoesOnWithATokenThatWasReplaced)
{
    const auto portal = open();
    ASSERT_TRUE(portal->whoami());
    const std::string fresh(40, 'a');
    process_.control("POST", "users/set", R"({"username":"site-agent","token":")" + fresh + "\"}");
    EXPECT_EQ(portal->whoami().error().code, Errc::refused);
    token_.write(fresh);
    EXPECT_EQ(portal->whoami().value(), "site-agent");
}

TEST_F(SignIn, WithAProviderAsksOnceForManyCalls)
{
    const SecretFile secret("sample-secret");
    use_provider(secret);
    const auto portal = open();
    EXPECT_EQ(portal->whoami().value(), "site-agent");
    EXPECT_EQ(portal->listing(ours).value().associations.size(), 14U);
    EXPECT_EQ(process_.requests("POST /oauth/token"), 1U);
}

TEST_F(SignIn, WithAProviderAsksAgainBeforeTheEnd)
{
    const SecretFile secret("sample-secret");
    use_provider(secret);
    const auto portal = open();
    ASSERT_TRUE(portal->whoami());
    clock_.advance(Seconds { 269 });
    ASSERT_TRUE(portal->whoami());
    EXPECT_EQ(process_.requests("POST /oauth/token"), 1U);
    clock_.advance(Seconds { 1 });
    ASSERT_TRUE(portal->whoami());
    EXPECT_EQ(process_.requests("POST /oauth/token"), 2U);
}

TEST_F(SignIn, WithAProviderAsksAgainWhenThePortalRefuses)
{
    const SecretFile secret("sample-secret");
    use_provider(secret);
    const auto portal = open();
    ASSERT_TRUE(portal->whoami());
    process_.fault(R"({"kind":"revoked_token","times":1,"match":{"path":"/api/"}})");
    EXPECT_EQ(portal->whoami().value(), "site-agent");
    EXPECT_EQ(process_.requests("POST /oauth/token"), 2U);
}

TEST_F(SignIn, WithAWrongClientSecretIsRefused)
{
    const SecretFile secret("wrong-secret");
    use_provider(secret);
    const auto answer = open()->whoami();
    EXPECT_EQ(answer.error().code, Errc::refused);
    EXPECT_THAT(answer.error().text, HasSubstr("asking the identity provider for a token: it answered 401"));
    EXPECT_THAT(answer.error().text, testing::Not(HasSubstr("wrong-secret")));
}

} // namespace
} // namespace site
