#include "endpoint/admission.hpp"

#include "support/temp_dir.hpp"
#include "unit/endpoint/endpoint_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace site {
namespace {

using test::listening;
using testing::HasSubstr;

const std::string token = "3c1f0a5f9f7e4a0e8b2d";

Request request(std::vector<HttpHeader> headers)
{
    return { .path = "/api/x/", .headers = std::move(headers) };
}

struct AdmissionTest : testing::Test {
    AdmissionTest() { write_file(dir.path() / "token", token + "\n"); }

    Admission on(const std::string& listen, bool with_token = false)
    {
        auto config = listening(listen);
        config.hosts = { "login1.example.org" };
        if (with_token)
            config.token.file = dir.path() / "token";
        return Admission::of(config).value();
    }
    int host(const Admission& admission, const std::string& host)
    {
        const auto refused = admission.wrong_host(request({ { "Host", host } }));
        return refused ? refused->status : 200;
    }
    std::string authorization(const std::string& value)
    {
        const auto refused
            = on("unix:/run/e.sock", true).wrong_token(request({ { "Authorization", value } }));
        return refused ? refused->body : "";
    }

    TempDir dir;
};

TEST_F(AdmissionTest, OnLoopbackOnlyItsOwnNamesAreTakenForHost)
{
    const auto admission = on("127.0.0.1:9470");
    for (const auto* good : { "localhost", "localhost:9470", "LocalHost:1", "127.0.0.1:9470", "[::1]:9470",
             "login1.example.org", "login1.example.org:80" })
        EXPECT_EQ(host(admission, good), 200) << good;
    for (const auto* bad : { "evil.example.org", "localhost.evil.example.org", "127.0.0.1.evil.example.org",
             "localhost:9470:1", "localhost:x", "127.0.0.2", "", "localhost,evil", "[::1", "user@localhost" })
        EXPECT_EQ(host(admission, bad), 400) << bad;
    EXPECT_TRUE(admission.wrong_host(request({})));
}

TEST_F(AdmissionTest, ElsewhereAnyProperHostWillDo)
{
    for (const auto& admission : { on("unix:/run/e.sock"), on("10.1.2.3:9470", true) }) {
        EXPECT_EQ(host(admission, "reports.example.org"), 200);
        EXPECT_EQ(host(admission, "a b"), 400);
        EXPECT_EQ(host(admission, "a\"<b"), 400);
        EXPECT_FALSE(admission.wrong_host(request({})));
    }
}

TEST_F(AdmissionTest, TakesTheTokenUnderBothWords)
{
    EXPECT_EQ(authorization("Token " + token), "");
    EXPECT_EQ(authorization("token " + token), "");
    EXPECT_EQ(authorization("Bearer " + token), "");
    EXPECT_EQ(authorization(""), R"({"detail":"Authentication credentials were not provided."})");
    EXPECT_EQ(
        authorization("Basic " + token), R"({"detail":"Authentication credentials were not provided."})");
    EXPECT_EQ(authorization("Token"), R"({"detail":"Invalid token header. No credentials provided."})");
    EXPECT_EQ(authorization("Token a b"),
        R"({"detail":"Invalid token header. Token string should not contain spaces."})");
    for (const auto& wrong : { token.substr(1), token + "0", std::string("x"), std::string(5000, 'a') })
        EXPECT_EQ(authorization("Token " + wrong), R"({"detail":"Invalid token."})");
    const auto refused = on("unix:/run/e.sock", true).wrong_token(request({}));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 401);
    EXPECT_EQ(refused->header("WWW-Authenticate"), "Token");
}

TEST_F(AdmissionTest, WithoutATokenNobodyNeedsOne)
{
    EXPECT_FALSE(on("127.0.0.1:9470").wrong_token(request({})));
    EXPECT_FALSE(on("unix:/run/e.sock").wrong_token(request({ { "Authorization", "Token x" } })));
}

TEST_F(AdmissionTest, BeyondLoopbackThereIsNoneWithoutAToken)
{
    const auto made = Admission::of(listening("0.0.0.0:9470"));
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().text, HasSubstr("can be reached from other machines and has no token"));
}

TEST_F(AdmissionTest, ATokenThatCouldBeGuessedOrOthersCanReadIsRefused)
{
    auto config = listening("127.0.0.1:9470");
    config.token.file = dir.path() / "token";
    write_file(dir.path() / "token", "secret-but-short");
    EXPECT_TRUE(Admission::of(config));
    write_file(dir.path() / "token", "secret-but-shor");
    EXPECT_THAT(Admission::of(config).error().text, HasSubstr("shorter than 16 characters"));
    EXPECT_THAT(Admission::of(config).error().text, testing::Not(HasSubstr("secret-but")));
    write_file(dir.path() / "token", "two words of a token");
    EXPECT_THAT(Admission::of(config).error().text, HasSubstr("has a blank"));
    write_file(dir.path() / "token", token, 0644);
    EXPECT_THAT(Admission::of(config).error().text, HasSubstr("others may read or change it"));
}

} // namespace
} // namespace site
