#include "net/url.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

TEST(UrlParts, AreTakenApart)
{
    const auto url = parse_url("https://Portal.Example.org/base/api/?x=1#part").value();
    EXPECT_EQ(url,
        (Url { .scheme = Scheme::https,
            .host = "portal.example.org",
            .port = 443,
            .path = "/base/api/",
            .query = "x=1" }));
    EXPECT_EQ(url.authority(), "portal.example.org");
    EXPECT_EQ(parse_url("http://[::1]:8080").value().authority(), "[::1]:8080");
    EXPECT_EQ(parse_url("http://[::1]").value().host, "::1");
}

TEST(UrlParts, OfOtherKindsAreRefused)
{
    for (const auto* text :
        { "", "portal.example.org", "ftp://a/", "file:///etc/passwd", "https://", "https:///x",
            "https://a:99999/", "https://a:0/", "https://me:secret@a/", "https://me@a/", "//a/b", "/a",
            "https://a b/", "https://a%0d%0ab/", "http://127.0.0.1.example.org/", "http://1.2.3.4.5/" }) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, Errc::invalid);
        EXPECT_EQ(url.error().text.find("secret"), std::string::npos);
    }
}

TEST(UrlParts, AHostThatWasDecodedIntoSomethingElseIsRefused)
{
    for (const auto* text :
        { "https://%4088", "https://a%2fb.example.org/", "https://a%3fb/", "https://a%23b/",
            "https://user%40host/", "https://a%0d%0ab/", "https://a%5cb/", "https://a%2525/" })
        EXPECT_FALSE(parse_url(text)) << text;
    EXPECT_TRUE(parse_url("https://[::1]:8443/"));
}

TEST(UrlParts, TellLoopbackFromTheRest)
{
    for (const auto* text :
        { "http://localhost/", "http://127.0.0.1/", "http://127.1.2.3:80/", "http://[::1]/" })
        EXPECT_TRUE(parse_url(text).value().is_loopback()) << text;
    for (const auto* text :
        { "http://10.0.0.1/", "http://localhost.example.org/", "http://[::2]/", "http://128.0.0.1/" })
        EXPECT_FALSE(parse_url(text).value().is_loopback()) << text;
}

TEST(UrlParts, TellAnAddressFromAName)
{
    EXPECT_TRUE(is_ip_address("192.0.2.1"));
    EXPECT_TRUE(is_ip_address("2001:db8::1"));
    EXPECT_FALSE(is_ip_address("portal.example.org"));
    EXPECT_FALSE(is_ip_address("1.2.3"));
}

TEST(UrlEncoding, LeavesNothingThatHasAMeaning)
{
    EXPECT_EQ(encoded("climate.brics-1_~"), "climate.brics-1_~");
    EXPECT_EQ(encoded("a/b?c&d=e#f g+h%"), "a%2Fb%3Fc%26d%3De%23f%20g%2Bh%25");
    EXPECT_EQ(encoded("\xc3\xa9\r\n"), "%C3%A9%0D%0A");
    EXPECT_EQ(encoded(""), "");
}

TEST(UrlEncoding, ReadsAParameterBack)
{
    EXPECT_EQ(query_value("page=2&page_size=100", "page"), "2");
    EXPECT_EQ(query_value("a=b%20c", "a"), "b c");
    EXPECT_EQ(query_value("page_size=100", "page"), "");
    EXPECT_EQ(query_value("a=%zz", "a"), "");
    EXPECT_EQ(query_value("", "a"), "");
    const std::string longer = "page=23";
    EXPECT_EQ(query_value(std::string_view(longer).substr(0, 6), "page"), "2"); // not beyond its end
}

TEST(UrlEncoding, CutsTheQueryForMessages)
{
    EXPECT_EQ(without_query("/api/x/?token=secret"), "/api/x/");
    EXPECT_EQ(without_query("/api/x/"), "/api/x/");
}

} // namespace
} // namespace site
