#include "unix_groups/steps.hpp"

#include "sample.hpp"

namespace site {
namespace {

using namespace test;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class UnixSteps : public testing::Test {
protected:
    std::vector<std::string> commands(const std::vector<Change>& changes)
    {
        const UnixTools tools(settings);
        const auto work = unix_work(changes, files, tools, unknown, 20'000);
        results = shown(work.results);
        std::vector<std::string> out;
        for (const auto& step : work.steps)
            out.push_back(text(step.command));
        return out;
    }

    AccountFiles files { .groups = { { "proja", { 7001, "u1,u2,u3" } }, { "users", { 100, "" } } },
        .users = { { "u1", { 6001, 100 } }, { "u2", { 6002, 100 } }, { "u3", { 6003, 100 } } },
        .shadow = { { "u1", { 1 } }, { "u2", {} } } };
    UnixGroupsSettings settings;
    std::set<Name> unknown;
    std::vector<std::string> results;
};

TEST_F(UnixSteps, OneCommandAGroupWhateverTheNumberOfMembers)
{
    EXPECT_THAT(commands({ group("projb", 7002), member("projb", "u1"), member("projb", "u2") }),
        ElementsAre("/usr/sbin/groupadd -g 7002 projb", "/usr/sbin/groupmod -a -U u1,u2 projb"));
    EXPECT_THAT(results, Each("ok"));
}

TEST_F(UnixSteps, AtMostAThousandMembersACommand)
{
    std::vector<Change> changes;
    for (int i = 0; i < 2500; ++i)
        changes.push_back(member("proja", "x" + std::to_string(i)));
    EXPECT_THAT(commands(changes), SizeIs(3));
}

TEST_F(UnixSteps, WhatHoldsAlreadyIsASuccessWithoutACommand)
{
    EXPECT_THAT(commands({ group("proja", 7001), member("proja", "u1"), leaving("proja", "u9"),
                    leaving("projx", "u1"), removal(group("projx", 1)), user("u1", 6001),
                    locking("u1", {}, Value(1)), locking("u2", Value(1), {}), removal(user("u9", 1)) }),
        IsEmpty());
    EXPECT_THAT(results, Each("ok"));
}

TEST_F(UnixSteps, OneLeavesByGpasswdAndSeveralByOneNewList)
{
    EXPECT_THAT(commands({ leaving("proja", "u2") }), ElementsAre("/usr/bin/gpasswd -d u2 proja"));
    EXPECT_THAT(commands({ leaving("proja", "u2"), leaving("proja", "u1") }),
        ElementsAre("/usr/bin/gpasswd -M u3 proja"));
    EXPECT_THAT(commands({ leaving("proja", "u1"), leaving("proja", "u2"), leaving("proja", "u3") }),
        ElementsAre("/usr/bin/gpasswd -M '' proja"));
}

TEST_F(UnixSteps, WhoStaysWithAnOddNameIsNeverNamedInACommand)
{
    files.groups["proja"].members = "u1,u2,-r";
    EXPECT_THAT(commands({ leaving("proja", "u1"), leaving("proja", "u2") }),
        ElementsAre("/usr/bin/gpasswd -d u1 proja", "/usr/bin/gpasswd -d u2 proja"));
}

TEST_F(UnixSteps, AListTooLongForOneArgumentIsLeftOneByOne)
{
    for (int i = 0; i < 20'000; ++i)
        files.groups["proja"].members += ",user" + std::to_string(i);
    EXPECT_THAT(commands({ leaving("proja", "u1"), leaving("proja", "u2") }),
        ElementsAre("/usr/bin/gpasswd -d u1 proja", "/usr/bin/gpasswd -d u2 proja"));
}

TEST_F(UnixSteps, UnderAPrefixGpasswdIsGivenItAsItsRoot)
{
    settings.prefix = "/srv/image";
    EXPECT_THAT(commands({ leaving("proja", "u2"), group("projb", 7002) }),
        ElementsAre(
            "/usr/bin/gpasswd -Q /srv/image -d u2 proja", "/usr/sbin/groupadd -P /srv/image -g 7002 projb"));
    EXPECT_THAT(commands({ leaving("proja", "u2"), leaving("proja", "u1") }),
        ElementsAre("/usr/bin/gpasswd -Q /srv/image -M u3 proja"));
}

TEST_F(UnixSteps, UnderARootEveryToolIsToldOfIt)
{
    settings.root = "/srv/image";
    EXPECT_THAT(
        commands({ leaving("proja", "u2"), member("proja", "u9"), user("u9", 6009), removal(user("u3", 0)) }),
        ElementsAre("/usr/bin/gpasswd -Q /srv/image -d u2 proja",
            "/usr/sbin/useradd -R /srv/image -u 6009 -U -s /bin/bash -d /home/u9 -m -k /etc/skel -K "
            "HOME_MODE=0700 u9",
            "/usr/sbin/groupmod -R /srv/image -a -U u9 proja", "/usr/sbin/userdel -R /srv/image u3"));
}

TEST_F(UnixSteps, AnIdThatIsInUseIsAnErrorOfThatChangeAlone)
{
    EXPECT_THAT(commands({ group("projb", 7001), group("projc", 7003), group("projd", 7003),
                    group("proja", 7009), user("u7", 6001), user("u8", 7001) }),
        ElementsAre("/usr/sbin/groupadd -g 7003 projc"));
    EXPECT_THAT(results,
        ElementsAre("group c1/projb: group id 7001 is in use by group \"proja\"", "ok",
            "group c1/projd: group id 7003 is in use by group \"projc\"",
            "group c1/proja: it has the group id 7001, not 7009, and an id is never changed",
            HasSubstr("user id 6001 is in use by user \"u1\""),
            HasSubstr(
                "a group of his own with the number of his user id: group id 7001 is in use by group")));
}

TEST_F(UnixSteps, AUserIsMadeByTheRules)
{
    settings.users.primary_group = "users";
    settings.users.home = "/home/{user}";
    settings.users.skeleton.clear();
    settings.users.shell = "/bin/zsh";
    EXPECT_THAT(commands({ user("u9", 7001) }),
        ElementsAre("/usr/sbin/useradd -u 7001 -g users -s /bin/zsh -d /home/u9 -M u9"));
    settings.users.skeleton = "/etc/skel.hpc";
    settings.users.home_mode = 02750;
    EXPECT_THAT(commands({ user("u9", 7001) }),
        ElementsAre("/usr/sbin/useradd -u 7001 -g users -s /bin/zsh -d /home/u9 -m -k /etc/skel.hpc -K "
                    "HOME_MODE=2750 u9"));
}

TEST_F(UnixSteps, AUsersOwnGroupThatIsLeftOverIsUsedAgain)
{
    files.groups["u9"] = { 6009, "" };
    EXPECT_THAT(commands({ user("u9", 6009) }), ElementsAre(HasSubstr("useradd -u 6009 -g u9 -s")));
}

TEST_F(UnixSteps, ALockIsTheExpiryDateAndThePassword)
{
    EXPECT_THAT(commands({ locking("u2", {}, Value(1)), locking("u1", Value(1), {}) }),
        ElementsAre("/usr/sbin/usermod -L -e 1 u2", "/usr/sbin/usermod -U -e '' u1"));
}

TEST_F(UnixSteps, ThoseWhoWereUnknownLastTimeStopNobodyElse)
{
    unknown.insert(Name("x2"));
    EXPECT_THAT(commands({ member("proja", "x1"), member("proja", "x2"), member("proja", "x3") }),
        ElementsAre("/usr/sbin/groupmod -a -U x1,x3 proja", "/usr/sbin/groupmod -a -U x2 proja"));
}

TEST_F(UnixSteps, TakesOutBeforeItPutsInAndRemovesLast)
{
    files.groups["old"] = { 7050, "" };
    EXPECT_THAT(commands({ removal(group("old", 0)), removal(user("u3", 0)), locking("u1", Value(1), {}),
                    member("projb", "u9"), user("u9", 6009), group("projb", 7002),
                    locking("u2", {}, Value(1)), leaving("proja", "u1") }),
        ElementsAre(HasSubstr("gpasswd -d"), HasSubstr("usermod -L"), HasSubstr("groupadd"),
            HasSubstr("useradd"), HasSubstr("groupmod -a"), HasSubstr("usermod -U"), HasSubstr("userdel u3"),
            HasSubstr("groupdel old")));
}

TEST_F(UnixSteps, NamesThatAreNoLocalNamesReachNoCommand)
{
    EXPECT_THAT(commands({ group("-r", 7002), group("a:b", 7003), group("12345", 7004),
                    member("proja", "a,b"), member("", "u1"), leaving("proja", "-M"), user("", 6009),
                    removal(user("-r", 0)), member("project-with-a-very-long-name-2026-hpc01", "u1") }),
        IsEmpty());
    EXPECT_THAT(results, Each(HasSubstr("name \"")));
}

TEST_F(UnixSteps, ChangesOfOtherKindsAreRefused)
{
    EXPECT_THAT(commands({ { .key = { Kind::account, cluster, Name("a") } } }), IsEmpty());
    EXPECT_THAT(results, ElementsAre(HasSubstr("nothing that local files keep")));
}

} // namespace
} // namespace site
