#include "config/listen_address.hpp"

#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ListenAddress, IsASocketOrAnAddressWithItsPort)
{
    for (const std::string same : { "unix:/run/site-agent/endpoint.sock", "127.0.0.1:9470", "[::1]:1",
             "0.0.0.0:65535", "[2001:db8::1]:9470" })
        EXPECT_EQ(text(parse_listen_address(same).value()), same);
    EXPECT_EQ(text(parse_listen_address("localhost:9470").value()), "127.0.0.1:9470");
    EXPECT_EQ(text(parse_listen_address("unix:/run/e/").value()), "unix:/run/e");
    for (const std::string wrong :
        { "", "9470", ":9470", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x",
            "127.0.0.1:-1", "::1:9470", "[::1:9470", "[]:9470", "host:9470", "127.0.0.1.example.org:80",
            "unix:", "unix:run/e", "unix:/run/../e", "http://127.0.0.1:80" })
        EXPECT_FALSE(parse_listen_address(wrong)) << wrong;
    EXPECT_TRUE(parse_listen_address("unix:/" + std::string(99, 'a')));
    EXPECT_FALSE(parse_listen_address("unix:/" + std::string(100, 'a')));
}

TEST(ListenAddress, IsLocalWhenOnlyThisMachineCanReachIt)
{
    for (const auto* local : { "unix:/e", "127.0.0.1:1", "127.255.0.9:1", "[::1]:1" })
        EXPECT_TRUE(parse_listen_address(local)->is_local()) << local;
    for (const auto* open : { "0.0.0.0:1", "[::]:1", "10.0.0.1:1", "[::ffff:127.0.0.1]:1" })
        EXPECT_FALSE(parse_listen_address(open)->is_local()) << open;
}

TEST(ListenAddress, OfTheFileIsKeptInOneSpelling)
{
    EXPECT_EQ(good("endpoint: {listen: \"localhost:9470\"}\n" + sample).endpoint.listen, "127.0.0.1:9470");
    EXPECT_THAT(problems_of("endpoint: {listen: \"somewhere:9470\"}\n" + sample),
        ElementsAre("a.yaml:1:20: endpoint.listen: \"somewhere:9470\" has no proper address, allowed is "
                    "unix:/PATH, ADDRESS:PORT or [ADDRESS]:PORT"));
}

TEST(EndpointResource, IsADestinationOfTwoOrMoreAgents)
{
    const auto given = [](const std::string& resource) {
        return problems_of("endpoint: {listen: \"unix:/e\", resource: \"" + resource + "\"}\n" + sample);
    };
    for (const std::string right : { "brics.c1", "brics.provider.platform.c-1", "a.b_c" })
        EXPECT_THAT(given(right), testing::IsEmpty()) << right;
    for (const std::string wrong : { "brics", "brics.", ".c1", "a..b", "a b.c", "a.-b" })
        EXPECT_THAT(given(wrong), ElementsAre(HasSubstr("endpoint.resource: "))) << wrong;
}

} // namespace
} // namespace site::test
