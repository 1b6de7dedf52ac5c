#include "endpoint/listening_socket.hpp"

#include "support/http_exchange.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <grp.h>
#include <sys/stat.h>

namespace site {
namespace {

using testing::HasSubstr;

struct ListeningSocketTest : testing::Test {
    Result<std::unique_ptr<ListeningSocket>> open(
        const std::string& group = {}, Takeover takeover = Takeover::no)
    {
        return ListeningSocket::open(where, group, takeover);
    }
    unsigned mode()
    {
        struct stat found { };
        return ::lstat(where.socket.c_str(), &found) == 0 ? found.st_mode & 07777 : 0;
    }

    TempDir dir;
    const ListenAddress where { .socket = dir.path() / "e.sock" };
};

TEST_F(ListeningSocketTest, IsForItsOwnUserAloneOrForAGroup)
{
    {
        const auto socket = open();
        ASSERT_TRUE(socket) << socket.error().text;
        EXPECT_EQ(mode(), 0600U);
    }
    const auto* group = ::getgrgid(::getegid());
    ASSERT_NE(group, nullptr);
    const auto socket = open(group->gr_name);
    ASSERT_TRUE(socket) << socket.error().text;
    EXPECT_EQ(mode(), 0660U);
    EXPECT_TRUE(connection_to(where));
}

TEST_F(ListeningSocketTest, GoesWithTheObjectAndLeavesNothingBeside)
{
    {
        const auto socket = open();
        ASSERT_TRUE(socket);
        EXPECT_TRUE(std::filesystem::exists(where.socket));
    }
    EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST_F(ListeningSocketTest, TakesThePlaceOfOneThatWasLeftBehind)
{
    {
        auto left = open();
        ASSERT_TRUE(left);
        std::filesystem::rename(where.socket, dir.path() / "kept");
    }
    std::filesystem::rename(dir.path() / "kept", where.socket);
    const auto socket = open();
    ASSERT_TRUE(socket) << socket.error().text;
    EXPECT_TRUE(connection_to(where));
}

TEST_F(ListeningSocketTest, DoesNotTakeWhatSomebodyUses)
{
    const auto first = open();
    ASSERT_TRUE(first);
    const auto second = open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().text,
        "listening on unix:" + where.socket.string() + ": another process listens there");
    EXPECT_TRUE(connection_to(where));
}

TEST_F(ListeningSocketTest, TheOldOneThatIsReplacedTakesNothingOfTheNewOne)
{
    auto first = open();
    ASSERT_TRUE(first);
    const auto second = open({}, Takeover::yes);
    ASSERT_TRUE(second) << second.error().text;
    first->reset();
    EXPECT_TRUE(connection_to(where));
}

TEST_F(ListeningSocketTest, DoesNotTakeThePlaceOfAFile)
{
    write_file(where.socket, "precious");
    for (const auto takeover : { Takeover::no, Takeover::yes }) {
        const auto socket = open({}, takeover);
        ASSERT_FALSE(socket);
        EXPECT_THAT(socket.error().text, HasSubstr("there is something that is no socket"));
    }
    EXPECT_EQ(read_file(where.socket), "precious");
}

TEST_F(ListeningSocketTest, AGroupThatIsNotThereIsNamed)
{
    const auto socket = open("no-such-group");
    ASSERT_FALSE(socket);
    EXPECT_THAT(socket.error().text, HasSubstr("there is no group \"no-such-group\""));
    EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST_F(ListeningSocketTest, APortThatIsTakenIsNamed)
{
    const auto first = ListeningSocket::open({ .host = "127.0.0.1" }, "", Takeover::no); // the kernel picks
    ASSERT_TRUE(first) << first.error().text;
    sockaddr_in bound {};
    socklen_t size = sizeof bound;
    ASSERT_EQ(::getsockname((*first)->fd().number(), reinterpret_cast<sockaddr*>(&bound), &size), 0);
    const auto port = std::to_string(ntohs(bound.sin_port));
    const auto second
        = ListeningSocket::open(parse_listen_address("127.0.0.1:" + port).value(), "", Takeover::no);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().text, "listening on 127.0.0.1:" + port + ": Address already in use");
}

} // namespace
} // namespace site
