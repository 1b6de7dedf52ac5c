#include "real_directory.hpp"

namespace site {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr auto both = { LdapSchema::rfc2307, LdapSchema::rfc2307bis };

std::string value(const RealDirectory& real, const std::string& user)
{
    return real.settings.schema == LdapSchema::rfc2307 ? user : real.user_dn(user);
}

std::string by_hand(RealDirectory& real, const std::string& group, const std::string& way,
    const std::vector<std::string>& values)
{
    const std::string attribute = real.settings.schema == LdapSchema::rfc2307 ? "memberUid" : "member";
    std::string out
        = "dn: " + real.group_dn(group) + "\nchangetype: modify\n" + way + ": " + attribute + "\n";
    for (const auto& one : values)
        out += attribute + ": " + one + "\n";
    return out;
}

TEST(Ldap, MakesAGroupWithItsMarkAndItsMembersInOneOperation)
{
    for (const auto schema : both) {
        RealDirectory real(schema);
        const auto wanted = std::vector { project("brics.x", 7001, { "u001", "u002", "u003" }) };
        const auto changes = real.plan(wanted).changes;
        const auto shown = real.plugin().commands(changes);
        ASSERT_EQ(shown.size(), 1u);
        EXPECT_EQ(shown[0],
            "ldapadd " + real.group_dn("brics.x") + ": objectClass: top, "
                + (schema == LdapSchema::rfc2307 ? "" : "groupOfNames, ")
                + "posixGroup; cn: brics.x; gidNumber: 7001; description: site-agent: climate.brics; "
                + (schema == LdapSchema::rfc2307
                        ? "memberUid: u001, u002"
                        : "member: " + real.user_dn("u001") + ", " + real.user_dn("u002"))
                + " (and 1 more)");
        EXPECT_THAT(real.apply(changes), Each(EndsWith(": ok")));
        EXPECT_EQ(real.plugin().counts().changes, 1u);
        EXPECT_THAT(real.directory.values(real.group_dn("brics.x"), "description"),
            ElementsAre("site-agent: climate.brics"));
        EXPECT_THAT(real.members("brics.x"),
            ElementsAre(value(real, "u001"), value(real, "u002"), value(real, "u003")));
        EXPECT_THAT(texts(real.plan(wanted)), IsEmpty());
    }
}

TEST(Ldap, FiveHundredGroupsCostAboutOneOperationEachAndThenNone)
{
    for (const auto schema : both) {
        RealDirectory real(schema);
        std::vector<std::string> users;
        for (int i = 1; i <= 20; ++i)
            users.push_back("u" + std::to_string(1000 + i).substr(1));
        std::vector<Allocation> wanted;
        for (std::uint32_t i = 1; i <= 500; ++i)
            wanted.push_back(project("p" + std::to_string(1000 + i), 40000 + i, users));
        const auto changes = real.plan(wanted).changes;
        ASSERT_EQ(changes.size(), 500u * 21);
        const auto before = real.plugin().counts();
        EXPECT_THAT(real.apply(changes), Each(EndsWith(": ok")));
        const auto& after = real.plugin().counts();
        EXPECT_EQ(after.changes - before.changes, 500u);
        EXPECT_LE(after.searches - before.searches, 3u); // are the ids still free?
        EXPECT_EQ(after.connections, 1u);

        const auto idle = real.plugin().counts();
        EXPECT_THAT(texts(real.plan(wanted)), IsEmpty());
        EXPECT_LE(real.plugin().counts().searches - idle.searches, 2u);
        EXPECT_EQ(real.plugin().counts().changes, idle.changes);

        // a batch of those who come and go is one modification a group
        for (auto& one : wanted)
            one.members.erase(one.members.begin(), one.members.begin() + 5);
        const auto half = real.plugin().counts();
        EXPECT_THAT(real.apply(real.plan(wanted).changes), Each(EndsWith(": ok")));
        EXPECT_EQ(real.plugin().counts().changes - half.changes, 500u);
        EXPECT_THAT(real.members("p1001"), SizeIs(15));
    }
}

TEST(Ldap, WhatSomebodyDidBetweenTheLookAndTheChangeIsNeitherLostNorInTheWay)
{
    for (const auto schema : both) {
        RealDirectory real(schema);
        real.settle({ project("brics.x", 7001, { "u001", "u002", "u003" }) });
        const auto wanted = std::vector { project("brics.x", 7001, { "u001", "u004", "u005" }) };
        const auto changes = real.plan(wanted).changes;
        ASSERT_EQ(changes.size(), 4u);
        // by hand: one of those who come is there, one of those who go is gone, and somebody else came
        real.directory.modify(by_hand(real, "brics.x", "add", { value(real, "u004"), value(real, "u009") })
            + "\n" + by_hand(real, "brics.x", "delete", { value(real, "u002") }));
        const auto before = real.plugin().counts().changes;
        EXPECT_THAT(real.apply(changes), Each(EndsWith(": ok")));
        EXPECT_LE(real.plugin().counts().changes - before, 2u);
        EXPECT_THAT(real.members("brics.x"),
            ElementsAre(value(real, "u001"), value(real, "u004"), value(real, "u005"), value(real, "u009")));
    }
}

TEST(Ldap, AGroupThatWasMadeOrRemovedMeanwhileIsTakenAsItStands)
{
    RealDirectory real(LdapSchema::rfc2307);
    const auto wanted = std::vector { project("brics.x", 7001, { "u001", "u002" }),
        project("brics.y", 7002, { "u001" }), project("brics.z", 7003, { "u001" }) };
    const auto changes = real.plan(wanted).changes;
    const auto add = [&](const std::string& name, const std::string& gid) {
        return "dn: " + real.group_dn(name) + "\nchangetype: add\nobjectClass: posixGroup\ncn: " + name
            + "\ngidNumber: " + gid + "\nmemberUid: u001\n\n";
    };
    // the same, one with another id, and one that took an id
    real.directory.modify(add("brics.x", "7001") + add("brics.y", "7009") + add("thief", "7003"));
    const auto said = real.apply(changes);
    ASSERT_EQ(said.size(), 7u);
    EXPECT_THAT(said[0], EndsWith(": ok"));
    EXPECT_THAT(said[1], HasSubstr("it is there with group id 7009"));
    EXPECT_THAT(said[2], HasSubstr("group id 7003 is in use by group \"thief\""));
    EXPECT_THAT(said[3], EndsWith(": ok"));
    EXPECT_THAT(said[4], EndsWith(": ok"));
    EXPECT_THAT(said[5], testing::Not(EndsWith(": ok")));
    EXPECT_THAT(said[6], testing::Not(EndsWith(": ok")));
    EXPECT_THAT(real.members("brics.x"), ElementsAre("u001", "u002"));
    EXPECT_FALSE(real.directory.there(real.group_dn("brics.z")));

    real.owned.clear();
    const auto view = real.snapshot({});
    ASSERT_TRUE(real.look(wanted));
    real.directory.modify("dn: " + real.group_dn("brics.x") + "\nchangetype: delete\n");
    const std::vector<Change> later {
        { Action::remove, Effect::takes_away,
            { Kind::group_member, Name("sandbox"), Name("brics.x"), Name("u001") } },
        { Action::create, Effect::gives,
            { Kind::group_member, Name("sandbox"), Name("brics.x"), Name("u003") } },
    };
    const auto results = real.plugin().apply(later);
    EXPECT_TRUE(results[0]);
    ASSERT_FALSE(results[1]);
    EXPECT_EQ(results[1].error().code, Errc::conflict);
}

TEST(Ldap, OneMemberWhoIsRefusedStopsNobodyElse)
{
    TempDir dir;
    write_file(dir.path() / "extra",
        "moduleload constraint\noverlay constraint\nconstraint_attribute memberUid regex ^u[0-9]+$\n"
        "constraint_attribute member regex ^uid=u[0-9]+,.*$\n");
    for (const auto schema : both) {
        LdapSandbox sandbox(schema, { { "LDAP_SANDBOX_EXTRA", (dir.path() / "extra").string() } });
        RealDirectory real(sandbox);
        real.settings.placeholder_member = "uid=u0," + real.directory.variable("LDAP_BASE");
        std::vector<std::string> users { "mia" };
        for (int i = 1; i <= 20; ++i)
            users.push_back("u" + std::to_string(1000 + i).substr(1));
        const auto wanted = std::vector { project("brics.x", 7001, users) };
        for (const auto& line : real.apply(real.plan(wanted).changes)) {
            const bool bad = line.find("mia") != std::string::npos;
            EXPECT_THAT(line, HasSubstr(bad ? "constraint violation (19)" : ": ok"));
        }
        EXPECT_THAT(real.members("brics.x"), SizeIs(20));
    }
}

TEST(Ldap, AGroupOfNamesWithoutMembersHoldsItsPlaceholderWhichIsNobody)
{
    RealDirectory real(LdapSchema::rfc2307bis);
    const auto others = { std::string(), std::string("cn=nobody," + real.directory.variable("LDAP_BASE")) };
    for (const auto& placeholder : others) {
        real.settings.placeholder_member = placeholder;
        real.restart();
        const auto stands_in = placeholder.empty() ? real.settings.bind_dn : placeholder;
        real.settle({ project("brics.x", 7001, {}) });
        EXPECT_THAT(real.members("brics.x"), ElementsAre(stands_in));
        real.settle({ project("brics.x", 7001, { "u001" }) });
        EXPECT_THAT(real.members("brics.x"), ElementsAre(real.user_dn("u001")));
        real.settle({ project("brics.x", 7001, {}) });
        EXPECT_THAT(real.members("brics.x"), ElementsAre(stands_in));
        const auto seen = real.look({ project("brics.x", 7001, {}) });
        ASSERT_TRUE(seen);
        EXPECT_THAT(seen->records, SizeIs(1));
        real.directory.clear();
        real.owned.clear();
    }
    // without an identity that is an entry, the group stands in for itself
    real.settings.url = real.directory.variable("LDAPI_URI");
    real.settings.start_tls = false;
    real.settings.bind_dn.clear();
    real.settings.placeholder_member.clear();
    real.settings.external = true;
    real.restart();
    real.settle({ project("brics.x", 7001, {}) });
    EXPECT_THAT(real.members("brics.x"), ElementsAre(real.group_dn("brics.x")));
}

TEST(Ldap, TheLastMemberMayBeGoneByHandWhenTheLastOfOursLeaves)
{
    RealDirectory real(LdapSchema::rfc2307bis);
    real.settle({ project("brics.x", 7001, { "u001" }) });
    real.directory.modify(by_hand(real, "brics.x", "add", { value(real, "u009") }));
    const auto changes = real.plan({ project("brics.x", 7001, {}) }).changes;
    ASSERT_EQ(changes.size(), 1u);
    // seen with u009 in it, so that no placeholder was thought to be needed
    real.directory.modify(by_hand(real, "brics.x", "delete", { value(real, "u009") }));
    EXPECT_THAT(real.apply(changes), Each(EndsWith(": ok")));
    EXPECT_THAT(real.members("brics.x"), ElementsAre(real.settings.bind_dn));
}

TEST(Ldap, MembersThatAreNobodyOfOursStayAndAreTold)
{
    RealDirectory real(LdapSchema::rfc2307bis);
    real.settings.groups.strict_members = true;
    real.settle({ project("brics.x", 7001, { "u001" }) });
    const auto base = real.directory.variable("LDAP_BASE");
    const std::vector<std::string> foreign { "uid=deep,ou=guests," + real.settings.people_base,
        "cn=u002," + real.settings.people_base, "uid=u003+cn=u003," + real.settings.people_base,
        "cn=group,ou=groups," + base, "uid=odd\\2C name," + real.settings.people_base };
    real.directory.modify(by_hand(real, "brics.x", "add", foreign));
    const auto plan = real.plan({ project("brics.x", 7001, { "u001" }) });
    EXPECT_THAT(texts(plan), IsEmpty());
    const auto seen = real.look({ project("brics.x", 7001, {}) });
    ASSERT_TRUE(seen);
    EXPECT_THAT(seen->records, SizeIs(2 + foreign.size()));
    // another spelling is the same member
    real.directory.modify(by_hand(real, "brics.x", "delete", foreign) + "\n"
        + by_hand(real, "brics.x", "delete", { value(real, "u001") })
        + "-\nadd: member\nmember: UID = U001 , OU=People, " + base + "\n");
    EXPECT_THAT(texts(real.plan({ project("brics.x", 7001, { "u001" }) })), IsEmpty());
    real.settle({ project("brics.x", 7001, { "u002" }) });
    EXPECT_THAT(real.members("brics.x"), ElementsAre(value(real, "u002")));
}

TEST(Ldap, WhoIsThereByHandIsAStrangerUntilMembersAreStrict)
{
    for (const auto schema : both) {
        RealDirectory real(schema);
        const auto wanted = std::vector { project("brics.x", 7001, { "u001" }) };
        real.settle(wanted);
        real.directory.modify(by_hand(real, "brics.x", "add", { value(real, "u009") }));
        EXPECT_THAT(texts(real.plan(wanted)), IsEmpty());
        real.settings.groups.strict_members = true;
        real.restart();
        real.settle(wanted);
        EXPECT_THAT(real.members("brics.x"), ElementsAre(value(real, "u001")));
    }
}

TEST(Ldap, RemovesAGroupOfItsOwnAndNotSomebodysPrimaryOne)
{
    for (const auto schema : both) {
        RealDirectory real(schema);
        real.settings.groups.retire = Retire::remove;
        auto gone = project("brics.x", 7001, { "u001" });
        auto primary = project("brics.y", 20002, { "u001" });
        real.settle({ gone, primary });
        gone.standing = Standing::expired;
        primary.standing = Standing::expired;
        const auto said = real.apply(real.plan({ gone, primary }).changes);
        EXPECT_FALSE(real.directory.there(real.group_dn("brics.x")));
        EXPECT_TRUE(real.directory.there(real.group_dn("brics.y")));
        EXPECT_THAT(said, testing::Contains(HasSubstr("primary group of user \"u002\"")));
    }
}

TEST(Ldap, AGroupThatHoldsSomebodyElsesMemberIsNotRemoved)
{
    for (const auto schema : both) {
        RealDirectory real(schema);
        real.settings.groups.retire = Retire::remove;
        auto gone = project("brics.x", 7001, { "u001" });
        real.settle({ gone });
        real.directory.modify(by_hand(real, "brics.x", "add", { value(real, "u009") }));
        gone.standing = Standing::expired;
        const auto said = real.apply(real.plan({ gone }).changes);
        EXPECT_TRUE(real.directory.there(real.group_dn("brics.x")));
        EXPECT_THAT(real.members("brics.x"), testing::Contains(value(real, "u009")));
        EXPECT_THAT(
            said, testing::Contains(HasSubstr("\"u009\" is in it, and was not put there by the agent")));
    }
}

TEST(Ldap, EmptiesTheCachesAfterAChangeAndTellsWhenItCouldNot)
{
    class Recorder : public Runner {
    public:
        Result<Output> run(const Command& command) override
        {
            ran.push_back(text(command));
            return Output { { .status = status, .errors = "no\n" }, "" };
        }
        Result<Exit> stream(const Command&, const LineSink&) override { return Exit {}; }
        std::vector<std::string> ran;
        int status = 0;
    };
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.caches = { true, true };
    Recorder runner;
    Ldap plugin(Name("sandbox"), real.settings, runner, secret_of);
    const auto view = real.snapshot({});
    ASSERT_TRUE(plugin.observed(plugin.interest(view)));
    EXPECT_THAT(runner.ran, IsEmpty());
    const Change group { Action::create, Effect::gives, { Kind::group, Name("sandbox"), Name("brics.x") },
        { { group_fields().gid, {}, Value(7001) } } };
    EXPECT_EQ(plugin.commands({ &group, 1 }).size(), 4u);
    ASSERT_TRUE(plugin.apply({ &group, 1 })[0]);
    EXPECT_THAT(runner.ran,
        ElementsAre("/usr/sbin/sss_cache -E", "/usr/sbin/nscd -i group", "/usr/sbin/nscd -i passwd"));
    EXPECT_TRUE(plugin.apply({ &group, 1 })[0]); // holds already: nothing to forget
    EXPECT_THAT(runner.ran, SizeIs(3));
    runner.status = 1;
    const Change second { Action::create, Effect::gives, { Kind::group, Name("sandbox"), Name("brics.y") },
        { { group_fields().gid, {}, Value(7002) } } };
    ASSERT_TRUE(plugin.apply({ &second, 1 })[0]);
    const auto seen = plugin.observed(plugin.interest(view));
    ASSERT_TRUE(seen);
    ASSERT_THAT(seen->findings, SizeIs(1));
    EXPECT_EQ(seen->findings[0].code, "ldap-cache");
}

} // namespace
} // namespace site
