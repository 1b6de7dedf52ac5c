#include "system/system_log.hpp"

#include "api/fd.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace site {
namespace {

TEST(SystemLog, IsToldOneLineAsANotice)
{
    const TempDir dir;
    const auto path = dir.path() / "log";
    const Fd server { ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(server.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_TRUE(tell_system_log("anchor 12:ab\ncd", path));
    std::array<char, 256> heard {};
    const auto size = ::recv(server.number(), heard.data(), heard.size(), 0);
    ASSERT_GT(size, 0);
    const std::string text(heard.data(), static_cast<std::size_t>(size));
    EXPECT_TRUE(text.starts_with("<29>site-agent[")) << text;
    EXPECT_TRUE(text.ends_with("]: anchor 12:ab?cd")) << text;
}

TEST(SystemLog, ThatIsNotThereIsAnError)
{
    const TempDir dir;
    EXPECT_EQ(tell_system_log("x", dir.path() / "log").error().code, Errc::not_found);
}

} // namespace
} // namespace site
