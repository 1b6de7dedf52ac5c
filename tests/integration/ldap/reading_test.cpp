#include "real_directory.hpp"

#include "ldap/directory.hpp"

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t many = 3000;

std::vector<Allocation> seeded(std::size_t number)
{
    std::vector<Allocation> out;
    for (std::size_t i = 1; i <= number; ++i) {
        const auto digits = std::to_string(10000 + i).substr(1);
        out.push_back(project("g" + digits, static_cast<std::uint32_t>(30000 + i), {}));
    }
    return out;
}

// Field case Unix groups 7, and what of case 6 there is through LDAP: a directory's cap on entries.
TEST(Ldap, UnixGroups7_ASearchThatWasCutBySizeTakesNothingAway)
{
    for (const auto schema : { LdapSchema::rfc2307, LdapSchema::rfc2307bis }) {
        LdapSandbox sandbox(schema, { { "LDAP_SANDBOX_GROUPS", std::to_string(many) } });
        RealDirectory real(sandbox);
        const auto wanted = seeded(many);

        // whole by pages, though the server gives at most 500 entries a search
        const auto seen = real.look(wanted);
        ASSERT_TRUE(seen) << seen.error().text;
        std::size_t groups = 0;
        std::size_t members = 0;
        for (const auto& record : seen->records) {
            groups += record.key.kind == Kind::group ? 1 : 0;
            members += record.key.kind == Kind::group_member ? 1 : 0;
        }
        EXPECT_EQ(groups, many);
        EXPECT_EQ(members, many * 20);
        EXPECT_EQ(real.plugin().counts().searches, 2u);
        EXPECT_EQ(real.plugin().counts().connections, 1u);
        RecordProperty("pages", static_cast<int>(real.plugin().counts().pages));

        // the same without pages is cut
        Directory unpaged(real.settings, secret_of);
        std::size_t handed_over = 0;
        const auto cut = unpaged.search({ .base = real.settings.group_base,
                                            .filter = "(objectClass=posixGroup)",
                                            .paging = LdapSearch::Paging::none },
            [&](const LdapEntry&) -> Result<void> {
                ++handed_over;
                return {};
            });
        ASSERT_FALSE(cut);
        EXPECT_THAT(cut.error().text, HasSubstr("size limit exceeded (4)"));
        EXPECT_EQ(handed_over, 500u);

        // and so are all pages together where the server counts them: an error, and nothing is changed on it
        real.restart();
        real.settings.bind_dn = "cn=limited," + sandbox.variable("LDAP_BASE");
        const auto limited = real.look(wanted);
        ASSERT_FALSE(limited);
        EXPECT_THAT(limited.error().text, HasSubstr("size limit exceeded (4)"));
        const Change removal { Action::remove, Effect::takes_away,
            { Kind::group_member, Name("sandbox"), Name("g0001"), Name("u001") } };
        EXPECT_FALSE(real.plugin().apply({ &removal, 1 })[0]);
        EXPECT_EQ(real.plugin().counts().changes, 0u);
        const auto said = real.plugin().check();
        EXPECT_THAT(said, testing::Contains(testing::Field(&Finding::code, "ldap-size-limit")));
    }
}

TEST(Ldap, ReportsWhatIsAskedForWithEveryMemberAndAllIds)
{
    RealDirectory real(LdapSchema::rfc2307);
    real.directory.modify("dn: " + real.group_dn("odd") + "\nchangetype: add\nobjectClass: posixGroup\n"
        + "cn: odd\ngidNumber: 5001\nmemberUid: u001\nmemberUid: Not A User\n\n" + "dn: "
        + real.group_dn("other") + "\nchangetype: add\nobjectClass: posixGroup\ncn: other\ngidNumber: 5002\n"
        + "memberUid: u002\n\ndn: " + real.group_dn("mine")
        + "\nchangetype: add\nobjectClass: posixGroup\ncn: mine\ngidNumber: 20003\n"
        + "description: site-agent: climate.brics\n");
    auto interest = real.plugin().interest(real.snapshot({ project("odd", 0, {}) }));
    interest.users = { Name("u003") };
    interest.marked = true;
    const auto seen = real.plugin().observed(interest);
    ASSERT_TRUE(seen) << seen.error().text;
    std::vector<std::string> keys;
    for (const auto& record : seen->records)
        keys.push_back(text(record.key) + (record.marked ? " marked" : ""));
    EXPECT_THAT(keys,
        ElementsAre("group sandbox/mine marked", "group sandbox/odd", testing::HasSubstr("u003"),
            testing::HasSubstr("Not A User"), testing::HasSubstr("u001")));
    ASSERT_TRUE(seen->ids);
    EXPECT_EQ(seen->ids->groups.at(5001), Name("odd"));
    EXPECT_EQ(seen->ids->groups.at(5002), Name("other"));
    EXPECT_EQ(seen->ids->users.at(20003), Name("u003"));
    const auto& facts = dynamic_cast<const GroupFacts&>(*seen->facts);
    EXPECT_EQ(facts.primary, (std::set { std::pair(Name("mine"), Name("u003")) }));
    EXPECT_EQ(real.plugin().counts().searches, 2u);
}

