// The endpoint as the service starts, moves and ends it.
#include "integration/endpoint/report_peer.hpp"
#include "support/background_agent.hpp"
#include "support/fake_slurm.hpp"
#include "support/portal_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto reports = "/api/openportal-project-storage-reports/";

struct EndpointOfTheService : testing::Test {
    EndpointOfTheService()
    {
        slurm.answer("sacctmgr.show.assoc", "root||||1|||||normal|\nroot|root||||||||normal|\n");
        slurm.answer("sacctmgr.show.account", "root|default root account|root\n");
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.resolve_people = false;
        home = std::make_unique<AgentHome>(options);
        listen("unix:" + socket().socket.string());
    }
    void listen(const std::string& where, const std::string& more = {})
    {
        options.more = where.empty() ? std::string {} : "endpoint: {listen: \"" + where + "\"" + more + "}\n";
        home->write_config(options);
    }
    [[nodiscard]] ListenAddress socket() const { return { .socket = home->path("run") / "e.sock" }; }

    FakeSlurm slurm;
    PortalProcess portal;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> home;
};

TEST_F(EndpointOfTheService, AnswersOnItsSocketUntilTheServiceLeaves)
{
    BackgroundAgent service(*home, { "run" });
    ASSERT_TRUE(service.says("endpoint: listening on unix:"));
    EXPECT_EQ(ask(socket(), "GET", reports).body, "[]");
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
    EXPECT_FALSE(std::filesystem::exists(socket().socket));
}

TEST_F(EndpointOfTheService, WhatCantBeListenedOnIsOneErrorAtTheStart)
{
    write_file(socket().socket, "no socket");
    const auto output = home->run({ "run" });
    EXPECT_EQ(output.exit.status, 1);
    EXPECT_THAT(output.exit.errors,
        HasSubstr("endpoint: listening on unix:" + socket().socket.string()
            + ": there is something that is no socket"));
    EXPECT_THAT(output.exit.errors, Not(HasSubstr("started for cluster")));
}

TEST_F(EndpointOfTheService, AReloadMovesItAndABadOneLeavesIt)
{
    BackgroundAgent service(*home, { "run" });
    ASSERT_TRUE(service.says("cycle: 4 allocations"));
    const auto port = free_port();
    write_file(home->path("reports-token"), "of sixteen or more");
    listen("127.0.0.1:" + std::to_string(port), ", token_file: " + home->path("reports-token").string());
    service.send(SIGHUP);
    ASSERT_TRUE(service.says("its token: it has a blank in it; going on with the old configuration"));
    EXPECT_EQ(ask(socket(), "GET", reports).status, 200);
    write_file(home->path("reports-token"), "0123456789abcdef0123");
    service.send(SIGHUP);
    ASSERT_TRUE(service.says("endpoint: listening on 127.0.0.1:" + std::to_string(port)));
    const ListenAddress there { .host = "127.0.0.1", .port = port };
    EXPECT_EQ(ask(there, "GET", reports).status, 401);
    EXPECT_EQ(ask(there, "GET", reports, "Authorization: Bearer 0123456789abcdef0123\r\n").status, 200);
    EXPECT_EQ(ask(there, "GET", reports, "Host: rebound.example.org\r\n").status, 400);
    EXPECT_FALSE(std::filesystem::exists(socket().socket));
    listen({});
    service.send(SIGHUP);
    ASSERT_TRUE(service.says("endpoint: listening on nothing"));
    EXPECT_EQ(ask(there, "GET", reports).status, 0);
    EXPECT_THAT(service.log(), Not(HasSubstr("0123456789abcdef0123")));
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
}

TEST_F(EndpointOfTheService, WhatAKilledServiceLeftIsInNobodysWay)
{
    {
        BackgroundAgent service(*home, { "run" });
        ASSERT_TRUE(service.says("endpoint: listening on unix:"));
    }
    EXPECT_TRUE(std::filesystem::exists(socket().socket));
    BackgroundAgent service(*home, { "run" });
    ASSERT_TRUE(service.says("endpoint: listening on unix:"));
    EXPECT_EQ(ask(socket(), "GET", reports).status, 200);
}

} // namespace
} // namespace site
