#include "slurm/desired.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

class SlurmDesired : public testing::Test {
protected:
    Desired of(std::vector<Allocation> allocations)
    {
        const Observation observation { records, facts };
        auto out
            = slurm_desired(settings, Name("sandbox"), snapshot(std::move(allocations), owned), observation);
        EXPECT_TRUE(out);
        return *out;
    }
    std::string records_of(std::vector<Allocation> allocations)
    {
        return shown(of(std::move(allocations)).records);
    }

    SlurmSettings settings;
    std::vector<Record> records;
    std::shared_ptr<SlurmFacts> facts = std::make_shared<SlurmFacts>();
    Ownership owned;
};

const std::string open_account = R"(account sandbox/a
  description=project climate.brics
  organization=site-agent
  parent=root
)";

TEST_F(SlurmDesired, HasAnAccountAProjectAndAnAssociationAMember)
{
    EXPECT_EQ(records_of({ project("a", { member("zoe"), member("mia") }) }),
        open_account + R"(association sandbox/a/mia
  needs account sandbox/a
association sandbox/a/zoe
  needs account sandbox/a
)");
}

TEST_F(SlurmDesired, HasAnAssociationAPartitionWherePartitionsAreConfigured)
{
    settings.partitions = { "gpu", "cpu" };
    EXPECT_EQ(
        records_of({ project("a", { member("mia") }) }), open_account + R"(association sandbox/a/mia in cpu
  needs account sandbox/a
association sandbox/a/mia in gpu
  needs account sandbox/a
)");
}

TEST_F(SlurmDesired, CarriesTheConfiguredFairShareAndQos)
{
    settings.fairshare = 10;
    settings.qos = { "normal", "long" };
    settings.default_qos = "normal";
    settings.downscaled_qos = "low";
    settings.parent_account = "hpc";
    EXPECT_EQ(records_of({ project("a") }), R"(account sandbox/a
  description=project climate.brics
  organization=site-agent
  parent=hpc
  fairshare=10
  QOS=long,low,normal
  DefaultQOS=normal
)");
}

TEST_F(SlurmDesired, HoldsTheDownscaledQosWhileDownscaled)
{
    settings.default_qos = "normal";
    settings.downscaled_qos = "low";
    auto one = project("a");
    one.downscaled = true;
    EXPECT_EQ(records_of({ one }), open_account + "  DefaultQOS=low hold takes away\n");
}

TEST_F(SlurmDesired, ClosesTheGateOfASpentMonthByOurLedger)
{
    auto one = project("a");
    one.spent->node_seconds = *one.limit;
    EXPECT_EQ(records_of({ one }), open_account + "  GrpSubmitJobs=0 hold stops\n  GrpJobs=0 hold stops\n");
}

TEST_F(SlurmDesired, ClosesTheGateForEveryWordOfThePortal)
{
    const auto closed = open_account + "  GrpSubmitJobs=0 hold takes away\n  GrpJobs=0 hold takes away\n";
    auto one = project("a");
    one.paused = true;
    EXPECT_EQ(records_of({ one }), closed);
    one = project("a");
    one.limit = 0;
    EXPECT_EQ(records_of({ one }), closed);
    one = project("a");
    one.active = false;
    EXPECT_EQ(records_of({ one }), closed);
}

TEST_F(SlurmDesired, LeavesTheGateAsItStandsWhileTheLimitOrWhatIsSpentIsUnknown)
{
    auto one = project("a");
    one.limit.reset();
    auto two = project("a");
    two.spent.reset();
    records = { { .key = account("a"), .fields = { { fields().grp_submit, Value(0) } } } };
    EXPECT_EQ(records_of({ one }), open_account);
    owned[account("a")].fields
        = { { fields().grp_submit, Value(0), {} }, { fields().grp_jobs, Value(0), {} } };
    EXPECT_EQ(records_of({ one }), open_account + "  GrpSubmitJobs=0 hold\n  GrpJobs=(unset) hold\n");
    EXPECT_EQ(records_of({ two }), records_of({ one }));
}

TEST_F(SlurmDesired, BeginsANewAccountOpenSinceNothingCanHaveBeenSpentUnderIt)
{
    auto one = project("a");
    one.spent.reset();
    EXPECT_EQ(records_of({ one }), open_account);
}

TEST_F(SlurmDesired, ClosesARevokedAllocationAndKeepsItsMembers)
{
    auto one = project("a", { member("mia"), member("zoe", Standing::revoked) });
    one.standing = Standing::revoked;
    EXPECT_EQ(records_of({ one }), R"(account sandbox/a (only if there)
  description=project climate.brics
  organization=site-agent
  parent=root
  GrpSubmitJobs=0 hold takes away
  GrpJobs=0 hold takes away
association sandbox/a/mia (only if there)
  needs account sandbox/a
association sandbox/a/zoe (only if there)
  MaxSubmitJobs=0 hold takes away
  needs account sandbox/a
)");
}

