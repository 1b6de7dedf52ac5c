#include "exec/desired.hpp"

#include "group_projection/group_projection.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::IsEmpty;

const Name cluster { "c1" };

Member member(std::string_view user, Standing standing = Standing::present)
{
    Member out { Name(user), std::string(user) + ".climate.brics", {} };
    out.standing = standing;
    out.why = standing == Standing::present ? "" : "he is " + std::string(name(standing));
    return out;
}

Allocation project(std::string_view group, std::vector<Member> members = {})
{
    Allocation out;
    out.name = group;
    out.identifier = "climate.brics";
    out.group = Name(group);
    out.gid = 5001;
    out.limit = 36000;
    out.spent = Spent {};
    out.members = std::move(members);
    return out;
}

std::string shown(const std::vector<Record>& records)
{
    std::string out;
    for (const auto& record : records) {
        out += text(record.key) + (record.only_if_there ? " if there" : "");
        for (const auto& field : record.fields)
            out += " " + field.field.text() + "=" + (field.value.unset() ? "(unset)" : field.value.text())
                + (field.take == Take::hold ? " hold" : "")
                + (field.effect == Effect::takes_away   ? " takes_away"
                        : field.effect == Effect::stops ? " stops"
                                                        : "");
        for (const auto& need : record.needs)
            out += " needs " + text(need);
        out += "\n";
    }
    return out;
}

class ExecDesired : public testing::Test {
protected:
    ExecDesired() { settings.records = { "account", "association" }; }

    Desired of(std::vector<Allocation> allocations)
    {
        Snapshot snapshot;
        snapshot.cluster = cluster;
        snapshot.allocations = std::move(allocations);
        snapshot.owned = &owned;
        const Observation observation { records, std::make_shared<GroupFacts>() };
        auto out = exec_desired(settings, cluster, snapshot, observation);
        EXPECT_TRUE(out);
        return *out;
    }
    std::string records_of(std::vector<Allocation> allocations)
    {
        return shown(of(std::move(allocations)).records);
    }
    void there(std::vector<FieldValue> fields)
    {
        records.push_back({ .key = account, .fields = std::move(fields) });
    }
    void ours(std::string_view field)
    {
        owned[account].record = true;
        owned[account].fields.push_back({ Name(field), Value(1), {} });
    }

    const Key account { Kind::account, cluster, Name("a") };
    ExecSettings settings;
    std::vector<Record> records;
    Ownership owned;
};

const std::string open_account = "account c1/a project=climate.brics limit=36000\n";

TEST_F(ExecDesired, HasAnAccountAProjectAndAnAssociationAMember)
{
    EXPECT_EQ(records_of({ project("a", { member("zoe"), member("mia") }) }),
        open_account + "association c1/a/mia needs account c1/a\nassociation c1/a/zoe needs account c1/a\n");
}

TEST_F(ExecDesired, HasTheKindsOfTheSettingsOnly)
{
    settings.records = { "account" };
    EXPECT_EQ(records_of({ project("a", { member("mia") }) }), open_account);
    settings.records = { "group" };
    EXPECT_EQ(records_of({ project("a", { member("mia") }) }), "group c1/a gid=5001\n");
    settings.records = { "association", "account", "group_member", "group" };
    EXPECT_EQ(records_of({ project("a", { member("mia") }) }),
        "group c1/a gid=5001\ngroup_member c1/a/mia needs group c1/a\n" + open_account
            + "association c1/a/mia needs account c1/a\n");
}

TEST_F(ExecDesired, ClosesWithTheEffectOfItsReason)
{
    auto one = project("a");
    one.active = false;
    EXPECT_EQ(
        records_of({ one }), "account c1/a project=climate.brics closed=1 hold takes_away limit=36000\n");
    one = project("a");
    one.spent->node_seconds = 36000;
    EXPECT_EQ(records_of({ one }), "account c1/a project=climate.brics closed=1 hold stops limit=36000\n");
    one.limit = 0;
    EXPECT_EQ(records_of({ one }), "account c1/a project=climate.brics closed=1 hold takes_away limit=0\n");
}

TEST_F(ExecDesired, LeavesGateAndLimitAsTheyStandWhileUndecided)
{
    auto one = project("a");
    one.limit.reset();
    EXPECT_EQ(
        records_of({ one }), "account c1/a project=climate.brics\n"); // nothing is there: it begins open
    there({ { Name("closed"), Value(1) }, { Name("limit"), Value(7) } });
    EXPECT_EQ(records_of({ one }), "account c1/a project=climate.brics limit=7\n"); // not our gate
    ours("closed");
    EXPECT_EQ(records_of({ one }), "account c1/a project=climate.brics closed=1 hold limit=7\n");
    one.limit = 36000;
    one.spent.reset();
    EXPECT_EQ(records_of({ one }), "account c1/a project=climate.brics closed=1 hold limit=7\n");
    records[0].fields.clear(); // opened by hand
    EXPECT_EQ(records_of({ one }), "account c1/a project=climate.brics closed=(unset) hold\n");
}

TEST_F(ExecDesired, BlocksARevokedMemberAndLeavesOutAnExpiredOne)
{
    EXPECT_EQ(
        records_of({ project("a", { member("mia", Standing::revoked), member("zoe", Standing::expired) }) }),
        open_account + "association c1/a/mia if there blocked=1 hold takes_away needs account c1/a\n");
}

TEST_F(ExecDesired, TakesTheStandingThatLeavesMostOfAUserWhoIsListedTwice)
{
    EXPECT_EQ(records_of({ project("a", { member("mia", Standing::revoked), member("mia") }) }),
        open_account + "association c1/a/mia needs account c1/a\n");
}

