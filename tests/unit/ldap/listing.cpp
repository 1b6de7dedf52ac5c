#include "ldap/listing.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LdapSettings settings(LdapSchema schema = LdapSchema::rfc2307)
{
    LdapSettings out;
    out.schema = schema;
    out.bind_dn = "cn=agent,dc=org";
    out.group_base = "ou=groups,dc=org";
    out.people_base = "ou=people,dc=org";
    return out;
}

LdapEntry group(const std::string& name, std::vector<std::string> gids, std::vector<LdapAttribute> more = {})
{
    LdapEntry out { "cn=" + name + ",ou=groups,dc=org",
        { { "cn", { name } }, { "gidNumber", std::move(gids) } } };
    out.attributes.insert(out.attributes.end(), more.begin(), more.end());
    return out;
}

class LdapListingTest : public testing::Test {
protected:
    void ask(std::vector<Name> names)
    {
        interest.names = std::move(names);
        form.emplace(LdapForm::make(config).value());
        listing.emplace(*form, Name("c1"), interest);
    }
    std::vector<std::string> records()
    {
        std::vector<std::string> out;
        for (const auto& record : listing->observation().records) {
            auto line = text(record.key);
            for (const auto& field : record.fields)
                line += " " + field.field.text() + "=" + field.value.text();
            out.push_back(line);
        }
        return out;
    }

    LdapSettings config = settings();
    Interest interest;
    std::optional<LdapForm> form;
    std::optional<LdapListing> listing;
};

TEST_F(LdapListingTest, AGroupWithNoneSeveralOrAnOddIdIsSetAsideAndTheOthersCount)
{
    ask({ Name("a"), Name("b"), Name("c"), Name("d") });
    ASSERT_TRUE(listing->take_group(group("a", { "7001" }, { { "memberUid", { "u2", "u1" } } })));
    ASSERT_TRUE(listing->take_group(group("b", {})));
    ASSERT_TRUE(listing->take_group(group("c", { "1", "2" })));
    ASSERT_TRUE(listing->take_group(group("d", { "-5" })));
    EXPECT_THAT(records(),
        ElementsAre("group c1/a gid=7001", "group c1/b", "group c1/c", "group c1/d", "group_member c1/a/u1",
            "group_member c1/a/u2"));
    const auto seen = listing->observation();
    ASSERT_EQ(seen.findings.size(), 3u);
    EXPECT_THAT(seen.findings[0].text, HasSubstr("cn=b,ou=groups,dc=org"));
    EXPECT_THAT(seen.findings[1].text, HasSubstr("several values of gidNumber"));
    EXPECT_EQ(seen.ids->groups.size(), 3u); // 7001, 1, 2
}

TEST_F(LdapListingTest, TheNameIsTheOneInTheDn)
{
    ask({ Name("new") });
    auto entry = group("new", { "7001" });
    entry.attributes[0].values = { "old", "new" };
    ASSERT_TRUE(listing->take_group(entry));
    EXPECT_THAT(records(), ElementsAre("group c1/new gid=7001"));
}

TEST_F(LdapListingTest, ThePlaceholderIsNobodyInWhateverSpelling)
{
    config = settings(LdapSchema::rfc2307bis);
    ask({ Name("a"), Name("b") });
    ASSERT_TRUE(listing->take_group(group("a", { "7001" }, { { "member", { "CN=Agent, DC=org" } } })));
    ASSERT_TRUE(listing->take_group(
        group("b", { "7002" }, { { "member", { "uid=U1,ou=People,dc=org", "", "cn=x,dc=org" } } })));
    EXPECT_THAT(records(),
        ElementsAre("group c1/a gid=7001", "group c1/b gid=7002", "group_member c1/b/cn=x,dc=org",
            "group_member c1/b/u1"));
    EXPECT_TRUE(std::move(*listing).tree().groups.at(Name("a")).placeholder);
}

TEST_F(LdapListingTest, UsersWithoutReadableIdsAreToldOrStopWhoWouldGiveIds)
{
    const LdapEntry hidden { "uid=u1,ou=people,dc=org", { { "uid", { "u1" } } } };
    ask({});
    ASSERT_TRUE(listing->take_user(hidden));
    ASSERT_EQ(listing->observation().findings.size(), 1u);
    EXPECT_EQ(listing->observation().findings[0].code, "ldap-odd-user");
    config.users.create = true;
    ask({});
    const auto taken = listing->take_user(hidden);
    ASSERT_FALSE(taken);
    EXPECT_THAT(taken.error().text, HasSubstr("no uidNumber"));
}

} // namespace
} // namespace site
