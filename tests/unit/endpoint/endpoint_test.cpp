#include "endpoint/endpoint.hpp"

#include "store/database.hpp"
#include "store/notes.hpp"
#include "support/http_exchange.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <grp.h>
#include <unistd.h>

namespace site {
namespace {

using testing::HasSubstr;

constexpr auto reports = "/api/openportal-project-storage-reports/";

struct EndpointTest : testing::Test {
    EndpointTest()
    {
        config.state = dir.path() / "state";
        std::filesystem::create_directory(config.state);
        std::filesystem::permissions(config.state, std::filesystem::perms { 0700 });
        auto& portal = config.portals.emplace_back();
        portal.name = "main";
        portal.identifier = "brics";
        auto& cluster = config.clusters.emplace_back();
        cluster.name = "c1";
        cluster.portal = "main";
        config.endpoint.listen = text(where);
    }

    TempDir dir;
    const ListenAddress where { .socket = dir.path() / "e.sock" };
    Config config;
    const ManualClock clock { parse_instant("2026-11-05T08:00:00Z").value() };
    Endpoint endpoint { clock };
};

TEST_F(EndpointTest, ListensNowhereUnlessToldTo)
{
    config.endpoint.listen.clear();
    ASSERT_TRUE(endpoint.serve(config));
    EXPECT_EQ(endpoint.where(), "");
    EXPECT_FALSE(std::filesystem::exists(where.socket));
}

TEST_F(EndpointTest, AStoreThatIsNotThereIsATroubleAndNoEmptyList)
{
    ASSERT_TRUE(endpoint.serve(config));
    EXPECT_EQ(ask(where, "GET", reports).status, 503);
    ASSERT_TRUE(endpoint.trouble());
    EXPECT_THAT(*endpoint.trouble(), HasSubstr("storage reports: opening the state file"));
    ASSERT_TRUE(Database::open(config.state / "state.db", Database::Access::write));
    EXPECT_EQ(ask(where, "GET", reports).body, "[]");
    EXPECT_FALSE(endpoint.trouble());
}

TEST_F(EndpointTest, TellsHowTheAgentIs)
{
    ASSERT_TRUE(endpoint.serve(config));
    EXPECT_EQ(ask(where, "GET", "/healthz").status, 200);
    EXPECT_EQ(ask(where, "GET", "/readyz").status, 503);
    EXPECT_THAT(endpoint.trouble().value_or(""), HasSubstr("state: opening the state file"));
    EXPECT_EQ(ask(where, "GET", "/metrics").status, 503);

    {
        auto database = Database::open(config.state / "state.db", Database::Access::write);
        ASSERT_TRUE(database);
        const auto early = ask(where, "GET", "/readyz");
        EXPECT_EQ(early.status, 503);
        EXPECT_EQ(early.body, "cycle: there was none yet\n");
        ASSERT_TRUE((*database)->commit("a cycle", [&](Transaction& transaction) {
            Notes(**database).put(transaction, "cycle/c1", R"({"allocations":2})", clock.now());
        }));
    }
    EXPECT_EQ(ask(where, "GET", "/readyz").status, 200);
    EXPECT_FALSE(endpoint.trouble());
    const auto metrics = ask(where, "GET", "/metrics", "Accept: text/plain;version=0.0.4\r\n");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_EQ(metrics.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(metrics.body, HasSubstr("site_agent_allocations{cluster=\"c1\"} 2\n"));
    const auto page = ask(where, "GET", "/", "Accept: text/html\r\n");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(std::string(page.header("Content-Security-Policy")), HasSubstr("default-src 'none'"));
    EXPECT_THAT(page.body, HasSubstr("Ready: the last cycle was good and recent."));
    EXPECT_EQ(ask(where, "POST", "/").status, 405);
}

TEST_F(EndpointTest, AReloadTakesATokenAndLeavesTheSocket)
{
    ASSERT_TRUE(Database::open(config.state / "state.db", Database::Access::write));
    ASSERT_TRUE(endpoint.serve(config));
    EXPECT_EQ(ask(where, "GET", reports).status, 200);
    const Fd kept = connection_to(where);
    config.endpoint.token.file = dir.path() / "token";
    write_file(dir.path() / "token", "0123456789abcdef");
    ASSERT_TRUE(endpoint.serve(config));
    EXPECT_EQ(ask(where, "GET", reports).status, 401);
    EXPECT_EQ(ask(where, "GET", reports, "Authorization: Token 0123456789abcdef\r\n").status, 200);
    ASSERT_TRUE(send_all(kept, "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    EXPECT_THAT(read_to_end(kept), HasSubstr("HTTP/1.1 404 "));
}

TEST_F(EndpointTest, AnErrorLeavesAllAsItWas)
{
    ASSERT_TRUE(endpoint.serve(config));
    auto other = config;
    other.endpoint.token.file = dir.path() / "missing";
    EXPECT_FALSE(endpoint.serve(other));
    other = config;
    other.endpoint.listen = "unix:" + (dir.path() / "none/e.sock").string();
    const auto refused = endpoint.serve(other);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("endpoint: listening on unix:"));
    EXPECT_EQ(endpoint.where(), text(where));
    EXPECT_EQ(ask(where, "GET", "/x").status, 404);
}

TEST_F(EndpointTest, MovesAndEnds)
{
    ASSERT_TRUE(endpoint.serve(config));
    const ListenAddress there { .socket = dir.path() / "there.sock" };
    config.endpoint.listen = text(there);
    ASSERT_TRUE(endpoint.serve(config));
    EXPECT_EQ(ask(there, "GET", "/x").status, 404);
    EXPECT_FALSE(std::filesystem::exists(where.socket));
    endpoint.stop();
    EXPECT_FALSE(std::filesystem::exists(there.socket));
    EXPECT_EQ(endpoint.where(), "");
}

TEST_F(EndpointTest, AnotherGroupIsGivenWithoutAMomentInWhichNobodyListens)
{
    ASSERT_TRUE(endpoint.serve(config));
    const auto* group = ::getgrgid(::getegid());
    ASSERT_NE(group, nullptr);
    config.endpoint.group = group->gr_name;
    ASSERT_TRUE(endpoint.serve(config));
    EXPECT_EQ(std::filesystem::status(where.socket).permissions(), std::filesystem::perms { 0660 });
    EXPECT_EQ(ask(where, "GET", "/x").status, 404);
}

} // namespace
} // namespace site
