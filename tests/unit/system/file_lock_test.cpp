#include "system/file_lock.hpp"

#include "support/temp_dir.hpp"
#include "system/clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

namespace site {
namespace {

using namespace std::chrono_literals;

const Instant morning = Instant { std::chrono::sys_days { std::chrono::year { 2026 } / 11 / 5 } } + 8h;

bool acquired(const Result<LockResult>& result)
{
    return result && std::holds_alternative<std::shared_ptr<const FileLock>>(*result);
}

std::string holder(const Result<LockResult>& result)
{
    if (!result)
        return result.error().text;
    const auto* held = std::get_if<LockHeld>(&*result);
    return held ? held->by : "nobody";
}

TEST(FileLock, NamesTheHolderToTheNextWhoAsks)
{
    const TempDir dir;
    const auto first = try_lock(dir.path() / "lock", "site-agent apply", morning);
    ASSERT_TRUE(acquired(first)) << holder(first);
    const auto second = try_lock(dir.path() / "lock", "site-agent daemon", morning + 1h);
    EXPECT_EQ(holder(second),
        "\"site-agent apply\" (pid " + std::to_string(::getpid()) + ") since 2026-11-05T08:00:00Z");
}

TEST(FileLock, IsFreeAgainWhenGivenBack)
{
    const TempDir dir;
    {
        const auto first = try_lock(dir.path() / "lock", "a long name for the first", morning);
        ASSERT_TRUE(acquired(first)) << holder(first);
    }
    const auto second = try_lock(dir.path() / "lock", "second", morning);
    ASSERT_TRUE(acquired(second)) << holder(second);
    EXPECT_EQ(
        read_file(dir.path() / "lock"), std::to_string(::getpid()) + "\nsecond\n2026-11-05T08:00:00Z\n");
}

TEST(FileLock, IsTakenWhateverStoodInTheFile)
{
    const TempDir dir;
    write_file(dir.path() / "lock", "rubbish");
    EXPECT_TRUE(acquired(try_lock(dir.path() / "lock", "test", morning)));
}

TEST(FileLock, NamesNobodyWhenTheFileDoesNot)
{
    const TempDir dir;
    const auto first = try_lock(dir.path() / "lock", "test", morning);
    ASSERT_TRUE(acquired(first)) << holder(first);
    write_file(dir.path() / "lock", "rubbish");
    EXPECT_EQ(holder(try_lock(dir.path() / "lock", "test", morning)), "somebody who left no name");
}

TEST(FileLock, IsNotTakenThroughALink)
{
    const TempDir dir;
    std::filesystem::create_symlink(dir.path() / "elsewhere", dir.path() / "lock");
    const auto lock = try_lock(dir.path() / "lock", "test", morning);
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, Errc::refused);
    EXPECT_FALSE(std::filesystem::exists(dir.path() / "elsewhere"));
}

TEST(FileLock, IsAnErrorWithoutItsFolder)
{
    const TempDir dir;
    const auto lock = try_lock(dir.path() / "absent/lock", "test", morning);
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error(),
        (Error { Errc::not_found,
            "taking the lock \"" + (dir.path() / "absent/lock").native()
                + "\": opening it: No such file or directory" }));
}

TEST(FileLock, IsWaitedForUntilItsHolderGivesItBack)
{
    const TempDir dir;
    auto first = try_lock(dir.path() / "lock", "first", morning);
    ASSERT_TRUE(acquired(first)) << holder(first);
    int asked = 0;
    const auto give_back_when_asked_twice = [&] {
        if (++asked == 2)
            first = LockResult { LockHeld {} };
        return false;
    };
    const auto second
        = wait_for_lock(dir.path() / "lock", "second", SystemClock(), 60s, give_back_when_asked_twice);
    EXPECT_TRUE(acquired(second)) << holder(second);
    EXPECT_EQ(asked, 2);
}

TEST(FileLock, IsNotWaitedForPastOnesPatience)
{
    const TempDir dir;
    const auto first = try_lock(dir.path() / "lock", "first", morning);
    const auto second
        = wait_for_lock(dir.path() / "lock", "second", SystemClock(), 0ms, [] { return false; });
    EXPECT_THAT(holder(second), testing::StartsWith("\"first\" (pid "));
}

TEST(FileLock, IsNotWaitedForAfterAStop)
{
    const TempDir dir;
    const auto first = try_lock(dir.path() / "lock", "first", morning);
    int asked = 0;
    const auto second
        = wait_for_lock(dir.path() / "lock", "second", SystemClock(), 1h, [&] { return ++asked == 3; });
    EXPECT_THAT(holder(second), testing::StartsWith("\"first\" (pid "));
    EXPECT_EQ(asked, 3);
}

} // namespace
} // namespace site
