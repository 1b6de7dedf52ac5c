#include "ldap/operations.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Name c1 { "c1" };

Change joins(const std::string& group, const std::string& user)
{
    return { Action::create, Effect::gives, { Kind::group_member, c1, Name(group), Name(user) } };
}

Change leaves(const std::string& group, const std::string& user)
{
    return { Action::remove, Effect::takes_away, { Kind::group_member, c1, Name(group), Name(user) } };
}

Change makes(const std::string& group, std::int64_t gid, std::string reason = "the configuration")
{
    return { Action::create, Effect::gives, { Kind::group, c1, Name(group) },
        { { group_fields().gid, {}, Value(gid) } }, std::move(reason) };
}

class LdapOperations : public testing::Test {
protected:
    LdapOperations()
    {
        settings.bind_dn = "cn=agent,dc=org";
        settings.group_base = "ou=groups,dc=org";
        settings.people_base = "ou=people,dc=org";
    }
    void there(const std::string& group, std::uint32_t gid, std::set<Name> members, bool placeholder = false)
    {
        tree.groups[Name(group)]
            = { "cn=" + group + ",ou=groups,dc=org", gid, std::move(members), placeholder, true };
        tree.ids.groups[gid] = Name(group);
    }
    std::vector<std::string> lines(const std::vector<Change>& changes)
    {
        const auto form = LdapForm::make(settings).value();
        const auto work = ldap_work(changes, tree, form);
        std::vector<std::string> out;
        for (const auto& operation : work.operations)
            out.push_back(shown(operation));
        for (std::size_t i = 0; i < changes.size(); ++i)
            if (!work.results[i])
                out.push_back(work.results[i].error().text);
        return out;
    }

    LdapSettings settings;
    LdapTree tree;
};

TEST_F(LdapOperations, AGroupHasOneModificationForAllWhoComeAndGo)
{
    there("a", 7001, { Name("u1"), Name("u2") });
    EXPECT_THAT(
        lines({ joins("a", "u3"), leaves("a", "u1"), joins("a", "u4"), joins("a", "u5"), joins("a", "u2") }),
        ElementsAre(
            "ldapmodify cn=a,ou=groups,dc=org: add memberUid: u3, u4 (and 1 more); delete memberUid: u1"));
    EXPECT_THAT(lines({ joins("a", "u2"), leaves("a", "u9"), leaves("gone", "u1") }), IsEmpty());
}

TEST_F(LdapOperations, ThePlaceholderComesWhenTheLastGoesAndGoesWhenTheFirstComes)
{
    settings.schema = LdapSchema::rfc2307bis;
    there("a", 7001, { Name("u1") });
    there("b", 7002, {}, true);
    EXPECT_THAT(lines({ leaves("a", "u1"), joins("b", "u1") }),
        ElementsAre("ldapmodify cn=a,ou=groups,dc=org: add member: cn=agent,dc=org; delete member: "
                    "uid=u1,ou=people,dc=org",
            "ldapmodify cn=b,ou=groups,dc=org: add member: uid=u1,ou=people,dc=org; delete member: "
            "cn=agent,dc=org"));
    EXPECT_THAT(lines({ leaves("a", "u1"), joins("a", "u2") }),
        ElementsAre("ldapmodify cn=a,ou=groups,dc=org: add member: uid=u2,ou=people,dc=org; delete member: "
                    "uid=u1,ou=people,dc=org"));
    settings.placeholder_member = "none"; // FreeIPA: a group may be empty
    EXPECT_THAT(lines({ leaves("a", "u1") }),
        ElementsAre("ldapmodify cn=a,ou=groups,dc=org: delete member: uid=u1,ou=people,dc=org"));
    EXPECT_THAT(lines({ makes("c", 7003) }),
        ElementsAre(
            "ldapadd cn=c,ou=groups,dc=org: objectClass: top, groupOfNames, posixGroup; cn: c; gidNumber: "
            "7003; description: site-agent"));
}

TEST_F(LdapOperations, AnIdInUseByAnotherNameIsRefusedWithAllThatNeedsIt)
{
    there("a", 7001, {});
    EXPECT_THAT(lines({ makes("b", 7001), joins("b", "u1"), makes("c", 7002), makes("d", 7002) }),
        ElementsAre(HasSubstr("ldapadd cn=c,"), HasSubstr("group id 7001 is in use by group \"a\""),
            HasSubstr("its group could not be made"), HasSubstr("group id 7002 is in use by group \"c\"")));
    EXPECT_THAT(lines({ makes("a", 7001), joins("a", "u1") }), ElementsAre(HasSubstr("ldapmodify cn=a,")));
    EXPECT_THAT(lines({ makes("a", 7009), joins("a", "u1") }),
        ElementsAre(HasSubstr("there with group id 7001"), HasSubstr("its group is another one")));
}

TEST_F(LdapOperations, ANameThatIsNoneReachesNoServer)
{
    there("a", 7001, { Name("uid=x,dc=org") });
    EXPECT_THAT(lines({ joins("a", "a,b"), joins("a", ""), leaves("a", "uid=x,dc=org"), joins("a*", "u1"),
                    joins("a", "u1") }),
        ElementsAre("ldapmodify cn=a,ou=groups,dc=org: add memberUid: u1", HasSubstr("user"),
            HasSubstr("user"), HasSubstr("user"), HasSubstr("group")));
}

TEST_F(LdapOperations, TheReasonsProjectStandsInTheMark)
{
    EXPECT_THAT(lines({ makes("a", 7001, "allocation \"x (y)\" (climate.brics): gone"),
                    makes("b", 7002, "association (no project)") }),
        ElementsAre(testing::EndsWith("description: site-agent: climate.brics"),
            testing::EndsWith("description: site-agent")));
}

TEST_F(LdapOperations, ManyMembersAreSentInPieces)
{
    there("a", 7001, {});
    std::vector<Change> changes;
    for (std::size_t i = 0; i < 2 * most_values + 1; ++i)
        changes.push_back(joins("a", "u" + std::to_string(i)));
    EXPECT_EQ(lines(changes).size(), 3u);
}

TEST_F(LdapOperations, AUserIsMadeAfterHisOwnGroupAndBeforeHeJoins)
{
    settings.users.create = true;
    settings.user_classes = { "account", "posixAccount", "shadowAccount" };
    there("a", 7001, {});
    const Change makes_mia { Action::create, Effect::gives, { Kind::user, c1, {}, Name("mia") },
        { { group_fields().uid, {}, Value(9001) } } };
    EXPECT_THAT(lines({ makes_mia, joins("a", "mia") }),
        ElementsAre(
            "ldapadd cn=mia,ou=groups,dc=org: objectClass: top, posixGroup; cn: mia; gidNumber: 9001; "
            "description: private group of mia",
            "ldapadd uid=mia,ou=people,dc=org: objectClass: account, posixAccount, shadowAccount; uid: mia; "
            "cn: "
            "mia; uidNumber: 9001; gidNumber: 9001; homeDirectory: /home/mia; loginShell: /bin/bash",
            "ldapmodify cn=a,ou=groups,dc=org: add memberUid: mia"));
    tree.ids.users[9001] = Name("ben");
    EXPECT_THAT(lines({ makes_mia, joins("a", "mia") }),
        ElementsAre(
            HasSubstr("user id 9001 is in use by user \"ben\""), HasSubstr("the user could not be made")));
}

} // namespace
} // namespace site