TEST_F(SlurmDesired, KeepsTheAccountOfAnExpiredAllocationClosedAndWithoutMembers)
{
    auto one = project("a", { member("mia") });
    one.standing = Standing::expired;
    EXPECT_EQ(records_of({ one }), R"(account sandbox/a (only if there)
  description=project climate.brics
  organization=site-agent
  parent=root
  GrpSubmitJobs=0 hold takes away
  GrpJobs=0 hold takes away
)");
    settings.retire = Retire::remove;
    EXPECT_EQ(records_of({ one }), "");
}

TEST_F(SlurmDesired, LeavesAFrozenOrWaitingAllocationAsItIsAndSaysWhy)
{
    auto one = project("a", { member("mia") });
    one.standing = Standing::frozen;
    one.why = "its identifier is of another portal";
    auto two = project("b");
    two.standing = Standing::waiting;
    const auto desired = of({ one, two });
    EXPECT_EQ(shown(desired.records), "");
    EXPECT_EQ(shown(desired.refused),
        "account sandbox/a: its identifier is of another portal\naccount sandbox/b: waiting\n");
}

TEST_F(SlurmDesired, MakesNothingWhereNothingMayBeMade)
{
    auto one = project("a", { member("mia"), member("zoe", Standing::revoked) });
    one.may_create = false;
    const auto desired = of({ one });
    for (const auto& record : desired.records)
        EXPECT_TRUE(record.only_if_there) << text(record.key);
    EXPECT_EQ(desired.records.size(), 3U);
}

TEST_F(SlurmDesired, BlocksOnlyTheRevokedMember)
{
    EXPECT_EQ(records_of({ project("a",
                  { member("mia"), member("eve", Standing::revoked), member("tom", Standing::expired) }) }),
        open_account + R"(association sandbox/a/eve (only if there)
  MaxSubmitJobs=0 hold takes away
  needs account sandbox/a
association sandbox/a/mia
  needs account sandbox/a
)");
}

TEST_F(SlurmDesired, LeavesAWaitingOrFrozenMemberAsHeIsInEveryPartition)
{
    settings.partitions = { "cpu", "gpu" };
    const auto desired = of({ project("a",
        { member("mia", Standing::waiting, "no Unix user"), member("eve", Standing::frozen, "low uid") }) });
    EXPECT_EQ(shown(desired.records), open_account);
    EXPECT_EQ(shown(desired.refused), R"(association sandbox/a/eve in cpu: low uid
association sandbox/a/eve in gpu: low uid
association sandbox/a/mia in cpu: no Unix user
association sandbox/a/mia in gpu: no Unix user
)");
}

TEST_F(SlurmDesired, HasAMemberOfTwoRowsOnceAndPresent)
{
    EXPECT_EQ(records_of({ project("a", { member("mia", Standing::revoked), member("mia") }) }),
        open_account + "association sandbox/a/mia\n  needs account sandbox/a\n");
}

TEST_F(SlurmDesired, RefusesNamesThatAreNotPlainOrBelongToTheSite)
{
    settings.parent_account = "hpc";
    const auto desired = of({ project("Climate"), project("a b"), project("hpc"), project("root"),
        project("ok", { member("Mia") }) });
    EXPECT_THAT(shown(desired.refused), HasSubstr("account sandbox/Climate: account name"));
    EXPECT_THAT(shown(desired.refused), HasSubstr("account sandbox/a b: account name"));
    EXPECT_THAT(
        shown(desired.refused), HasSubstr("account sandbox/hpc: account \"hpc\" belongs to the site"));
    EXPECT_THAT(shown(desired.refused), HasSubstr("account sandbox/root: account \"root\" belongs"));
    EXPECT_THAT(shown(desired.refused), HasSubstr("association sandbox/ok/Mia: user name"));
    ASSERT_EQ(desired.records.size(), 1U);
    EXPECT_EQ(desired.records[0].key, account("ok"));
}

TEST_F(SlurmDesired, RefusesAnAccountThatAnotherClusterHasAndIsNotOurs)
{
    facts->elsewhere = { { Name("a"), "physics" }, { Name("b"), "site-agent" } };
    const auto desired = of({ project("a", { member("mia") }), project("b") });
    EXPECT_EQ(shown(desired.refused),
        "account sandbox/a: account \"a\" exists in Slurm's database and is not ours\n");
    ASSERT_EQ(desired.records.size(), 1U);
    EXPECT_EQ(desired.records[0].key, account("b"));
}

TEST_F(SlurmDesired, ReportsAHoldThatIsNotOurs)
{
    records = { { .key = account("a"),
        .fields = { { fields().parent, Value(Name("root")) }, { fields().grp_jobs, Value(0) } } } };
    const auto desired = of({ project("a") });
    ASSERT_EQ(desired.findings.size(), 1U);
    EXPECT_EQ(desired.findings[0].code, "slurm-foreign-hold");
    EXPECT_EQ(desired.findings[0].subject, "a");

    owned[account("a")].fields.push_back({ fields().grp_jobs, Value(0), {} });
    EXPECT_TRUE(of({ project("a") }).findings.empty());
}

