#include "unix_groups/account_files.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string error_of(const Result<ByName<GroupEntry>>& parsed)
{
    return parsed ? "" : parsed.error().text;
}

TEST(GroupFile, ReadsNamesIdsAndMembers)
{
    const auto read = parse_group("root:x:0:\nproja:x:7001:u1,u2\n");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_THAT(*read, SizeIs(2));
    EXPECT_EQ(read->at("proja").gid, 7001U);
    EXPECT_THAT(member_list(read->at("proja").members), ElementsAre("u1", "u2"));
    EXPECT_THAT(member_list(read->at("root").members), IsEmpty());
}

TEST(GroupFile, PassesOverLinesOfNisCommentsAndBlanks)
{
    const auto read = parse_group("root:x:0:\n+\n+:::\n-bad:::\n# a note\n\n \t\nlast:x:5:\n");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_THAT(*read, SizeIs(2));
}

TEST(GroupFile, NamesTheLineThatIsMalformed)
{
    for (const auto* line :
        { "proja", "proja:x:7001", "proja:x:7001:u1:", ":x:7001:", "proja:x::", "proja:x:a:", "proja:x:-1:",
            "proja:x:4294967295:", "proja:x:4294967296:", "proja:x: 7:", "proja:x:7 :" })
        EXPECT_EQ(error_of(parse_group("root:x:0:\n\n" + std::string(line) + "\nlast:x:1:\n")),
            "line 3: it is malformed")
            << line;
    EXPECT_EQ(error_of(parse_group(std::string("a:x:1:\0\n", 8))), "line 1: it is malformed");
}

TEST(GroupFile, RefusesANameThatStandsThereTwice)
{
    EXPECT_EQ(
        error_of(parse_group("a:x:1:u1\nb:x:2:\na:x:1:u2\n")), "line 3: \"a\" stands there a second time");
}

TEST(GroupFile, TakesTwoNamesOfOneId)
{
    EXPECT_TRUE(parse_group("root:x:0:\ntoor:x:0:\n"));
}

TEST(GroupFile, IsNeverTakenForWholeWhenItIsCut)
{
    EXPECT_FALSE(parse_group(""));
    EXPECT_FALSE(parse_group("root:x:0:\nproja:x:7001:u1,u"));
}

TEST(GroupFile, TakesMembersAsTheyAreAndEachOnce)
{
    EXPECT_THAT(member_list("u1,,Odd Name,u1,d\xc3\xb6rte,"), ElementsAre("u1", "Odd Name", "d\xc3\xb6rte"));
}

TEST(GroupFile, ReadsALineOf20000Members)
{
    std::string line = "big:x:5:";
    for (int i = 0; i < 20'000; ++i)
        line += (i == 0 ? "u" : ",u") + std::to_string(i);
    const auto read = parse_group(line + "\nproja:x:6:u1\n");
    ASSERT_TRUE(read);
    EXPECT_THAT(member_list(read->at("big").members), SizeIs(20'000));
    EXPECT_THAT(member_list(read->at("proja").members), SizeIs(1));
}

TEST(PasswdFile, ReadsIdsOfUserAndPrimaryGroup)
{
    const auto read = parse_passwd("root:x:0:0:root:/root:/bin/bash\nmia:x:6001:100:,,,:/home/mia:\n");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->at("mia").uid, 6001U);
    EXPECT_EQ(read->at("mia").gid, 100U);
}

TEST(PasswdFile, NamesTheLineThatIsMalformed)
{
    for (const auto* line : { "mia:x:6001:100::/home/mia", "mia:x:6001::::", "mia:x::100:::" }) {
        const auto read = parse_passwd("root:x:0:0:::\n" + std::string(line) + "\n");
        ASSERT_FALSE(read) << line;
        EXPECT_EQ(read.error().text, "line 2: it is malformed");
    }
    EXPECT_FALSE(parse_passwd("mia:x:1:1:::\nmia:x:2:1:::\n"));
}

TEST(ShadowFile, ReadsTheLastDayOfAnAccount)
{
    const auto read = parse_shadow("a:!:19000:0:99999:7:::\nb:!:19000:0:99999:7::1:\nc:!::::::0:\n");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_FALSE(read->at("a").expires);
    EXPECT_EQ(read->at("b").expires, 1);
    EXPECT_FALSE(locked_on(read->at("a"), 20'000));
    EXPECT_TRUE(locked_on(read->at("b"), 20'000));
    EXPECT_FALSE(locked_on(read->at("c"), 20'000));
    EXPECT_FALSE(locked_on({ 20'001 }, 20'000));
    EXPECT_TRUE(locked_on({ 20'000 }, 20'000));
}

TEST(ShadowFile, NeverShowsAHashInAnError)
{
    const auto read = parse_shadow("root:*:1::::::\nmia:$y$secret:19000\n");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().text, "line 2: it is malformed");
}

} // namespace
} // namespace site
