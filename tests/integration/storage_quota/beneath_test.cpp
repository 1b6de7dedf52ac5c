#include "storage_quota/beneath.hpp"

#include "integration/storage_quota/storage_site.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

struct stat status_of(const std::filesystem::path& path)
{
    struct stat status { };
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status;
}

class Beneath : public testing::Test {
protected:
    Result<void> make(const std::string& path, NewDirectory wanted = {})
    {
        return make_beneath(site_.fd(), path, wanted, [](int) { return Result<void>(); });
    }

    StorageSite site_;
};

TEST_F(Beneath, IsMadeWithOwnerGroupAndSetGroupId)
{
    const auto before = ::umask(077);
    const auto made = make("brics/climate", { 1001, 2002, 02770 });
    ::umask(before);
    ASSERT_TRUE(made) << (made ? "" : made.error().text);
    const auto status = status_of(site_.root() / "brics/climate");
    EXPECT_EQ(status.st_uid, 1001U);
    EXPECT_EQ(status.st_gid, 2002U);
    EXPECT_EQ(status.st_mode & 07777, 02770U);
    EXPECT_EQ(status_of(site_.root() / "brics").st_mode & 07777, 0755U);
    EXPECT_EQ(status_of(site_.root() / "brics").st_uid, 0U);
}

TEST_F(Beneath, OneThatIsThereIsNotTouched)
{
    std::filesystem::create_directory(site_.root() / "climate");
    ASSERT_EQ(::chmod((site_.root() / "climate").c_str(), 0711), 0);
    const auto made = make("climate", { 1, 1, 02770 });
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::conflict);
    EXPECT_EQ(status_of(site_.root() / "climate").st_mode & 07777, 0711U);
}

TEST_F(Beneath, FailingWorkLeavesNothing)
{
    const auto made = make_beneath(site_.fd(), "climate", {}, [](int) -> Result<void> {
        return Error { Errc::internal, "as asked" };
    });
    EXPECT_FALSE(made);
    EXPECT_TRUE(std::filesystem::is_empty(site_.root()));
}

TEST_F(Beneath, WhatAnEarlierRunLeftIsNoHindrance)
{
    std::filesystem::create_directory(site_.root() / ".site-agent.climate");
    EXPECT_TRUE(make("climate"));
    EXPECT_FALSE(std::filesystem::exists(site_.root() / ".site-agent.climate"));
}

/// In a folder where a project's members write, a link must lead nowhere: not when it stands in the place of
/// the directory, of a folder before it, or of the name that it is made under.
TEST_F(Beneath, NoSymbolicLinkIsFollowed)
{
    const StorageSite elsewhere;
    std::ofstream(elsewhere.root() / "secret") << "theirs";
    std::filesystem::create_directory(elsewhere.root() / "users");
    std::filesystem::create_directory(site_.root() / "climate");
    std::filesystem::create_directory_symlink(elsewhere.root() / "users", site_.root() / "climate/users");
    std::filesystem::create_directory_symlink(elsewhere.root(), site_.root() / "mia");
    std::filesystem::create_directory_symlink(elsewhere.root(), site_.root() / ".site-agent.olu");
    const auto before = status_of(elsewhere.root());
    for (const auto* path : { "climate/users/mia", "climate/users", "mia", "mia/below", "olu" }) {
        const auto made = make(path, { 1001, 1001, 0777 });
        EXPECT_FALSE(made) << path;
    }
    for (const auto* path : { "climate/users/mia", "climate/users", "mia" }) {
        const auto opened = open_beneath(site_.fd(), path);
        ASSERT_FALSE(opened) << path;
        EXPECT_NE(opened.error().text.find("is a symbolic link, which is not followed"), std::string::npos)
            << opened.error().text;
    }
    EXPECT_FALSE(move_aside(site_.fd(), "climate/users", "2026-11-27"));
    const auto after = status_of(elsewhere.root());
    EXPECT_EQ(before.st_mode, after.st_mode);
    EXPECT_EQ(before.st_uid, after.st_uid);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(elsewhere.root()), {}), 2);
    EXPECT_TRUE(std::filesystem::is_empty(elsewhere.root() / "users"));
}

TEST_F(Beneath, PathsThatLeadOutAreRefused)
{
    for (const auto* path : { "../out", "a/../b", "/etc", "", "a//b", ".", "a/.", ".hidden", "a/" }) {
        EXPECT_FALSE(make(path)) << path;
        EXPECT_FALSE(open_beneath(site_.fd(), path)) << path;
    }
}

TEST_F(Beneath, NothingThereIsNoError)
{
    const auto opened = open_beneath(site_.fd(), "not/here");
    ASSERT_TRUE(opened);
    EXPECT_FALSE(*opened);
}

TEST_F(Beneath, MovedAsideKeepsEverything)
{
    ASSERT_TRUE(make("brics/climate", { 1001, 1001, 02770 }));
    std::ofstream(site_.root() / "brics/climate/data") << "precious";
    auto moved = move_aside(site_.fd(), "brics/climate", "2026-11-27");
    ASSERT_TRUE(moved) << (moved ? "" : moved.error().text);
    EXPECT_EQ(*moved, ".retired/brics+climate.2026-11-27");
    std::string text;
    std::ifstream(site_.root() / *moved / "data") >> text;
    EXPECT_EQ(text, "precious");
    EXPECT_EQ(status_of(site_.root() / ".retired").st_mode & 07777, 0700U);
    EXPECT_FALSE(std::filesystem::exists(site_.root() / "brics/climate"));
    // The same name on the same day again.
    ASSERT_TRUE(make("brics/climate"));
    moved = move_aside(site_.fd(), "brics/climate", "2026-11-27");
    ASSERT_TRUE(moved);
    EXPECT_EQ(*moved, ".retired/brics+climate.2026-11-27-2");
    EXPECT_EQ(move_aside(site_.fd(), "brics/climate", "2026-11-27").error().code, Errc::not_found);
}

TEST_F(Beneath, AFolderForTheRetiredThatOthersMayWriteToIsRefused)
{
    ASSERT_TRUE(make("climate"));
    std::filesystem::create_directory(site_.root() / ".retired");
    ASSERT_EQ(::chmod((site_.root() / ".retired").c_str(), 0777), 0);
    EXPECT_FALSE(move_aside(site_.fd(), "climate", "2026-11-27"));
    EXPECT_TRUE(std::filesystem::exists(site_.root() / "climate"));
}

} // namespace
} // namespace site
