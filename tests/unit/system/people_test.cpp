#include "system/people.hpp"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>

namespace site {
namespace {

TEST(People, AreKnownByTheNameService)
{
    const auto root = person("root");
    ASSERT_TRUE(root) << root.error().text;
    EXPECT_EQ(*root, (Person { 0, 0 }));
}

TEST(People, AreUnknownWhenTheNameServiceSaysSo)
{
    const auto nobody_such = person("no-such-user-here");
    ASSERT_TRUE(nobody_such) << nobody_such.error().text;
    EXPECT_EQ(*nobody_such, std::nullopt);
}

TEST(People, AreFoundHoweverLongTheirEntryIs)
{
    // errno says something else on purpose: it is not what counts
    const auto long_entry = [](const char*, passwd* entry, char*, std::size_t size, passwd** found) {
        errno = ENOENT;
        if (size < 1'000'000)
            return ERANGE;
        entry->pw_uid = 1001;
        entry->pw_gid = 2002;
        *found = entry;
        return 0;
    };
    const auto someone = person("mia.climate", long_entry);
    ASSERT_TRUE(someone) << someone.error().text;
    EXPECT_EQ(*someone, (Person { 1001, 2002 }));
}

TEST(People, AreNotLookedForInMemoryWithoutBound)
{
    static std::size_t largest;
    largest = 0;
    const auto endless = [](const char*, passwd*, char*, std::size_t size, passwd**) {
        largest = std::max(largest, size);
        return ERANGE;
    };
    const auto someone = person("mia.climate", endless);
    ASSERT_FALSE(someone);
    EXPECT_EQ(someone.error().code, Errc::internal);
    EXPECT_EQ(largest, 64UL << 20);
}

TEST(People, AreNotUnknownWhenNobodyAnswers)
{
    const auto down = [](const char*, passwd*, char*, std::size_t, passwd**) { return ENOENT; };
    const auto someone = person("mia.climate", down);
    ASSERT_FALSE(someone);
    EXPECT_EQ(someone.error(),
        (Error { Errc::unreachable,
            "asking the name service for user \"mia.climate\": No such file or directory" }));
}

TEST(People, AreAskedForAgainAfterAnInterruption)
{
    static int calls;
    calls = 0;
    const auto interrupted
        = [](const char*, passwd*, char*, std::size_t, passwd**) { return ++calls == 1 ? EINTR : 0; };
    const auto someone = person("mia.climate", interrupted);
    ASSERT_TRUE(someone) << someone.error().text;
    EXPECT_EQ(calls, 2);
}

} // namespace
} // namespace site