TEST_F(ExecDesired, MakesNothingForWhatIsGoneOrMayNotBeMade)
{
    auto one = project("a", { member("mia") });
    one.may_create = false;
    EXPECT_EQ(records_of({ one }),
        "account c1/a if there project=climate.brics limit=36000\nassociation c1/a/mia if there needs "
        "account c1/a\n");
    one = project("a", { member("mia") });
    one.standing = Standing::revoked;
    EXPECT_EQ(records_of({ one }),
        "account c1/a if there project=climate.brics closed=1 hold takes_away limit=36000\n"
        "association c1/a/mia if there needs account c1/a\n");
}

TEST_F(ExecDesired, KeepsAnExpiredAccountClosedAndEmptyOrRemovesIt)
{
    auto one = project("a", { member("mia") });
    one.standing = Standing::expired;
    EXPECT_EQ(records_of({ one }),
        "account c1/a if there project=climate.brics closed=1 hold takes_away limit=36000\n");
    settings.groups.retire = Retire::remove;
    EXPECT_EQ(records_of({ one }), "");
}

TEST_F(ExecDesired, RefusesWhatIsFrozenWaitingOrHasNoFitName)
{
    auto frozen = project("a", { member("mia") });
    frozen.standing = Standing::frozen;
    frozen.why = "two rows";
    const auto out
        = of({ frozen, project("b", { member("zoe", Standing::waiting), member("-r") }), project("c d") });
    EXPECT_EQ(shown(out.records), "account c1/b project=climate.brics limit=36000\n");
    std::string said;
    for (const auto& refusal : out.refused)
        said += text(refusal.key) + ": " + refusal.why + "\n";
    EXPECT_EQ(said,
        "account c1/a: two rows\n"
        "association c1/b/-r: user name \"-r\": must begin with a lower-case letter or _\n"
        "association c1/b/zoe: he is waiting\n"
        "account c1/c d: account name \"c d\": contains \" \"; allowed are a-z 0-9 _ . -\n");
}

TEST_F(ExecDesired, ClosesTheAccountOfAGroupThatCanNotBeMadeAndMakesNone)
{
    settings.records = { "group", "group_member", "account", "association" };
    auto one = project("a", { member("mia") });
    one.gid.reset();
    one.no_gid = "all ids are in use";
    one.paused = true;
    const auto out = of({ one });
    EXPECT_THAT(out.refused, IsEmpty());
    EXPECT_EQ(shown(out.records),
        "group c1/a if there\n"
        "account c1/a if there project=climate.brics closed=1 hold takes_away limit=36000\n"
        "association c1/a/mia if there needs account c1/a\n");
    ASSERT_EQ(out.findings.size(), 1U);
    EXPECT_EQ(out.findings[0].code, "exec-left-alone");
    EXPECT_EQ(out.findings[0].text, "it is left as it is: all ids are in use");
}

TEST_F(ExecDesired, BlocksAMemberWhoWaitsInAnotherAllocationOfTheGroup)
{
    settings.records = { "group", "group_member", "account", "association" };
    auto one = project("a", { member("mia", Standing::revoked) });
    one.sharers = { member("mia", Standing::waiting) };
    const auto out = of({ one });
    EXPECT_THAT(out.refused, IsEmpty());
    EXPECT_EQ(shown(out.records),
        "group c1/a gid=5001\ngroup_member c1/a/mia if there\n" + open_account
            + "association c1/a/mia if there blocked=1 hold takes_away needs account c1/a\n");
}

TEST_F(ExecDesired, RefusesAFrozenProjectInAllItsKinds)
{
    settings.records = { "group", "group_member", "account", "association" };
    auto frozen = project("a", { member("mia") });
    frozen.standing = Standing::frozen;
    const auto out = of({ frozen, project("b", { member("zoe", Standing::frozen) }) });
    EXPECT_EQ(shown(out.records), "group c1/b gid=5001\naccount c1/b project=climate.brics limit=36000\n");
    std::vector<std::string> keys;
    for (const auto& refusal : out.refused)
        keys.push_back(text(refusal.key));
    EXPECT_THAT(keys,
        testing::UnorderedElementsAre(
            "group c1/a", "account c1/a", "group_member c1/b/zoe", "association c1/b/zoe"));
}

TEST_F(ExecDesired, TellsOfAGateThatIsNotOursAndLeavesIt)
{
    there({ { Name("closed"), Value(1) } });
    const auto out = of({ project("a") });
    ASSERT_EQ(out.findings.size(), 1U);
    EXPECT_EQ(out.findings[0].code, "exec-foreign-hold");
    EXPECT_EQ(shown(out.records), open_account);
    ours("closed");
    EXPECT_THAT(of({ project("a") }).findings, IsEmpty());
}

TEST_F(ExecDesired, LeavesOutALimitThatIsTooLargeToSay)
{
    auto one = project("a");
    one.limit = 1ULL << 63;
    EXPECT_EQ(records_of({ one }), "account c1/a project=climate.brics\n");
}

TEST_F(ExecDesired, LooksForWhatIsAskedForAndForWhatIsOurs)
{
    owned[{ Kind::account, cluster, Name("z") }].record = true;
    owned[{ Kind::account, Name("c2"), Name("other") }].record = true;
    owned[{ Kind::group, cluster, Name("of-another-kind") }].record = true;
    Snapshot snapshot;
    snapshot.allocations = { project("b"), project("a"), project("") };
    snapshot.owned = &owned;
    EXPECT_EQ(
        exec_interest(settings, cluster, snapshot).names, (std::vector { Name("a"), Name("b"), Name("z") }));
}

} // namespace
} // namespace site
