#include "support/agent_home.hpp"
#include "support/background_agent.hpp"
#include "support/portal_process.hpp"
#include "support/slurm_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <thread>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string secret = "hush5e77ec0de0123token4567that89nobody0sees1";

/// A token unlike anything else, through everything that the program does, with the log at its most
/// talkative.
class TokenKept : public testing::Test {
protected:
    TokenKept() : portal({ .token = secret })
    {
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.resolve_people = false;
        options.token = secret;
        options.more = "log: {level: debug}\nintervals: {cycle: 1s, usage: 1s, status: 1s}\n";
        home = std::make_unique<AgentHome>(options);
    }

    /// Every place that something may have been written to.
    void expect_nowhere()
    {
        EXPECT_THAT(said, Not(HasSubstr(secret)));
        for (const auto& place :
            { home->path("state"), home->path("run"), std::filesystem::path(slurm.programs()) })
            for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
                if (entry.is_regular_file() && !entry.is_symlink()) {
                    EXPECT_EQ(read_file(entry.path()).find(secret), std::string::npos) << entry.path();
                }
            }
        EXPECT_THAT(slurm.calls(), HasSubstr("sacctmgr")); // the places are the right ones
        EXPECT_THAT(read_file(slurm.path("environ.log")), HasSubstr("PATH="));
    }

    void run(std::vector<std::string> words)
    {
        const auto output = home->run(words);
        said += output.text + output.exit.errors;
    }
    void run_everything()
    {
        for (const std::vector<std::string>& words :
            std::vector<std::vector<std::string>> { { "check" }, { "plan", "--commands" },
                { "--format", "json", "plan" }, { "apply" }, { "usage", "collect" }, { "usage" },
                { "outbox" }, { "outbox", "send" }, { "journal" }, { "--format", "json", "journal" },
                { "status" }, { "--format", "json", "status" }, { "config" }, { "config", "check" } })
            run(words);
    }

    SlurmBook slurm;
    PortalProcess portal;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> home;
    std::string said;
};

TEST_F(TokenKept, ThroughAllCommands)
{
    run_everything();
    EXPECT_THAT(said, HasSubstr("create account sandbox/brics.climate")); // the token was good
    expect_nowhere();
}

TEST_F(TokenKept, WhenThePortalRepeatsItBackInItsErrors)
{
    run({ "apply" });
    for (const std::string status : { "400", "401", "403", "404", "500" }) {
        portal.fault(R"({"match": {"path": "/api/"}, "times": -1, "kind": "status", "status": )" + status
            + R"(, "body": "{\"detail\": \"no such token: )" + secret + R"(\", \")" + secret
            + R"(\": [\"Token )" + secret + R"(\"]}"})");
        run_everything();
        (void)portal.control("DELETE", "faults");
    }
    EXPECT_THAT(said, HasSubstr("no such token")); // it did say so
    portal.fault(
        R"({"match": {"path": "/api/"}, "times": -1, "kind": "redirect", "url": "http://127.0.0.1:1/x?token=)"
        + secret + R"("})");
    run_everything();
    EXPECT_THAT(said, HasSubstr("redirected"));
    expect_nowhere();
}

TEST_F(TokenKept, WhenThePortalIsAwayOrAnswersNonsense)
{
    for (const auto* kind : { "reset", "truncate", "html", "revoked_token", "bad_json", "wrong_count" }) {
        portal.fault(std::string(R"({"match": {"path": "/api/"}, "times": -1, "kind": ")") + kind + "\"}");
        run({ "plan" });
        run({ "usage", "collect" });
        (void)portal.control("DELETE", "faults");
    }
    run({ "apply" });
    expect_nowhere();
}

TEST_F(TokenKept, ByTheServiceInItsLogProcessAndFiles)
{
    BackgroundAgent service(*home, { "run" });
    ASSERT_TRUE(service.says("status report: 4 resources"));
    const auto process = std::filesystem::path("/proc") / std::to_string(service.pid());
    for (const auto* file : { "cmdline", "environ", "comm", "status" })
        EXPECT_EQ(read_file(process / file).find(secret), std::string::npos) << file;
    EXPECT_THAT(read_file(process / "cmdline"), HasSubstr("site-agent"));
    EXPECT_THAT(read_file(process / "status"), HasSubstr("Umask:\t0077"));
    EXPECT_THAT(read_file(process / "limits"), testing::ContainsRegex("Max core file size +0 +0 "));
    portal.fault(
        R"({"match": {"path": "/api/"}, "times": -1, "kind": "status", "status": 401, "body": "{\"detail\": \")"
        + secret + R"(\"}"})");
    ASSERT_TRUE(service.says("401"));
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
    said = service.log();
    EXPECT_THAT(said, HasSubstr(" debug: "));
    expect_nowhere();
}

TEST_F(TokenKept, NeitherByTheFilesOfOthersToRead)
{
    std::filesystem::remove_all(home->path("state"));
    const auto before = ::umask(0); // of whoever starts it
    run({ "apply" });
    ::umask(before);
    struct stat found { };
    ASSERT_EQ(::stat(home->path("state").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700U);
    for (const auto* folder : { "state", "run" })
        for (const auto& entry : std::filesystem::directory_iterator(home->path(folder))) {
            ASSERT_EQ(::stat(entry.path().c_str(), &found), 0);
            EXPECT_EQ(found.st_mode & 0177, 0U) << entry.path();
        }
}

} // namespace
} // namespace site
