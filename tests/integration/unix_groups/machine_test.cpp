#include "own_etc.hpp"
#include "support/records_text.hpp"
#include "support/unix_site.hpp"

#include <gmock/gmock.h>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace site {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// On the machine's own files, as a service would be; a copy of them, see own_etc.hpp.
class OnMachine : public testing::Test {
protected:
    OnMachine() { renew_etc(); }
    UnixSite site;
};

TEST_F(OnMachine, MakesGroupsAndTakesThemBack)
{
    site.settings.groups.retire = Retire::remove;
    add_to_name_service("u1001", 61'001);
    const auto before = read_file("/etc/group");
    std::vector projects { UnixSite::project("proja", 57'001, { UnixSite::member("u1001") }) };
    site.settle(projects);
    EXPECT_NE(read_file("/etc/group"), before);
    projects[0].standing = Standing::expired;
    projects[0].members[0].standing = Standing::expired;
    site.settle(projects);
    EXPECT_EQ(read_file("/etc/group"), before);
}

TEST_F(OnMachine, IsWellByItsOwnCheck)
{
    site.settings.users.create = true;
    for (const auto& one : site.plugin().check())
        EXPECT_EQ(one.severity, Severity::info) << one.code << ": " << one.text;
}

TEST_F(OnMachine, RootWithoutCapabilitiesIsToldByCheck)
{
    // In a child, since a bounding set can't be given back.
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::prctl(PR_CAPBSET_DROP, CAP_CHOWN, 0, 0, 0);
        bool told = false;
        for (const auto& one : site.plugin().check())
            told = told
                || (one.code == "unix-groups-no-capability" && one.text == "root is without CAP_CHOWN here");
        ::_exit(told ? 7 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

TEST_F(OnMachine, AGroupOfTheNameServiceIsNotMadeASecondTime)
{
    write_file("/run/userdb/proja.group", R"({"groupName":"proja","gid":61500})", 0644);
    EXPECT_THAT(
        site.reconcile({ UnixSite::project("proja", 57'001) }), Contains(HasSubstr("already exists")));
    EXPECT_EQ(site.line("group", "proja"), "");
}

TEST_F(OnMachine, MakesLocksAndRemovesAUser)
{
    site.settings.users.create = true;
    site.settings.users.retire = Retire::remove;
    site.settings.users.home = "/etc/homes/{user}"; // in the copy
    auto mia = UnixSite::member("mia");
    mia.new_uid = 58'001;
    site.settle({ UnixSite::project("proja", 57'001, { mia }) });
    EXPECT_TRUE(std::filesystem::exists("/etc/homes/mia"));
    mia.new_uid.reset();
    mia.standing = Standing::revoked;
    site.settle({ UnixSite::project("proja", 57'001, { mia }) });
    EXPECT_THAT(site.line("shadow", "mia"), testing::EndsWith(":1:"));
    site.settle({ UnixSite::project("proja", 57'001) });
    EXPECT_EQ(site.line("passwd", "mia"), "");
    EXPECT_TRUE(std::filesystem::exists("/etc/homes/mia"));
}

} // namespace
} // namespace site
