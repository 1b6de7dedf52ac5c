#include "support/records_text.hpp"
#include "support/unix_site.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class InTree : public testing::TestWithParam<UnixSite::Where> {
protected:
    InTree() : site(GetParam())
    {
        for (unsigned i = 1; i <= 5; ++i)
            site.add_user("u" + std::to_string(i), 6000 + i);
    }
    UnixSite site;
};

TEST_P(InTree, MakesGroupsWithTheirMembersAndLooksWithoutAProcess)
{
    const std::vector projects { UnixSite::project(
                                     "proja", 7001, { UnixSite::member("u1"), UnixSite::member("u2") }),
        UnixSite::project("projb", 7002, { UnixSite::member("u2") }), UnixSite::project("projc", 7003) };
    site.settle(projects);
    EXPECT_EQ(site.runner.started(), 5U); // three groups, two with members
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:u1,u2");
    EXPECT_EQ(site.line("group", "projc"), "projc:x:7003:");
    EXPECT_EQ(site.line("gshadow", "proja").substr(0, 7), "proja:!");
    const auto before = site.runner.started();
    EXPECT_THAT(site.reconcile(projects), IsEmpty());
    EXPECT_EQ(site.runner.started(), before);
}

TEST_P(InTree, TakesOutOneAndSeveralAndKeepsWhoWasPutThereByHand)
{
    std::vector projects { UnixSite::project(
        "proja", 7001, { UnixSite::member("u1"), UnixSite::member("u2"), UnixSite::member("u3") }) };
    site.settle(projects);
    site.put_line("group", "proja:x:7001:u1,u5,u2,u3");
    site.put_line("gshadow", "proja:!::u5");
    projects[0].members.pop_back();
    site.settle(projects);
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:u1,u5,u2");
    projects[0].members.clear();
    site.settle(projects);
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:u5");
    EXPECT_EQ(site.line("gshadow", "proja"), "proja:!::u5");
}

TEST_P(InTree, StrictMembersTakeOutWhoWasPutThereByHand)
{
    site.settings.groups.strict_members = true;
    const std::vector projects { UnixSite::project("proja", 7001, { UnixSite::member("u1") }) };
    site.settle(projects);
    site.put_line("group", "proja:x:7001:u1,u5,u4,Odd");
    site.take_out_strays(projects);
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:u1,Odd");
}

TEST_P(InTree, AnUnknownMemberStopsOnlyHimself)
{
    const std::vector projects { UnixSite::project("proja", 7001,
        { UnixSite::member("nobody1"), UnixSite::member("u1"), UnixSite::member("nobody2"),
            UnixSite::member("u2") }) };
    EXPECT_THAT(site.reconcile(projects),
        ElementsAre(EndsWith("ok"), HasSubstr("Invalid member username nobody1"),
            HasSubstr("Invalid member username nobody2"), EndsWith("ok"), EndsWith("ok")));
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:u1,u2");
}

TEST_P(InTree, AGroupWhoseGraceIsOverIsRemovedWithNobodyElseInIt)
{
    site.settings.groups.retire = Retire::remove;
    std::vector projects { UnixSite::project("proja", 7001, { UnixSite::member("u1") }),
        UnixSite::project("projb", 7002, { UnixSite::member("u1") }) };
    site.settle(projects);
    site.put_line("group", "projb:x:7002:u1,u5");
    for (auto& project : projects) {
        project.standing = Standing::expired;
        project.members[0].standing = Standing::expired;
    }
    EXPECT_THAT(site.reconcile(projects), testing::Contains(HasSubstr("it still has members: \"u5\"")));
    EXPECT_EQ(site.line("group", "proja"), "");
    EXPECT_EQ(site.line("group", "projb"), "projb:x:7002:u5");
}

TEST_P(InTree, AGroupIdInUseIsAnErrorOfThatGroupAlone)
{
    const std::vector projects { UnixSite::project("proja", 100, { UnixSite::member("u1") }),
        UnixSite::project("projb", 7002, { UnixSite::member("u1") }) };
    const auto out = site.reconcile(projects);
    EXPECT_THAT(out, testing::Contains(HasSubstr("group id 100 is in use by group \"users\"")));
    EXPECT_EQ(site.line("group", "projb"), "projb:x:7002:u1");
}

TEST_P(InTree, SomebodyWhoIsNoUserAnyMoreKeepsNobodyIn)
{
    std::vector projects { UnixSite::project(
        "proja", 7001, { UnixSite::member("u1"), UnixSite::member("u2") }) };
    site.settle(projects);
    site.put_line("group", "proja:x:7001:u1,stale,u2");
    projects[0].members.clear();
    site.settle(projects);
    EXPECT_EQ(site.line("group", "proja"), "proja:x:7001:stale");
}

INSTANTIATE_TEST_SUITE_P(Trees, InTree, testing::Values(UnixSite::Where::prefix, UnixSite::Where::root),
    [](const auto& one) { return one.param == UnixSite::Where::prefix ? "prefix" : "root"; });

TEST(UnixGroupsBulk, FiveHundredGroupsOf20FromNothingAreTwoProcessesEach)
{
    UnixSite site(UnixSite::Where::prefix);
    std::string passwd;
    for (unsigned i = 0; i < 2000; ++i)
        passwd += "u" + std::to_string(i) + ":x:" + std::to_string(6000 + i) + ":100::/home/x:/bin/bash\n";
    std::ofstream(site.path("/etc/passwd"), std::ios::app) << passwd;
    std::vector<Allocation> projects;
    for (unsigned i = 0; i < 500; ++i) {
        auto project = UnixSite::project("proj" + std::to_string(1000 + i), 20'000 + i);
        std::vector<std::string> users;
        for (unsigned k = 0; k < 20; ++k)
            users.push_back("u" + std::to_string((i * 7 + k) % 2000));
        std::sort(users.begin(), users.end());
        for (const auto& user : users)
            project.members.push_back(UnixSite::member(user));
        projects.push_back(std::move(project));
    }
    site.settle(projects);
    EXPECT_EQ(site.runner.started(), 1000U);
    std::size_t members = 0;
    for (const auto& project : projects)
        members
            += member_list(parse_group(read_file(site.path("/etc/group")))->at(project.group.text()).members)
                   .size();
    EXPECT_EQ(members, 10'000U);
}

} // namespace
} // namespace site
