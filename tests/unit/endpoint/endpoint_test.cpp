#include "endpoint/endpoint.hpp"

#include "store/database.hpp"
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
