#include "system/service_manager.hpp"

#include "api/fd.hpp"
#include "support/temp_dir.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace site {
namespace {

using testing::MatchesRegex;

/// Stands where systemd stands: a datagram socket named in the environment.
class ServiceManagerTest : public testing::Test {
protected:
    void SetUp() override
    {
        socket = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        const auto path = (dir.path() / "notify").native();
        ASSERT_LT(path.size(), sizeof address.sun_path);
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        ASSERT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    void TearDown() override
    {
        for (const char* name : { "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID" })
            ::unsetenv(name);
    }

    std::string heard()
    {
        std::array<char, 4096> block {};
        const auto got = ::recv(socket.number(), block.data(), block.size(), 0);
        return got < 0 ? "nothing" : std::string(block.data(), static_cast<std::size_t>(got));
    }

    TempDir dir;
    Fd socket;
};

TEST_F(ServiceManagerTest, HearsOfEveryState)
{
    ASSERT_TRUE(notify_ready("3 plugins"));
    EXPECT_EQ(heard(), "READY=1\nSTATUS=3 plugins");
    ASSERT_TRUE(notify_status("in order"));
    EXPECT_EQ(heard(), "STATUS=in order");
    ASSERT_TRUE(notify_watchdog());
    EXPECT_EQ(heard(), "WATCHDOG=1");
    ASSERT_TRUE(notify_reloading());
    EXPECT_THAT(heard(), MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
    ASSERT_TRUE(notify_stopping("waiting for a plugin"));
    EXPECT_EQ(heard(), "STOPPING=1\nSTATUS=waiting for a plugin");
}

TEST_F(ServiceManagerTest, HearsNoAssignmentThatAStatusHides)
{
    ASSERT_TRUE(notify_status("portal said\nREADY=1"));
    EXPECT_EQ(heard(), "STATUS=portal said READY=1");
}

TEST_F(ServiceManagerTest, TellsItsWatchdogsInterval)
{
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    const auto ours = watchdog_interval();
    ASSERT_TRUE(ours) << ours.error().text;
    EXPECT_EQ(*ours, std::chrono::seconds(30));

    ::setenv("WATCHDOG_PID", std::to_string(::getppid()).c_str(), 1);
    const auto of_another = watchdog_interval();
    ASSERT_TRUE(of_another) << of_another.error().text;
    EXPECT_EQ(*of_another, std::nullopt);

    ::unsetenv("WATCHDOG_PID");
    ::setenv("WATCHDOG_USEC", "soon", 1);
    EXPECT_FALSE(watchdog_interval());
}

TEST_F(ServiceManagerTest, IsAnErrorWhenItIsGone)
{
    ::setenv("NOTIFY_SOCKET", (dir.path() / "absent").c_str(), 1);
    const auto said = notify_watchdog();
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().text, "telling the service manager: No such file or directory");
}

TEST(ServiceManager, IsNotNeeded)
{
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    EXPECT_TRUE(notify_ready(""));
    EXPECT_TRUE(notify_stopping(""));
    const auto interval = watchdog_interval();
    ASSERT_TRUE(interval) << interval.error().text;
    EXPECT_EQ(*interval, std::nullopt);
}

} // namespace
} // namespace site
