#include "system/log.hpp"

#include "api/fd.hpp"
#include "support/temp_dir.hpp"

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

using testing::MatchesRegex;

/// Standard error leads to a file for the test's time.
class LogTest : public testing::Test {
protected:
    void SetUp() override
    {
        before = Fd(::dup(STDERR_FILENO));
        const Fd file(::open((dir.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        ASSERT_TRUE(file);
        ::dup2(file.number(), STDERR_FILENO);
    }
    void TearDown() override
    {
        ::dup2(before.number(), STDERR_FILENO);
        ::unsetenv("JOURNAL_STREAM");
    }
    std::string logged()
    {
        spdlog::default_logger()->flush();
        return read_file(dir.path() / "log");
    }
    TempDir dir;
    Fd before;
};

TEST_F(LogTest, WritesLinesForPeople)
{
    ASSERT_TRUE(log_setup("info", LogStyle::text));
    spdlog::debug("hidden");
    spdlog::info("account \"{}\" made", "brics.x");
    spdlog::warn("portal away");
    EXPECT_THAT(logged(),
        MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z info: account \"brics.x\" made\n"
                     "[0-9T:-]+Z warn: portal away\n"));
}

TEST_F(LogTest, PutsThePriorityInFrontForTheJournal)
{
    struct stat info { };
    ASSERT_EQ(::fstat(STDERR_FILENO, &info), 0);
    ::setenv("JOURNAL_STREAM", (std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino)).c_str(), 1);
    ASSERT_TRUE(log_setup("debug", LogStyle::text));
    spdlog::error("one");
    spdlog::warn("two");
    spdlog::info("three");
    spdlog::debug("four");
    EXPECT_EQ(logged(), "<3>one\n<4>two\n<6>three\n<7>four\n");
}

TEST_F(LogTest, PutsNoPriorityWhereTheJournalIsNotListening)
{
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    ASSERT_TRUE(log_setup("info", LogStyle::text));
    spdlog::error("one");
    EXPECT_THAT(logged(), MatchesRegex("[0-9T:-]+Z error: one\n"));
}

TEST_F(LogTest, WritesOneJsonObjectALine)
{
    ASSERT_TRUE(log_setup("info", LogStyle::json));
    spdlog::warn("a \"name\"\nof two lines");
    const auto line = logged();
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    const auto object = boost::json::parse(line).as_object();
    EXPECT_EQ(object.at("level").as_string(), "warn");
    EXPECT_EQ(object.at("text").as_string(), "a \"name\"\nof two lines");
    EXPECT_EQ(object.at("time").as_string().size(), 20U);
}

TEST_F(LogTest, LetsNoMessageForgeAnotherLine)
{
    ASSERT_TRUE(log_setup("info", LogStyle::text));
    spdlog::info("user \"{}\"", "x\n2026-01-01T00:00:00Z error: \x1b[31mforged");
    EXPECT_THAT(
        logged(), MatchesRegex("[^\n]+info: user \"x[?]2026-01-01T00:00:00Z error: [?]\\[31mforged\"\n"));
}

TEST_F(LogTest, KnowsFourLevels)
{
    for (const char* level : { "error", "warn", "info", "debug" })
        EXPECT_TRUE(log_setup(level, LogStyle::text));
    const auto wrong = log_setup("loud", LogStyle::text);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(
        wrong.error(), (Error { Errc::invalid, "log level \"loud\" is none of error, warn, info, debug" }));
}

} // namespace
} // namespace site
