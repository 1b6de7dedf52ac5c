#include "integration/agent/real_site.hpp"
#include "support/ldap_sandbox.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string group_ids = "    group_ids: {first: 50000, last: 50999}\n";

/// The whole agent with a keeper of groups beside a real Slurm. Its /etc is a copy with the sandbox's users,
/// so that the machine's own name service answers for them, and knows no group of ours.
class Keepers : public RealSite {
protected:
    Keepers()
    {
        const auto etc = home_.path() / "etc";
        std::filesystem::copy("/etc", etc,
            std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
        auto passwd = read_file(etc / "passwd");
        for (int i = 1; i <= 20; ++i) {
            char line[64];
            std::snprintf(line, sizeof line, "u%03d:x:%d:100::/:/bin/sh\n", i, 20000 + i);
            passwd += line;
        }
        write_file(etc / "passwd", passwd, 0644);
    }

    void configure(const std::string& keeper, const std::string& sections)
    {
        options.plugins = "[slurm, " + keeper + "]";
        options.cluster_more = group_ids + sections;
        agent->write_config(options);
        agent->etc = home_.path() / "etc";
        agent->environment = { { "SLURM_CONF", slurm->conf() } };
    }

    TempDir home_;
};

TEST_F(Keepers, GroupsInADirectoryComeBeforeAccountsAndAreLeftWithThem)
{
    LdapSandbox ldap(LdapSchema::rfc2307);
    const auto directory = ldap.settings();
    configure("ldap",
        "    ldap:\n      url: " + directory.url + "\n      start_tls: true\n      ca_file: "
            + directory.ca_file + "\n      bind_dn: " + directory.bind_dn + "\n      password_file: "
            + directory.password.file.string() + "\n      group_base: " + directory.group_base + "\n");
    const auto members = [&](const std::string& group) {
        return ldap.values("cn=" + group + "," + ldap.groups(), "memberUid");
    };
    const auto plan = agent->run({ "plan" });
    EXPECT_EQ(plan.exit.status, 2) << plan.text << plan.exit.errors;
    EXPECT_LT(plan.text.find("create group sandbox/brics.climate"),
        plan.text.find("create account sandbox/brics.climate"));
    EXPECT_FALSE(ldap.there("cn=brics.climate," + ldap.groups()));
    agent->expect(0, { "apply" });
    agent->expect(0, { "plan" });
    EXPECT_THAT(members("brics.climate"), ElementsAre("u001", "u002", "u003", "u004"));
    EXPECT_THAT(ldap.values("cn=brics.climate," + ldap.groups(), "gidNumber"), ElementsAre("50000"));
    EXPECT_THAT(slurm->associations(), HasSubstr("brics.climate|u003|"));

    change("members/drop", R"({"allocation": "climate", "username": "u003"})");
    agent->expect(0, { "apply" });
    EXPECT_THAT(members("brics.climate"), ElementsAre("u001", "u002", "u004"));
    EXPECT_THAT(submit("u003", "brics.climate"), Not(""));
    EXPECT_EQ(submit("u001", "brics.climate"), "");

    // A portal that lies takes nobody out of anything.
    const auto before = ldap.state() + slurm->associations();
    change("faults", R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "lost_role"})");
    agent->expect(3, { "apply" });
    EXPECT_EQ(ldap.state() + slurm->associations(), before);
}

TEST_F(Keepers, ADirectoryThatIsAwayHoldsBackWhatNeedsItAndNothingElse)
{
    LdapSandbox ldap(LdapSchema::rfc2307bis);
    const auto directory = ldap.settings();
    configure("ldap",
        "    ldap:\n      url: " + directory.url + "\n      start_tls: true\n      ca_file: "
            + directory.ca_file + "\n      bind_dn: " + directory.bind_dn
            + "\n      password_file: " + directory.password.file.string()
            + "\n      schema: rfc2307bis\n      group_base: " + directory.group_base
            + "\n      people_base: " + directory.people_base + "\n      connect_timeout: 2s\n");
    agent->expect(0, { "apply" });
    EXPECT_THAT(ldap.values("cn=brics.ocean," + ldap.groups(), "member"), testing::SizeIs(4));
    change(
        "members/add", R"({"allocation": "ocean", "username": "u015", "useridentifier": "new.ocean.brics"})");
    change("members/drop", R"({"allocation": "climate", "username": "u002"})");
    ldap.tool("stop");
    const auto away = agent->run({ "apply" });
    EXPECT_EQ(away.exit.status, 1) << away.text << away.exit.errors;
    // Revoked in Slurm at once; nothing new for him whose membership can't be made.
    EXPECT_THAT(submit("u002", "brics.climate"), Not(""));
    EXPECT_THAT(slurm->associations(), Not(HasSubstr("brics.ocean|u015|")));
    ldap.tool("start");
    agent->expect(0, { "apply" });
    EXPECT_THAT(ldap.values("cn=brics.ocean," + ldap.groups(), "member"), testing::SizeIs(5));
    EXPECT_THAT(ldap.values("cn=brics.climate," + ldap.groups(), "member"), testing::SizeIs(3));
    EXPECT_THAT(slurm->associations(), HasSubstr("brics.ocean|u015|"));
}

TEST_F(Keepers, ASitesOwnProgramKeepsGroupsBesideSlurm)
{
    const auto folder = home_.path() / "groups";
    std::filesystem::create_directory(folder);
    const auto program = home_.path() / "groups.sh";
    std::filesystem::copy_file(SITE_EXEC_EXAMPLES "/groups.sh", program);
    std::filesystem::permissions(program, std::filesystem::perms { 0755 });
    configure("exec",
        "    exec:\n      program: " + program.string() + "\n      arguments: [" + folder.string()
            + "]\n      records: [group, group_member]\n");
    agent->expect(2, { "plan" });
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    agent->expect(0, { "apply" });
    agent->expect(0, { "plan" });
    EXPECT_THAT(
        read_file(folder / "brics.plasma"), AllOf(HasSubstr("500"), HasSubstr("u008"), HasSubstr("u010")));
    EXPECT_THAT(slurm->associations(), HasSubstr("brics.plasma|u008|"));
    change("members/drop", R"({"allocation": "plasma", "username": "u008"})");
    agent->expect(0, { "apply" });
    EXPECT_THAT(read_file(folder / "brics.plasma"), Not(HasSubstr("u008")));
    EXPECT_THAT(submit("u008", "brics.plasma"), Not(""));
}

} // namespace
} // namespace site
