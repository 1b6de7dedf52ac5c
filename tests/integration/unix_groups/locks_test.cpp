#include "own_etc.hpp"
#include "support/unix_site.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::Contains;
using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;

std::vector<std::string> problems(UnixSite& site)
{
    std::vector<std::string> out;
    for (const auto& one : site.plugin().check())
        if (one.severity != Severity::info)
            out.push_back(one.code + ": " + one.text);
    return out;
}

TEST(UnixGroups, Case2_ALeftOverLockIsNamedAndLeftAndNotWaitedForByEachChange)
{
    UnixSite site(UnixSite::Where::prefix);
    site.add_user("u1", 6001);
    site.add_user("u2", 6002);
    const auto lock = site.path("/etc/group.lock");
    write_file(lock, "");
    EXPECT_THAT(problems(site), Contains(HasSubstr("unix-groups-lock: " + lock.string())));
    std::vector<Allocation> projects;
    for (unsigned i = 0; i < 20; ++i)
        projects.push_back(
            UnixSite::project("proj" + std::to_string(10 + i), 7001 + i, { UnixSite::member("u1") }));
    const auto before = site.runner.started();
    const auto out = site.reconcile(projects);
    EXPECT_EQ(site.runner.started() - before, 3U); // 15 s each
    EXPECT_THAT(out[0], HasSubstr("could not be locked in 3 tries"));
    EXPECT_THAT(out[0], HasSubstr("existing lock file"));
    EXPECT_THAT(out[0], HasSubstr(lock.string()));
    EXPECT_THAT(out[1], HasSubstr("not tried"));
    EXPECT_TRUE(std::filesystem::exists(lock));
    EXPECT_EQ(site.line("group", "proj10"), "");
    std::filesystem::remove(lock);
    site.settle(projects);
}

TEST(UnixGroups, ALockOfAProcessThatIsGoneIsTheToolsToRemove)
{
    UnixSite site(UnixSite::Where::prefix);
    write_file(
        site.path("/etc/group.lock"), "4194301"); // beyond pid_max's default on small machines, unused else
    site.settle({ UnixSite::project("proja", 7001) });
    EXPECT_FALSE(std::filesystem::exists(site.path("/etc/group.lock")));
}

TEST(UnixGroups, ProtectSystem_AReadOnlyEtcIsToldByCheckAndByTheChange)
{
    UnixSite site(UnixSite::Where::prefix);
    {
        const Mount mount(site.path("/etc"), Mount::As::read_only);
        EXPECT_THAT(problems(site), Contains(HasSubstr("unix-groups-read-only")));
        EXPECT_THAT(
            site.reconcile({ UnixSite::project("proja", 7001) }), Each(HasSubstr("ReadWritePaths=/etc")));
    }
    EXPECT_THAT(problems(site), Each(testing::Not(HasSubstr("read-only"))));
    site.settle({ UnixSite::project("proja", 7001) });
}

TEST(UnixGroups, ProtectSystem_SingleWritableFilesAreToldByCheck)
{
    UnixSite site(UnixSite::Where::prefix);
    const Mount mount(site.path("/etc/group"), Mount::As::own_mount);
    EXPECT_THAT(problems(site), Contains(HasSubstr("is a mount of its own")));
    EXPECT_THAT(site.reconcile({ UnixSite::project("proja", 7001) }), Each(testing::Not(EndsWith(": ok"))));
}

} // namespace
} // namespace site
