#include "store/founding.hpp"
#include "store/ownership_store.hpp"
#include "store/troubles.hpp"
#include "unit/core/cycle_fixture.hpp"
#include "unit/store/store_fixture.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::HasSubstr;

struct CycleStock : CycleTest {
    Key account(const char* name) const { return { Kind::account, Name { "c1" }, Name { name } }; }

    CycleStock() { lose_store(); }

    /// The state file and its folder are gone, the site is as it was.
    void lose_store()
    {
        folder.emplace();
        database = *Database::open(*folder / "state.db", Database::Access::write);
    }
    AdoptReport adopt_marked()
    {
        AdoptRequest request { {}, true, false };
        for (const auto& one : take_stock(parts()).adoptable)
            if (one.marked)
                request.keys.push_back(one.key);
        return adopt(parts(), request);
    }

    std::optional<test::TempFolder> folder;
};

TEST_F(CycleStock, TakingStockChangesNothing)
{
    apply();
    const auto commits = database->commits();
    const auto stock = take_stock(parts());
    EXPECT_TRUE(stock.adoptable.empty());
    EXPECT_TRUE(stock.orphans.empty());
    EXPECT_EQ(database->commits(), commits);
}

TEST_F(CycleStock, AnAccountMadeByAnotherIsAdoptedByNameAndThenServed)
{
    site.records[account("brics.climate")][Name { "owner" }] = Name { "admin" };
    apply();
    const auto stock = take_stock(parts());
    ASSERT_EQ(stock.adoptable.size(), 1U);
    EXPECT_FALSE(stock.adoptable[0].marked);
    EXPECT_TRUE(stock.adoptable[0].would_change()); // the owner
    const auto adopted = adopt(parts(), { { account("brics.climate") } });
    ASSERT_FALSE(adopted.error) << adopted.error->text;
    EXPECT_EQ(site.records.at(account("brics.climate")).at(Name { "owner" }), Value(Name { "admin" }));
    apply();
    EXPECT_EQ(records(), 8U);
    EXPECT_EQ(site.records.at(account("brics.climate")).at(Name { "owner" }), Value(Name { "site-agent" }));
}

TEST_F(CycleStock, RecordOnlyLeavesTheValuesToTheirOwner)
{
    site.records[account("brics.climate")][Name { "owner" }] = Name { "admin" };
    apply();
    ASSERT_FALSE(adopt(parts(), { { account("brics.climate") }, false, true }).error);
    apply();
    EXPECT_EQ(records(), 8U);
    EXPECT_EQ(site.records.at(account("brics.climate")).at(Name { "owner" }), Value(Name { "admin" }));
}

TEST_F(CycleStock, WhatIsNotThereAnyMoreIsNotAdopted)
{
    apply();
    const auto adopted = adopt(parts(), { { account("brics.climate") } });
    ASSERT_TRUE(adopted.error);
    EXPECT_THAT(adopted.error->text, HasSubstr("no longer there to be adopted"));
}

TEST_F(CycleStock, ALostStoreOnlyLooksUntilWhatBearsOurMarkIsAdopted)
{
    apply();
    const auto before = site.records;
    lose_store();
    add_project("forest", 2);
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 3);
    ASSERT_EQ(report.plan.guards.size(), 1U);
    EXPECT_EQ(report.plan.guards[0].guard, "store-lost");
    EXPECT_EQ(site.records, before);
    EXPECT_TRUE(*store_lost(*database));
    EXPECT_EQ(apply().exit_code(), 3); // and it stays so
    auto with = parts();
    with.allow = AllowRequest { { "store-lost" }, report.plan.id };
    EXPECT_THAT(cycle(with, CycleMode::apply).error->text, HasSubstr("can't be allowed"));
    EXPECT_EQ(site.records, before);

    const auto adopted = adopt_marked();
    ASSERT_FALSE(adopted.error) << adopted.error->text;
    EXPECT_EQ(adopted.records.size(), 8U);
    EXPECT_EQ(apply().exit_code(), 0);
    EXPECT_EQ(records(), 11U);
}

