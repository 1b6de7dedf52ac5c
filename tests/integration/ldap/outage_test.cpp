#include "real_directory.hpp"

#include "api/fd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace site {
namespace {

using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;

TEST(Ldap, AnOutageIsAnErrorAndOverWithANewConnection)
{
    LdapSandbox sandbox(LdapSchema::rfc2307);
    RealDirectory real(sandbox);
    const auto wanted = std::vector { project("brics.x", 7001, { "u001" }) };
    real.settle(wanted);
    const auto changes = real.plan({ project("brics.x", 7001, { "u001", "u002" }) }).changes;
    ASSERT_EQ(changes.size(), 1u);
    sandbox.tool("stop");
    const auto results = real.plugin().apply(changes);
    ASSERT_FALSE(results[0]);
    EXPECT_EQ(results[0].error().code, Errc::unreachable);
    const auto away = real.look(wanted);
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().code, Errc::unreachable);
    const auto said = real.plugin().check();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].code, "ldap-no-connection");

    sandbox.tool("start");
    const auto seen = real.look(wanted);
    EXPECT_TRUE(seen) << seen.error().text;
    EXPECT_THAT(real.apply(changes), Each(EndsWith(": ok")));
    EXPECT_EQ(real.members("brics.x").size(), 2u);

    // a server that was started anew between two cycles is no error at all, nor between look and change
    sandbox.tool("stop");
    sandbox.tool("start");
    const auto again = real.look(wanted);
    EXPECT_TRUE(again) << again.error().text;
    const auto back = real.plan(wanted).changes;
    ASSERT_EQ(back.size(), 1u);
    sandbox.tool("kill");
    sandbox.tool("start");
    EXPECT_THAT(real.apply(back), Each(EndsWith(": ok")));
    EXPECT_EQ(real.members("brics.x").size(), 1u);
    sandbox.tool("stop");
    sandbox.tool("start");
    EXPECT_EQ(real.plugin().check()[0].code, "ldap-connection");
}

TEST(Ldap, AServerThatStopsAnsweringIsLeftAtTheDeadline)
{
    LdapSandbox sandbox(LdapSchema::rfc2307);
    RealDirectory real(sandbox);
    real.settings.connect_timeout = Seconds { 1 };
    real.settings.read_deadline = Seconds { 1 };
    real.settings.change_deadline = Seconds { 1 };
    const auto wanted = std::vector { project("brics.x", 7001, { "u001" }) };
    const auto changes = real.plan(wanted).changes;
    sandbox.tool("freeze");
    const auto late = real.look(wanted);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Errc::timed_out) << late.error().text;
    EXPECT_FALSE(real.look(wanted)); // and a new connection comes no further
    sandbox.tool("thaw");
    const auto seen = real.look(wanted);
    ASSERT_TRUE(seen) << seen.error().text;
    sandbox.tool("freeze");
    const auto before = real.plugin().counts();
    for (const auto& result : real.plugin().apply(changes)) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Errc::timed_out) << result.error().text;
    }
    EXPECT_EQ(real.plugin().counts().searches - before.searches, 1u); // one try for all of them
    EXPECT_EQ(real.plugin().counts().changes, before.changes);
    sandbox.tool("thaw");
    EXPECT_THAT(real.apply(real.plan(wanted).changes), Each(EndsWith(": ok")));
}

TEST(Ldap, AServerThatTakesConnectionsAndNeverSpeaksIsLeftAtTheDeadline)
{
    const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener.number(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener.number(), 4), 0);
    ASSERT_EQ(::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.connect_timeout = Seconds { 1 };
    const auto port = std::to_string(ntohs(address.sin_port));
    for (const auto& [url, start_tls] : { std::pair("ldap://127.0.0.1:" + port, false),
             std::pair("ldap://127.0.0.1:" + port, true), std::pair("ldaps://127.0.0.1:" + port, false) }) {
        real.restart();
        real.settings.url = url;
        real.settings.start_tls = start_tls;
        const auto seen = real.look({});
        ASSERT_FALSE(seen);
        EXPECT_TRUE(retryable(seen.error().code)) << seen.error().text;
    }
}

} // namespace
} // namespace site
