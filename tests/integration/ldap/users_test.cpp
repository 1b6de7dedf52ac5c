#include "real_directory.hpp"

namespace site {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto both = { LdapSchema::rfc2307, LdapSchema::rfc2307bis };

Allocation with_new(const std::string& group, std::uint32_t gid, const std::string& user, std::uint32_t uid)
{
    auto out = project(group, gid, { user });
    out.members[0].new_uid = uid;
    return out;
}

TEST(Ldap, MakesLocksReleasesAndRemovesAUser)
{
    for (const auto schema : both) {
        RealDirectory real(schema);
        real.settings.users.create = true;
        real.settings.users.home = "/project/home/{user}";
        auto wanted = with_new("brics.x", 7001, "mia", 9001);
        const auto plan = real.plan({ wanted }).changes;
        EXPECT_EQ(real.plugin().commands(plan).size(), 3u);
        EXPECT_THAT(real.apply(plan), Each(EndsWith(": ok")));
        const auto mia = real.user_dn("mia");
        const auto of = [&](const std::string& attribute) { return real.directory.values(mia, attribute); };
        EXPECT_THAT(of("objectClass"), ElementsAre("inetOrgPerson", "posixAccount", "shadowAccount", "top"));
        EXPECT_THAT(of("uidNumber"), ElementsAre("9001"));
        EXPECT_THAT(of("gidNumber"), ElementsAre("9001"));
        EXPECT_THAT(of("homeDirectory"), ElementsAre("/project/home/mia"));
        EXPECT_THAT(of("loginShell"), ElementsAre("/bin/bash"));
        EXPECT_THAT(of("shadowExpire"), IsEmpty());
        EXPECT_THAT(real.directory.values(real.group_dn("mia"), "gidNumber"), ElementsAre("9001"));
        wanted.members[0].new_uid.reset();
        EXPECT_THAT(texts(real.plan({ wanted })), IsEmpty());

        // gone from every project: locked, and what stood there comes back
        real.directory.modify(
            "dn: " + mia + "\nchangetype: modify\nadd: shadowExpire\nshadowExpire: 25000\n");
        real.settle({ project("brics.x", 7001, {}) });
        EXPECT_THAT(of("shadowExpire"), ElementsAre("1"));
        EXPECT_THAT(of("homeDirectory"), ElementsAre("/project/home/mia"));
        real.settle({ wanted });
        EXPECT_THAT(of("shadowExpire"), ElementsAre("25000"));

        real.settings.users.retire = Retire::remove;
        real.restart();
        real.settle({ project("brics.x", 7001, {}) });
        EXPECT_FALSE(real.directory.there(mia));
        EXPECT_FALSE(real.directory.there(real.group_dn("mia")));
        EXPECT_TRUE(real.directory.there(real.group_dn("brics.x")));
    }
}

TEST(Ldap, AUserMayHaveAPrimaryGroupOfTheSites)
{
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.users.create = true;
    real.settings.users.primary_group = "users";
    const auto wanted = with_new("brics.x", 7001, "mia", 9001);
    const auto said = real.apply(real.plan({ wanted }).changes);
    EXPECT_THAT(said, testing::Contains(HasSubstr("primary group \"users\" is not in the directory")));
    EXPECT_THAT(real.members("brics.x"), IsEmpty()); // nobody is put in who is not there
    real.directory.modify("dn: " + real.group_dn("users")
        + "\nchangetype: add\nobjectClass: posixGroup\ncn: users\ngidNumber: 100\n");
    EXPECT_THAT(real.apply(real.plan({ wanted }).changes), Each(EndsWith(": ok")));
    EXPECT_THAT(real.directory.values(real.user_dn("mia"), "gidNumber"), ElementsAre("100"));
    EXPECT_FALSE(real.directory.there(real.group_dn("mia")));
    EXPECT_THAT(real.members("brics.x"), ElementsAre("mia"));
}

TEST(Ldap, AUserIdThatIsTakenIsRefusedAndARepeatIsASuccess)
{
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.users.create = true;
    const auto taken = real.plan({ with_new("brics.x", 7001, "mia", 20005) }).changes;
    EXPECT_THAT(real.apply(taken), testing::Contains(HasSubstr("user id 20005 is in use by user \"u005\"")));
    EXPECT_FALSE(real.directory.there(real.user_dn("mia")));

    const auto good = real.plan({ with_new("brics.x", 7001, "mia", 9001) }).changes;
    EXPECT_THAT(real.apply(good), Each(EndsWith(": ok")));
    const auto state = real.directory.state();
    EXPECT_THAT(real.apply(good), Each(EndsWith(": ok")));
    EXPECT_EQ(real.directory.state(), state);
}

} // namespace
} // namespace site
