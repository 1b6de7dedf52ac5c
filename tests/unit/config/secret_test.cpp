#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string secret = "6f1e9b0c2d3a4f5061728394a5b6c7d8e9f00112";

TEST(Secrets, InTheFileItselfAreRefused)
{
    EXPECT_THAT(problems_of(sample_with("token_file: /etc/site-agent/token", "token: " + secret)),
        ElementsAre(
            "a.yaml:2:5: portals[0]: has no token, allowed is exactly one of token_file, token_credential or "
            "oidc",
            "a.yaml:5:5: portals[0].token: secrets come from a file or a systemd credential, allowed is "
            "token_file or "
            "token_credential"));
    EXPECT_THAT(
        problems_of(sample_with("token_file: /etc/site-agent/token",
            "oidc: {token_url: https://x.org, client_id: a, client_secret_file: /s, client_secret: x}")),
        ElementsAre(
            "a.yaml:5:76: portals[0].oidc.client_secret: secrets come from a file or a systemd credential, "
            "allowed is client_secret_file or client_secret_credential"));
    EXPECT_THAT(problems_of(sample + "password: x\n"),
        ElementsAre("a.yaml:12:1: password: secrets come from a file or a systemd credential"));
}

/// Every way in which a secret gets into a file by mistake: the value is in no problem and in no setting.
TEST(Secrets, AreNeverRepeated)
{
    const std::string token = "token_file: /etc/site-agent/token";
    const std::string oidc = "oidc: {token_url: https://x.org, client_id: a, ";
    const std::string pieces[] = {
        "token: " + secret,
        "token: &a " + secret,
        "token: *" + secret,
        "token: !" + secret + " x",
        "toekn: " + secret,
        "token: [" + secret + "]",
        "token_file: " + secret,
        "token_file: /" + secret + "/..",
        "token_file: [" + secret + "]",
        "token_credential: " + secret,
        "token_credential: a " + secret,
        oidc + "client_secret: " + secret + "}",
        oidc + "client_secret_file: " + secret + "}",
        oidc + "client_secret_credential: " + secret + "}",
        token + "\n    token: \"" + secret,
        token + "\n    proxy: http://user:" + secret + "@proxy.example.org:80",
        token + "\n    proxy: " + secret,
    };
    for (const auto& piece : pieces) {
        const auto yaml = sample_with(token, piece);
        const auto problems = problems_of(yaml);
        EXPECT_THAT(problems, Not(testing::IsEmpty())) << piece;
        for (const auto& problem : problems)
            EXPECT_THAT(problem, Not(HasSubstr(secret)));
        for (const auto& setting : effective(yaml, "a.yaml"))
            EXPECT_THAT(setting.key + setting.value, Not(HasSubstr(secret)));
    }
}

TEST(Secrets, InUrlsAreNeverRepeated)
{
    for (const auto& url : { "https://user:" + secret + "@portal.example.org",
             "https://portal.example.org/?x-auth-token=" + secret, "ftp://" + secret }) {
        const auto yaml = sample_with("https://portal.example.org/", url);
        const auto problems = problems_of(yaml);
        ASSERT_EQ(problems.size(), 1U);
        EXPECT_THAT(problems.front(), Not(HasSubstr(secret)));
        for (const auto& setting : effective(yaml, "a.yaml"))
            EXPECT_THAT(setting.value, Not(HasSubstr(secret)));
    }
}

TEST(Secrets, ThatStandInTheCredentialsNameAreTakenForWhatTheyAre)
{
    EXPECT_THAT(problems_of(sample_with("token_file: /etc/site-agent/token", "token_credential: " + secret)),
        ElementsAre("a.yaml:5:23: portals[0].token_credential: looks like the secret itself, allowed is the "
                    "name of a "
                    "systemd credential (letters, digits, _ . -)"));
}

} // namespace
} // namespace site::test