TEST(Ldap, ANarrowFilterStillShowsEveryIdAndHidesNoGroupOfOurs)
{
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.group_filter = "(&(objectClass=posixGroup)(description=site-agent*))";
    real.directory.modify("dn: " + real.group_dn("brics.y") + "\nchangetype: add\nobjectClass: posixGroup\n"
        + "cn: brics.y\ngidNumber: 7001\n");
    const auto wanted
        = std::vector { project("brics.x", 7002, { "u001" }), project("brics.y", 7001, { "u001" }) };
    const auto view = real.snapshot(wanted);
    const auto seen = real.look(wanted);
    ASSERT_TRUE(seen) << seen.error().text;
    EXPECT_EQ(seen->ids->groups.at(7001), Name("brics.y"));
    EXPECT_EQ(real.plugin().counts().searches, 3u);
    ASSERT_EQ(seen->findings.size(), 1u);
    EXPECT_EQ(seen->findings[0].code, "ldap-odd-group");
    EXPECT_THAT(texts(real.plan(wanted)),
        ElementsAre(HasSubstr("create group sandbox/brics.x"), HasSubstr("create group_member")));
    real.settle(wanted);
    EXPECT_THAT(real.members("brics.y"), IsEmpty());
}

TEST(Ldap, AGroupThatIsThereTwiceIsLeftAsItIsAndOthersAreServed)
{
    RealDirectory real(LdapSchema::rfc2307);
    real.directory.modify("dn: ou=old," + real.settings.group_base
        + "\nchangetype: add\nobjectClass: organizationalUnit\nou: old\n\ndn: cn=brics.x,ou=old,"
        + real.settings.group_base + "\nchangetype: add\nobjectClass: posixGroup\ncn: brics.x\n"
        + "gidNumber: 7001\nmemberUid: u009\n\ndn: " + real.group_dn("brics.x")
        + "\nchangetype: add\nobjectClass: posixGroup\ncn: brics.x\ngidNumber: 7009\nmemberUid: u008\n");
    real.owned[{ Kind::group, Name("sandbox"), Name("brics.x") }].record = true;
    real.settings.groups.strict_members = true;
    const auto wanted
        = std::vector { project("brics.x", 7001, { "u001" }), project("brics.z", 7002, { "u001" }) };
    const auto seen = real.look(wanted);
    ASSERT_TRUE(seen) << seen.error().text;
    ASSERT_EQ(seen->findings.size(), 1u);
    EXPECT_EQ(seen->findings[0].code, "ldap-odd-group");
    real.settle(wanted);
    EXPECT_THAT(real.members("brics.x"), ElementsAre("u008"));
    EXPECT_THAT(real.members("brics.z"), ElementsAre("u001"));
    real.directory.modify("dn: cn=brics.x,ou=old," + real.settings.group_base + "\nchangetype: delete\n");
}

TEST(Ldap, AnEntryOfAnotherServerMakesTheReadingAnError)
{
    LdapSandbox sandbox(LdapSchema::rfc2307); // what refers elsewhere can't be removed as it was made
    RealDirectory real(sandbox);
    real.directory.modify("dn: ou=far," + real.settings.group_base
        + "\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: far\n"
        + "ref: ldap://far.example.org/ou=far\n");
    const auto seen = real.look({});
    ASSERT_FALSE(seen);
    EXPECT_THAT(seen.error().text, HasSubstr("another server"));
}

} // namespace
} // namespace site
