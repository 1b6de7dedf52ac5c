#include "unit/net/client_of.hpp"
#include "unit/net/connect_proxy.hpp"
#include "unit/net/scripted_server.hpp"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <thread>

namespace site {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::StartsWith;

Reply fine(const std::string&)
{
    return { answer(200, "[]") };
}

class Tls : public testing::Test {
protected:
    void SetUp() override
    {
        ca_file_ = testing::TempDir() + "ca-" + testing::UnitTest::GetInstance()->current_test_info()->name()
            + "-" + std::to_string(::getpid()) + ".pem";
        authority_.write(ca_file_);
    }
    void TearDown() override { std::filesystem::remove(ca_file_); }

    HttpSettings settings(std::uint16_t port, const std::string& host) const
    {
        auto made = settings_for(port, host, Scheme::https);
        made.ca_file = ca_file_;
        return made;
    }
    static std::string result(const HttpSettings& settings)
    {
        auto client = HttpClient::open(settings).value();
        const auto response = get(client);
        return response ? std::to_string(response->status) : failure(response);
    }

    Authority authority_;
    std::string ca_file_;
};

TEST_F(Tls, TrustsACertificateOfTheConfiguredAuthorityForTheName)
{
    ScriptedServer server(fine, authority_.issue("DNS:localhost"));
    EXPECT_EQ(result(settings(server.port(), "localhost")), "200");
}

TEST_F(Tls, KeepsItsConnection)
{
    ScriptedServer server(fine, authority_.issue("DNS:localhost"));
    auto client = HttpClient::open(settings(server.port(), "localhost")).value();
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(get(client));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(Tls, ChecksAnAddressAsAnAddress)
{
    ScriptedServer good(fine, authority_.issue("IP:127.0.0.1"));
    EXPECT_EQ(result(settings(good.port(), "127.0.0.1")), "200");
    ScriptedServer as_name(fine, authority_.issue("DNS:127.0.0.1"));
    EXPECT_THAT(result(settings(as_name.port(), "127.0.0.1")), HasSubstr("IP address mismatch"));
}

TEST_F(Tls, RefusesACertificateForAnotherName)
{
    ScriptedServer server(fine, authority_.issue("DNS:portal.example.org"));
    EXPECT_THAT(result(settings(server.port(), "localhost")),
        HasSubstr("its certificate is not trusted: hostname mismatch"));
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Tls, RefusesACertificateOfAnotherAuthority)
{
    const Authority other;
    ScriptedServer server(fine, other.issue("DNS:localhost"));
    EXPECT_THAT(result(settings(server.port(), "localhost")), HasSubstr("its certificate is not trusted: "));
    auto with_system_authorities = settings(server.port(), "localhost");
    with_system_authorities.ca_file.clear();
    EXPECT_THAT(result(with_system_authorities), HasSubstr("its certificate is not trusted: "));
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Tls, TakesNoAuthorityFromTheEnvironment)
{
    ScriptedServer server(fine, authority_.issue("DNS:localhost"));
    auto with_system_authorities = settings(server.port(), "localhost");
    with_system_authorities.ca_file.clear();
    ::setenv("SSL_CERT_FILE", ca_file_.c_str(), 1);
    EXPECT_THAT(result(with_system_authorities), HasSubstr("its certificate is not trusted: "));
    ::unsetenv("SSL_CERT_FILE");
}

TEST_F(Tls, RefusesACertificateThatHasRunOut)
{
    ScriptedServer server(fine, authority_.issue("DNS:localhost", Validity::expired));
    EXPECT_THAT(result(settings(server.port(), "localhost")), HasSubstr("certificate has expired"));
}

TEST_F(Tls, RefusesVersion11)
{
    ScriptedServer server(fine, authority_.issue("DNS:localhost"), TLS1_1_VERSION);
    EXPECT_THAT(
        result(settings(server.port(), "localhost")), StartsWith("unreachable: GET /api/: TLS with "));
    EXPECT_EQ(server.handshakes(), 0);
    EXPECT_TRUE(speaks(server.port(), TLS1_1_VERSION)); // with someone less careful
}

TEST_F(Tls, TakesVersion12)
{
    ScriptedServer server(fine, authority_.issue("DNS:localhost"), TLS1_2_VERSION);
    EXPECT_EQ(result(settings(server.port(), "localhost")), "200");
}

TEST_F(Tls, IsNotLeftByARedirectToPlainHttp)
{
    ScriptedServer plain(fine);
    const auto address = "http://127.0.0.1:" + std::to_string(plain.port()) + "/api/";
    ScriptedServer server(
        [&](const auto&) {
            return Reply { "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + address
                + "\r\nContent-Length: 0\r\n\r\n" };
        },
        authority_.issue("DNS:localhost"));
    EXPECT_THAT(result(settings(server.port(), "localhost")), HasSubstr("redirected (307) to \"" + address));
    EXPECT_EQ(plain.connections(), 0);
}

TEST_F(Tls, AServerWithoutTlsIsUnreachable)
{
    const Listener listener;
    std::thread plain([&] {
        Peer peer(listener.accept());
        peer.write(answer(400, "what?"));
        peer.wait_for_end();
    });
    EXPECT_THAT(
        result(settings(listener.port(), "localhost")), StartsWith("unreachable: GET /api/: TLS with "));
    plain.join();
}

TEST_F(Tls, ABodyCutShortIsAnError)
{
    ScriptedServer server(
        [](const auto&) {
            return Reply { "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]", Reply::Then::close };
        },
        authority_.issue("DNS:localhost"));
    EXPECT_THAT(result(settings(server.port(), "localhost")),
        HasSubstr("the connection was closed before the answer was whole"));
}

TEST_F(Tls, AKeptConnectionThatWasClosedIsReplaced)
{
    ScriptedServer server(
        [](const auto&) {
            return Reply { answer(200, "[]"), Reply::Then::close };
        },
        authority_.issue("DNS:localhost"));
    auto client = HttpClient::open(settings(server.port(), "localhost")).value();
    EXPECT_TRUE(get(client));
    EXPECT_TRUE(get(client));
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(Tls, NamesAnAuthorityFileThatCannotBeRead)
{
    auto broken = settings(1, "localhost");
    broken.ca_file = "/nonexistent/ca.pem";
    const auto client = HttpClient::open(broken);
    EXPECT_EQ(client.error().code, Errc::invalid);
    EXPECT_THAT(client.error().text, HasSubstr("/nonexistent/ca.pem"));
}

TEST_F(Tls, GoesThroughAProxyToANameThatOnlyTheProxyCanReach)
{
    ScriptedServer server(fine, authority_.issue("DNS:portal.example.org"));
    const ConnectProxy proxy(server.port());
    auto through = settings(443, "portal.example.org");
    through.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
    EXPECT_EQ(result(through), "200");
    ASSERT_EQ(proxy.requests().size(), 1U);
    EXPECT_THAT(proxy.requests().front(), StartsWith("CONNECT portal.example.org:443 HTTP/1.1\r\n"));
    EXPECT_THAT(proxy.requests().front(), testing::Not(HasSubstr("Authorization")));
}

TEST_F(Tls, ChecksTheCertificateBehindAProxy)
{
    ScriptedServer server(fine, authority_.issue("DNS:other.example.org"));
    const ConnectProxy proxy(server.port());
    auto through = settings(443, "portal.example.org");
    through.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
    EXPECT_THAT(result(through), HasSubstr("hostname mismatch"));
}

TEST_F(Tls, SaysWhatAProxyThatRefusesAnswered)
{
    const ConnectProxy proxy(1, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    auto through = settings(443, "portal.example.org");
    through.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
    EXPECT_THAT(result(through), HasSubstr("for a tunnel: it answered 407"));
}

TEST_F(Tls, RefusesAProxyWithAPasswordInItsAddress)
{
    auto through = settings(443, "portal.example.org");
    through.proxy = "http://me:secret@127.0.0.1:3128";
    const auto client = HttpClient::open(through);
    EXPECT_EQ(client.error().code, Errc::invalid);
    EXPECT_THAT(client.error().text, testing::Not(HasSubstr("secret")));
}

} // namespace
} // namespace site
