// Cases from the field; see tests/field-cases.md.

#include "own_etc.hpp"
#include "support/records_text.hpp"
#include "support/unix_site.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(UnixGroups, Case1_GroupsOf500And20000MembersAreReadWhole)
{
    UnixSite site(UnixSite::Where::prefix);
    std::string passwd;
    std::string group = "big:x:5000:";
    auto project = UnixSite::project("proja", 5001);
    for (unsigned i = 0; i < 20'000; ++i) {
        const auto user = "u" + std::to_string(10'000 + i);
        passwd += user + ":x:" + std::to_string(60'000 + i) + ":100::/:/bin/sh\n";
        group += (i == 0 ? "" : ",") + user;
        if (i < 500)
            project.members.push_back(UnixSite::member(user));
    }
    std::ofstream(site.path("/etc/passwd"), std::ios::app) << passwd;
    std::ofstream(site.path("/etc/group"), std::ios::app) << group << "\n";
    site.settle({ project });
    EXPECT_EQ(site.runner.started(), 2U);
    EXPECT_EQ(site.observed({ project }).records.size(), 501U);
    const auto seen = site.observed({ UnixSite::project("big", 5000) }).records;
    EXPECT_EQ(
        std::count_if(seen.begin(), seen.end(), [](const auto& one) { return one.key.name == Name("big"); }),
        20'001);
    // One who leaves is seen to leave: shadow's own tools cope with such a line, too.
    project.members.pop_back();
    site.settle({ project });
    EXPECT_EQ(site.observed({ project }).records.size(), 500U);
    EXPECT_EQ(site.line("group", "big"), group);
}

TEST(UnixGroups, Case3_AUserKnownOnlyToTheNameServiceIsPutInAndTakenOut)
{
    renew_etc();
    UnixSite site;
    add_to_name_service("u1001", 61'001);
    add_to_name_service("u1002", 61'002);
    ASSERT_EQ(site.line("passwd", "u1001"), "");
    std::vector projects { UnixSite::project(
        "proja", 57'001, { UnixSite::member("u1001"), UnixSite::member("u1002") }) };
    site.settle(projects);
    EXPECT_EQ(site.line("group", "proja"), "proja:x:57001:u1001,u1002");
    projects[0].members.pop_back();
    site.settle(projects);
    EXPECT_EQ(site.line("group", "proja"), "proja:x:57001:u1001");
    projects[0].members.push_back(UnixSite::member("u1003"));
    EXPECT_THAT(site.reconcile(projects), Contains(HasSubstr("Invalid member username u1003")));
}

TEST(UnixGroups, Case4_GroupsThatAreNotOursAreNeverChanged)
{
    UnixSite site(UnixSite::Where::root);
    site.add_user("u1001", 6001);
    site.put_line("group", "wheel:x:5000:u1001");
    site.put_line("group", "docker:x:5002:u1001");
    std::vector projects { UnixSite::project("proja", 5001, { UnixSite::member("u1001") }),
        UnixSite::project("projb", 5003) };
    site.settle(projects);
    std::swap(projects[0].members, projects[1].members);
    site.settle(projects);
    EXPECT_EQ(site.line("group", "proja"), "proja:x:5001:");
    EXPECT_EQ(site.line("group", "projb"), "projb:x:5003:u1001");
    EXPECT_EQ(site.line("group", "wheel"), "wheel:x:5000:u1001");
    EXPECT_EQ(site.line("group", "docker"), "docker:x:5002:u1001");
}

TEST(UnixGroups, Case5_NamesThatToolsWouldRefuseReachNoTool)
{
    UnixSite site(UnixSite::Where::prefix);
    site.add_user("u1", 6001);
    std::vector<Change> changes;
    std::int64_t gid = 7000;
    for (const auto* name :
        { "project-with-a-very-long-name-2026-hpc01", "12345", "-proja", "proj a", "proj:a", "Proj.A" })
        changes.push_back({ .key = { Kind::group, Name("c1"), Name(name) },
            .fields = { { .field = Name("gid"), .before = {}, .after = Value(++gid) } } });
    const auto results = site.plugin().apply(changes);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        ASSERT_FALSE(results[i]);
        EXPECT_THAT(results[i].error().text, HasSubstr(changes[i].key.name.text()));
    }
    EXPECT_EQ(site.runner.started(), 0U);
    // As the projection has it: those are refused with the group named, the others are made.
    site.settle({ UnixSite::project("-proja", 7001), UnixSite::project("proj:a", 7002),
        UnixSite::project("projb", 7003, { UnixSite::member("u1") }) });
    EXPECT_EQ(site.line("group", "projb"), "projb:x:7003:u1");
}

TEST(UnixGroups, Case8_WhoLeavesOneOfTwoAllocationsOfAGroupStaysInIt)
{
    UnixSite site(UnixSite::Where::prefix);
    site.add_user("u1001", 6001);
    site.add_user("u1002", 6002);
    auto project = UnixSite::project("proja", 5001, { UnixSite::member("u1001"), UnixSite::member("u1002") });
    project.sharers = { UnixSite::member("u1001") };
    site.settle({ project });
    project.members[0].standing = Standing::revoked;
    EXPECT_EQ(lines(site.plan({ project }).changes), "");
    EXPECT_EQ(site.line("group", "proja"), "proja:x:5001:u1001,u1002");
    project.sharers.clear();
    site.settle({ project });
    EXPECT_EQ(site.line("group", "proja"), "proja:x:5001:u1002");
}

} // namespace
} // namespace site
