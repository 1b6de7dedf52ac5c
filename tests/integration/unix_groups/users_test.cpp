#include "support/records_text.hpp"
#include "support/unix_site.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

namespace site {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

struct stat status_of(const std::filesystem::path& path)
{
    struct stat out { };
    EXPECT_EQ(::lstat(path.c_str(), &out), 0) << path;
    return out;
}

unsigned mode_of(const std::filesystem::path& path)
{
    return status_of(path).st_mode & 07777;
}

class Users : public testing::TestWithParam<UnixSite::Where> {
protected:
    Users() : site(GetParam())
    {
        site.settings.users.create = true;
        // useradd takes the skeleton as it is told, also under a prefix.
        site.settings.users.skeleton
            = GetParam() == UnixSite::Where::prefix ? site.path("/etc/skel").string() : "/etc/skel";
    }

    static std::vector<Allocation> with_newcomer(Standing standing = Standing::present)
    {
        auto mia = UnixSite::member("mia", standing);
        if (standing == Standing::present)
            mia.new_uid = 8001;
        return { UnixSite::project("proja", 7001, { mia }) };
    }

    UnixSite site;
};

TEST_P(Users, AreMadeWithAHomeAndAreInTheirGroupInTheSameBatch)
{
    site.settle(with_newcomer());
    EXPECT_EQ(site.line("passwd", "mia"), "mia:x:8001:8001::/home/mia:/bin/bash");
    EXPECT_EQ(site.line("group", "mia"), "mia:x:8001:");
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:mia");
    const auto home = site.path("/home/mia");
    EXPECT_EQ(mode_of(home), 0700U);
    EXPECT_EQ(status_of(home).st_uid, 8001U);
    EXPECT_EQ(mode_of(home / ".profile"), 0640U);
    EXPECT_EQ(status_of(home / ".profile").st_gid, 8001U);
    EXPECT_EQ(read_file(home / ".profile"), "# ours\n");
    EXPECT_EQ(mode_of(home / ".config"), 0700U);
    EXPECT_EQ(site.runner.started(), 3U); // groupadd, useradd, groupmod
}

TEST_P(Users, AreMadeByTheRules)
{
    site.settings.users.primary_group = "users";
    site.settings.users.home = "/srv/{user}/home";
    site.settings.users.home_mode = 0750;
    site.settings.users.shell = "/bin/sh";
    site.settle(with_newcomer());
    EXPECT_EQ(site.line("passwd", "mia"), "mia:x:8001:100::/srv/mia/home:/bin/sh");
    EXPECT_EQ(mode_of(site.path("/srv/mia/home")), 0750U);
    EXPECT_EQ(status_of(site.path("/srv/mia/home")).st_gid, 100U);
    EXPECT_EQ(site.line("group", "mia"), "");
}

TEST_P(Users, GetNoHomeWhereThereIsNoSkeleton)
{
    site.settings.users.skeleton.clear();
    site.settle(with_newcomer());
    EXPECT_EQ(site.line("passwd", "mia"), "mia:x:8001:8001::/home/mia:/bin/bash");
    EXPECT_FALSE(std::filesystem::exists(site.path("/home/mia")));
}

TEST_P(Users, AreLockedWhenGoneAndUnlockedWhenBack)
{
    site.settle(with_newcomer());
    site.put_line("shadow", "mia:$y$hash:19000:0:99999:7:::");
    site.settle(with_newcomer(Standing::revoked));
    EXPECT_EQ(site.line("shadow", "mia"), "mia:!$y$hash:19000:0:99999:7::1:");
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:");
    site.settle(with_newcomer());
    EXPECT_EQ(site.line("shadow", "mia"), "mia:$y$hash:19000:0:99999:7:::");
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:mia");
}

TEST_P(Users, WithoutAPasswordAreLockedAndUnlockedByTheDate)
{
    site.settle(with_newcomer());
    EXPECT_THAT(site.line("shadow", "mia"), testing::StartsWith("mia:!:"));
    EXPECT_THAT(site.line("shadow", "mia"), EndsWith(":0:99999:7:::"));
    site.settle(with_newcomer(Standing::revoked));
    EXPECT_THAT(site.line("shadow", "mia"), EndsWith(":0:99999:7::1:"));
    site.settle(with_newcomer());
    EXPECT_THAT(site.line("shadow", "mia"), testing::StartsWith("mia:!:"));
    EXPECT_THAT(site.line("shadow", "mia"), EndsWith(":0:99999:7:::"));
}

TEST_P(Users, AreRemovedWithoutTheirHomeWhenNobodyKnowsThemAnyMore)
{
    site.settings.users.retire = Retire::remove;
    site.settle(with_newcomer());
    write_file(site.path("/home/mia/results"), "42");
    site.settle(with_newcomer(Standing::revoked));
    EXPECT_NE(site.line("passwd", "mia"), "");
    site.settle({ UnixSite::project("proja", 7001) });
    EXPECT_EQ(site.line("passwd", "mia"), "");
    EXPECT_EQ(site.line("shadow", "mia"), "");
    EXPECT_EQ(read_file(site.path("/home/mia/results")), "42");
}

TEST_P(Users, DoNotTakeOverTheHomeOfSomebodyElse)
{
    std::filesystem::create_directories(site.path("/home/mia"));
    write_file(site.path("/home/mia/secret"), "x");
    EXPECT_THAT(
        site.reconcile(with_newcomer()), Contains(HasSubstr("is there already and belongs to user id 0")));
    EXPECT_EQ(site.line("passwd", "mia"), "");
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:");
    EXPECT_EQ(status_of(site.path("/home/mia/secret")).st_uid, 0U);
}

TEST_P(Users, ComeBackToTheirOwnHome)
{
    std::filesystem::create_directories(site.path("/home/mia"));
    ASSERT_EQ(::chown(site.path("/home/mia").c_str(), 8001, 8001), 0);
    site.settle(with_newcomer());
    EXPECT_NE(site.line("passwd", "mia"), "");
}

TEST_P(Users, MadeByHandAreNeverTouched)
{
    site.add_user("mia", 6001);
    auto projects = with_newcomer();
    projects[0].members[0].new_uid.reset();
    site.settle(projects);
    const auto before = site.line("shadow", "mia");
    projects[0].members[0].standing = Standing::revoked;
    site.settle(projects);
    EXPECT_EQ(site.line("shadow", "mia"), before);
}

INSTANTIATE_TEST_SUITE_P(Trees, Users, testing::Values(UnixSite::Where::prefix, UnixSite::Where::root),
    [](const auto& one) { return one.param == UnixSite::Where::prefix ? "prefix" : "root"; });

} // namespace
} // namespace site