TEST_F(CycleStock, WhoLeftWhileTheStoreWasLostIsReportedAndNotTouched)
{
    apply();
    lose_store();
    portal.rows.associations.pop_back(); // ocean3
    apply();
    ASSERT_FALSE(adopt_marked().error);
    EXPECT_EQ(apply().exit_code(), 0);
    EXPECT_EQ(records(), 8U);
    const auto stock = take_stock(parts());
    ASSERT_EQ(stock.orphans.size(), 1U);
    EXPECT_EQ(stock.orphans[0].sort, OrphanSort::beneath);
    EXPECT_EQ(stock.orphans[0].key.member.text(), "ocean3");
}

TEST_F(CycleStock, ANewStoreOnASiteWithoutOurMarkIsGood)
{
    site.records[account("somebody")][Name { "owner" }] = Name { "admin" };
    EXPECT_EQ(apply().exit_code(), 0);
    EXPECT_EQ(*founding(*database), Founding::founded);
}

TEST_F(CycleStock, ANewStoreIsNotTakenForGoodWhileTheSiteCannotBeRead)
{
    site.unreadable = true;
    apply();
    EXPECT_EQ(*founding(*database), Founding::unfounded);
}

struct CycleErred : CycleTest {
    CycleErred()
    {
        for (auto& row : portal.rows.allocations)
            row.resource = uuid(500 + static_cast<int>(&row - portal.rows.allocations.data()));
        config.erred_after = 3;
    }
    TroubleMap troubles() { return *Troubles(*database).load(Name { "c1" }); }
    Key climate2 { Kind::association, Name { "c1" }, Name { "brics.climate" }, Name { "climate2" } };
};

TEST_F(CycleErred, AFaultOfOneResourceIsToldOnlyAfterSeveralCycles)
{
    site.refuses = { climate2 };
    apply();
    apply();
    EXPECT_EQ(troubles().at(uuid(500)).stage, TroubleStage::counting);
    apply();
    EXPECT_EQ(troubles().at(uuid(500)).stage, TroubleStage::due);
    EXPECT_THAT(troubles().at(uuid(500)).text, HasSubstr("the tool says no"));
    site.refuses.clear();
    apply();
    EXPECT_EQ(troubles().at(uuid(500)).stage, TroubleStage::over);
}

TEST_F(CycleErred, ASiteOutageMarksNoResource)
{
    for (int i = 0; i < 10; ++i) {
        site.unreadable = i % 2 == 0;
        site.before_apply = [&] { site.unreadable = true; };
        apply();
    }
    EXPECT_TRUE(troubles().empty());
}

TEST_F(CycleErred, AnErredThatWeSetIsReconciledAndAnyOtherIsNot)
{
    apply();
    Troubles store(*database);
    ASSERT_TRUE(database->commit("test", [&](Transaction& transaction) {
        store.save(
            transaction, Name { "c1" }, {}, { { uuid(500), { clock.now(), 3, TroubleStage::told, "no" } } });
    }));
    for (auto& row : portal.rows.allocations)
        row.state = PortalState::erred;
    add_project("forest", 0);
    for (std::size_t i = 0; i < 2; ++i) {
        AssociationRow member = portal.rows.associations[i * 3];
        member.uuid = uuid(700 + static_cast<int>(i));
        member.username = "new" + std::to_string(i);
        member.useridentifier = "n" + std::to_string(i) + "." + (i == 0 ? "climate" : "ocean") + ".brics";
        portal.rows.associations.push_back(member);
    }
    apply();
    EXPECT_TRUE(site.records.contains(
        { Kind::association, Name { "c1" }, Name { "brics.climate" }, Name { "new0" } }));
    EXPECT_FALSE(
        site.records.contains({ Kind::association, Name { "c1" }, Name { "brics.ocean" }, Name { "new1" } }));
}

TEST_F(CycleErred, RevocationAppliesInAnyErred)
{
    apply();
    portal.rows.allocations[1].state = PortalState::erred;
    portal.rows.associations.pop_back(); // ocean3
    apply();
    EXPECT_TRUE(blocked("brics.ocean", "ocean3"));
}

} // namespace
} // namespace site
