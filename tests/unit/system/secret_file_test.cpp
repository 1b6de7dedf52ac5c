#include "system/secret_file.hpp"

#include "support/temp_dir.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/stat.h>
#include <type_traits>
#include <unistd.h>

namespace site {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class SecretFileTest : public testing::Test {
protected:
    std::filesystem::path file(const std::string& content, mode_t mode = 0600)
    {
        auto path = dir.path() / "token";
        write_file(path, content);
        ::chmod(path.c_str(), mode);
        return path;
    }
    // what is wrong with such a file
    std::string complaint(const std::string& content, mode_t mode = 0600)
    {
        const auto secret = read_secret(file(content, mode));
        return secret ? "nothing" : secret.error().text;
    }
    TempDir dir;
};

TEST_F(SecretFileTest, IsReadWithoutItsNewline)
{
    for (const std::string content : { "s3cret t0ken", "s3cret t0ken\n", "s3cret t0ken\r\n" }) {
        const auto secret = read_secret(file(content));
        ASSERT_TRUE(secret) << secret.error().text;
        EXPECT_EQ(secret->view(), "s3cret t0ken");
    }
}

TEST_F(SecretFileTest, MayBeReadableByItsGroup)
{
    for (const mode_t mode : { 0400U, 0440U, 0600U, 0640U })
        EXPECT_TRUE(read_secret(file("s", mode)));
}

TEST_F(SecretFileTest, IsRefusedWhenOthersMayReadOrChangeIt)
{
    for (const mode_t mode : { 0604U, 0602U, 0601U, 0620U, 0660U, 0644U })
        EXPECT_THAT(complaint("s", mode), EndsWith("others may read or change it (chmod 0600, or 0640)"));
}

TEST_F(SecretFileTest, IsRefusedWhenItIsNoRegularFile)
{
    const auto real = file("s");
    std::filesystem::create_symlink(real, dir.path() / "link");
    const auto link = read_secret(dir.path() / "link");
    ASSERT_FALSE(link);
    EXPECT_EQ(link.error(),
        (Error { Errc::refused,
            "reading the secret in \"" + (dir.path() / "link").native() + "\": it is a symbolic link" }));

    ASSERT_EQ(::mkfifo((dir.path() / "fifo").c_str(), 0600), 0);
    const auto fifo = read_secret(dir.path() / "fifo");
    ASSERT_FALSE(fifo);
    EXPECT_THAT(fifo.error().text, EndsWith("it is no regular file"));
    EXPECT_FALSE(read_secret(dir.path()));
}

TEST_F(SecretFileTest, IsRefusedWhenItIsNotOneLineOfText)
{
    using namespace std::string_literals;
    EXPECT_THAT(complaint(""), EndsWith("it is empty"));
    EXPECT_THAT(complaint("\n"), EndsWith("it is empty"));
    for (const auto& content : { "a\nb"s, "a\n\n"s, "a\0b"s, "a\tb"s, "a\x7f"s })
        EXPECT_THAT(complaint(content), EndsWith("it has more than one line, or a control character"));
}

TEST_F(SecretFileTest, HasABoundedSize)
{
    EXPECT_EQ(complaint(std::string(4096, 's') + "\n"), "nothing");
    EXPECT_THAT(complaint(std::string(4097, 's')), EndsWith("it is longer than 4096 bytes"));
    EXPECT_THAT(complaint(std::string(1 << 20, 's')), EndsWith("it is longer than 4096 bytes"));
}

TEST_F(SecretFileTest, NeverShowsInAnError)
{
    EXPECT_THAT(complaint("hush\x01"), Not(HasSubstr("hush")));
    EXPECT_THAT(complaint("hush", 0644), Not(HasSubstr("hush")));
}

TEST_F(SecretFileTest, IsNotFoundWhereItIsNot)
{
    const auto secret = read_secret(dir.path() / "absent");
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().code, Errc::not_found);
}

TEST_F(SecretFileTest, ComesFromTheServiceManagersFolder)
{
    file("from systemd\n", 0400);
    ::setenv("CREDENTIALS_DIRECTORY", dir.path().c_str(), 1);
    const auto secret = read_credential("token");
    const auto outside = read_credential("../token");
    const auto above = read_credential("..");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    ASSERT_TRUE(secret) << secret.error().text;
    EXPECT_EQ(secret->view(), "from systemd");
    ASSERT_FALSE(outside);
    EXPECT_EQ(outside.error().code, Errc::invalid);
    EXPECT_FALSE(above);

    const auto none = read_credential("token");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Errc::not_found);
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value)
{
    out << value;
};

TEST(Secret, CanNeitherBePrintedNorCopied)
{
    static_assert(!Printable<Secret>);
    static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
    Secret first("s3cret");
    Secret second = std::move(first);
    EXPECT_EQ(second.view(), "s3cret");
    first = std::move(second);
    EXPECT_EQ(first.view(), "s3cret");
    EXPECT_TRUE(Secret().empty());
}

} // namespace
} // namespace site