TEST_F(SlurmDesired, CleansADescriptionAsSlurmKeepsIt)
{
    EXPECT_EQ(clean_text("project Climate.BRICS"), "project climate.brics");
    EXPECT_EQ(clean_text("a|b'c\"d\ne`f"), "a-b-c-d-e-f");
    EXPECT_EQ(clean_text("  Zürich "), "z-rich");
    EXPECT_EQ(clean_text(std::string(500, 'x')).size(), 128U);
    EXPECT_EQ(clean_text("   "), "");
}

class ByCustomer : public SlurmDesired {
protected:
    ByCustomer() { settings.accounts = AccountTree::by_customer; }
    static Allocation under(
        std::string_view group, std::string_view customer, std::string_view name = "ETH Zürich")
    {
        auto out = project(group);
        out.customer = Name(customer);
        out.customer_name = name;
        return out;
    }
};

TEST_F(ByCustomer, PutsProjectsUnderTheirOrganisation)
{
    EXPECT_EQ(records_of({ under("a", "eth"), under("b", "eth") }), R"(account sandbox/a
  description=project climate.brics
  organization=site-agent
  parent=eth
  needs account sandbox/eth
account sandbox/b
  description=project climate.brics
  organization=site-agent
  parent=eth
  needs account sandbox/eth
account sandbox/eth
  description=organisation eth z-rich
  organization=site-agent
  parent=root
)");
}

TEST_F(ByCustomer, RefusesTheLaterOfTwoOrganisationsOnOneName)
{
    const auto desired = of({ under("a", "eth"), under("b", "eth", "E.T.H. Ltd") });
    EXPECT_THAT(shown(desired.refused), HasSubstr("account sandbox/b: organisations"));
    EXPECT_EQ(desired.records.size(), 2U);
}

TEST_F(ByCustomer, RefusesAnOrganisationOnAProjectsName)
{
    const auto desired = of({ under("a", "b"), under("b", "eth") });
    EXPECT_EQ(shown(desired.refused),
        "account sandbox/a: account \"b\" would be an organisation's and a project's\n");
    ASSERT_EQ(desired.records.size(), 2U);
    EXPECT_EQ(desired.records[0].key, account("b"));
    EXPECT_EQ(desired.records[1].key, account("eth"));
}

TEST_F(ByCustomer, LeavesTheParentWhereTheOrganisationIsUnknown)
{
    records = { { .key = account("a"), .fields = { { fields().parent, Value(Name("old")) } } } };
    const auto desired = of({ under("a", "") });
    EXPECT_EQ(shown(desired.records), R"(account sandbox/a (only if there)
  description=project climate.brics
  organization=site-agent
  parent=old
)");
    ASSERT_EQ(desired.findings.size(), 1U);
    EXPECT_EQ(desired.findings[0].code, "slurm-no-organisation");
}

TEST_F(ByCustomer, MakesNoOrganisationForWhatIsGone)
{
    auto one = under("a", "eth");
    one.standing = Standing::revoked;
    EXPECT_TRUE(of({ one }).records[1].only_if_there);
    one.standing = Standing::expired;
    settings.retire = Retire::remove;
    EXPECT_EQ(records_of({ one }), "");
}

TEST(SlurmInterest, IsWhatIsAskedForAndWhatIsOurs)
{
    Ownership owned;
    owned[association("gone", "mia")].record = true;
    owned[{ Kind::account, Name("other"), Name("elsewhere") }].record = true;
    owned[{ Kind::group, Name("sandbox"), Name("group") }].record = true;
    const auto interest = slurm_interest({}, Name("sandbox"), snapshot({ project("a"), project("") }, owned));
    EXPECT_THAT(interest.names, ElementsAre(Name("a"), Name("gone")));
    EXPECT_TRUE(interest.removals);
}

TEST(SlurmInterest, ExpectsRemovalsOnlyWhenSomethingOfOursIsNotAskedFor)
{
    Ownership owned;
    owned[account("a")].record = true;
    owned[association("a", "mia")].record = true;
    const auto removals = [&](Standing standing, const SlurmSettings& settings = {}) {
        return slurm_interest(
            settings, Name("sandbox"), snapshot({ project("a", { member("mia", standing) }) }, owned))
            .removals;
    };
    EXPECT_FALSE(removals(Standing::present));
    EXPECT_FALSE(removals(Standing::revoked));
    EXPECT_TRUE(removals(Standing::expired));
    SlurmSettings by_partition;
    by_partition.partitions = { "gpu" };
    EXPECT_TRUE(removals(Standing::present, by_partition));
}

} // namespace
} // namespace site
