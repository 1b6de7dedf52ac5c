#include "unix_groups/tools.hpp"

#include "sample.hpp"

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Answer judge(const std::string& program, int status, const std::string& errors)
{
    return judged({ .program = "/usr/sbin/" + program, .arguments = {} }, said(status, errors));
}

// Messages of shadow 4.13.
TEST(UnixAnswers, NameTheFileThatIsLocked)
{
    const auto answer = judge("groupadd", 10,
        "groupadd: existing lock file /srv/image//etc/group.lock without a PID\n"
        "groupadd: cannot lock /srv/image//etc/group; try again later.\n");
    EXPECT_EQ(answer.kind, Answer::Kind::locked);
    EXPECT_EQ(answer.named, "group");
    EXPECT_THAT(answer.error.text, HasSubstr("without a PID (exit status 10)"));
    EXPECT_EQ(judge("gpasswd", 1, "gpasswd: cannot lock /etc/gshadow; try again later.\n").named, "gshadow");
    EXPECT_EQ(judge("useradd", 1, "useradd: cannot lock /etc/passwd; try again later.\n").named, "passwd");
}

TEST(UnixAnswers, NameTheMemberWhoIsUnknown)
{
    const auto answer = judge("groupmod", 10, "Invalid member username u9\n");
    EXPECT_EQ(answer.kind, Answer::Kind::unknown_user);
    EXPECT_EQ(answer.named, "u9");
    EXPECT_EQ(answer.error.code, Errc::not_found);
}

TEST(UnixAnswers, TakeWhatIsSoAlreadyForDone)
{
    EXPECT_EQ(
        judge("gpasswd", 3, "gpasswd: user 'u1' is not a member of 'proja'\n").kind, Answer::Kind::already);
    EXPECT_EQ(judge("groupdel", 6, "groupdel: group 'a' does not exist\n").kind, Answer::Kind::already);
    EXPECT_EQ(judge("userdel", 6, "userdel: user 'a' does not exist\n").kind, Answer::Kind::already);
    EXPECT_EQ(judge("groupmod", 6, "groupmod: group 'a' does not exist\n").kind, Answer::Kind::failed);
    EXPECT_EQ(
        judge("gpasswd", 3, "gpasswd: group 'a' does not exist in /etc/group\n").kind, Answer::Kind::failed);
}

TEST(UnixAnswers, SayWhatAReadOnlyFileSystemNeeds)
{
    const auto answer = judge("groupadd", 10,
        "groupadd: /etc/group.4242: Read-only file system\ngroupadd: cannot lock /etc/group; try again "
        "later.\n");
    EXPECT_EQ(answer.kind, Answer::Kind::read_only);
    EXPECT_EQ(answer.error.code, Errc::refused);
    EXPECT_THAT(answer.error.text, HasSubstr("ReadWritePaths=/etc"));
}

TEST(UnixAnswers, AreReadPastWarnings)
{
    EXPECT_EQ(
        judge("useradd", 4,
            "useradd: Warning: missing or non-executable shell '/bin/x'\nuseradd: UID 8004 is not unique\n")
            .error.text,
        "useradd: UID 8004 is not unique (exit status 4)");
    EXPECT_EQ(judge("groupdel", 8, "").error.text, "no word said (exit status 8)");
    EXPECT_EQ(judge("groupdel", 8, "a\tb\xff\n").error.text, "a?b? (exit status 8)");
}

TEST(UnixAnswers, LetWhoIsLoggedInBeRemovedLater)
{
    EXPECT_EQ(
        judge("userdel", 8, "userdel: user u1 is currently used by process 7\n").error.code, Errc::conflict);
}

TEST(UnixAnswers, KnowASignalFromAStatus)
{
    Output output;
    output.exit.signal = 9;
    EXPECT_EQ(judged({ .program = "/usr/sbin/groupadd", .arguments = {} }, output).error.text,
        "groupadd was ended by signal 9");
}

TEST(UnixTools, EmptyTheCachesThatAreConfigured)
{
    UnixGroupsSettings settings;
    EXPECT_THAT(UnixTools(settings).forget(), IsEmpty());
    settings.caches = { .sssd = true, .nscd = true };
    std::vector<std::string> out;
    for (const auto& command : UnixTools(settings).forget())
        out.push_back(text(command));
    EXPECT_THAT(
        out, ElementsAre("/usr/sbin/sss_cache -E", "/usr/sbin/nscd -i group", "/usr/sbin/nscd -i passwd"));
}

TEST(UnixTools, MakeAHomeOfATemplate)
{
    UnixGroupsSettings settings;
    settings.users.home = "/home/{user}/{user}";
    EXPECT_EQ(UnixTools(settings).home(Name("mia")), "/home/mia/mia");
    settings.users.home = "/nonexistent";
    settings.users.skeleton.clear();
    EXPECT_FALSE(UnixTools(settings).own_home());
}

} // namespace
} // namespace site
