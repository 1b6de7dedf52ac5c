#include "system/stop_signals.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace site {
namespace {

using namespace std::chrono_literals;

class StopSignalsTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto made = StopSignals::block();
        ASSERT_TRUE(made) << made.error().text;
        signals = std::move(*made);
    }
    std::unique_ptr<StopSignals> signals;
};

TEST_F(StopSignalsTest, AskForNothingBeforeOneComes)
{
    EXPECT_FALSE(signals->stop_requested());
    EXPECT_FALSE(signals->take_reload());
    signals->wait(0ms);
    EXPECT_FALSE(signals->stop_requested());
}

TEST_F(StopSignalsTest, AskToStopForTerm)
{
    ::kill(::getpid(), SIGTERM);
    EXPECT_TRUE(signals->stop_requested());
    EXPECT_TRUE(signals->stop_requested());
    EXPECT_FALSE(signals->take_reload());
}

TEST_F(StopSignalsTest, AskToStopForInterrupt)
{
    ::kill(::getpid(), SIGINT);
    EXPECT_TRUE(signals->stop_requested());
}

TEST_F(StopSignalsTest, AskToReloadOnceForSeveralHangups)
{
    ::kill(::getpid(), SIGHUP);
    ::kill(::getpid(), SIGHUP);
    EXPECT_TRUE(signals->take_reload());
    EXPECT_FALSE(signals->take_reload());
    EXPECT_FALSE(signals->stop_requested());
}

TEST_F(StopSignalsTest, EndAWait)
{
    // in every thread: whichever the kernel picks has them blocked
    std::thread other([] { ::kill(::getpid(), SIGTERM); });
    signals->wait(60s);
    other.join();
    EXPECT_TRUE(signals->stop_requested());
}

TEST_F(StopSignalsTest, DoNotWaitForWhatIsKnown)
{
    ::kill(::getpid(), SIGHUP);
    EXPECT_FALSE(signals->stop_requested()); // reads the hangup as well
    signals->wait(1h);
    EXPECT_TRUE(signals->take_reload());
}

TEST_F(StopSignalsTest, ShowOnTheDescriptor)
{
    pollfd event { signals->descriptor(), POLLIN, 0 };
    EXPECT_EQ(::poll(&event, 1, 0), 0);
    ::kill(::getpid(), SIGHUP);
    EXPECT_EQ(::poll(&event, 1, 0), 1);
    EXPECT_TRUE(signals->take_reload());
    EXPECT_EQ(::poll(&event, 1, 0), 0);
}

TEST(StopSignals, LeaveTheMaskAsItWas)
{
    sigset_t before;
    sigset_t after;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &before);
    {
        const auto signals = StopSignals::block();
        ASSERT_TRUE(signals) << signals.error().text;
        ::kill(::getpid(), SIGTERM); // dropped, not delivered late
    }
    ::pthread_sigmask(SIG_BLOCK, nullptr, &after);
    for (const int number : { SIGTERM, SIGINT, SIGHUP })
        EXPECT_EQ(::sigismember(&before, number), ::sigismember(&after, number));
}

} // namespace
} // namespace site
