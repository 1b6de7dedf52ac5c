#include "system/atomic_file.hpp"

#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace site {
namespace {

std::vector<std::string> names_in(const TempDir& dir)
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
        names.push_back(entry.path().filename());
    return names;
}

mode_t mode_of(const std::filesystem::path& file)
{
    struct stat info { };
    ::stat(file.c_str(), &info);
    return info.st_mode & 07777;
}

TEST(AtomicFile, ReplacesContentAndMode)
{
    const TempDir dir;
    ASSERT_TRUE(write_atomically(dir.path() / "file", "a first, longer one", 0600));
    const auto second = write_atomically(dir.path() / "file", "second", 0644);
    ASSERT_TRUE(second) << second.error().text;
    EXPECT_EQ(read_file(dir.path() / "file"), "second");
    EXPECT_EQ(mode_of(dir.path() / "file"), 0644U);
    EXPECT_THAT(names_in(dir), testing::ElementsAre("file"));
}

TEST(AtomicFile, SetsTheModeWhateverTheUmask)
{
    const TempDir dir;
    const auto before = ::umask(0077);
    const auto written = write_atomically(dir.path() / "file", "x", 0664);
    ::umask(before);
    ASSERT_TRUE(written) << written.error().text;
    EXPECT_EQ(mode_of(dir.path() / "file"), 0664U);
}

TEST(AtomicFile, WritesMuch)
{
    const TempDir dir;
    const std::string content(5 << 20, 'x');
    ASSERT_TRUE(write_atomically(dir.path() / "file", content, 0600));
    EXPECT_EQ(read_file(dir.path() / "file"), content);
}

TEST(AtomicFile, TakesThePlaceOfALinkNotOfItsTarget)
{
    const TempDir dir;
    write_file(dir.path() / "target", "old");
    std::filesystem::create_symlink(dir.path() / "target", dir.path() / "file");
    ASSERT_TRUE(write_atomically(dir.path() / "file", "new", 0600));
    EXPECT_EQ(read_file(dir.path() / "target"), "old");
    EXPECT_FALSE(std::filesystem::is_symlink(dir.path() / "file"));
}

TEST(AtomicFile, LeavesEverythingAsItWasWhenItCant)
{
    const TempDir dir;
    std::filesystem::create_directories(dir.path() / "file/inside"); // a folder can't be renamed over
    const auto written = write_atomically(dir.path() / "file", "x", 0600);
    ASSERT_FALSE(written);
    EXPECT_EQ(
        written.error().text, "writing \"" + (dir.path() / "file").native() + "\": renaming: Is a directory");
    EXPECT_THAT(names_in(dir), testing::ElementsAre("file"));
}

TEST(AtomicFile, NeedsItsFolder)
{
    const TempDir dir;
    const auto written = write_atomically(dir.path() / "absent/file", "x", 0600);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::not_found);
}

} // namespace
} // namespace site
