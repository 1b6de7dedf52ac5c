#include "unit/core/cycle_fixture.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::HasSubstr;

// What went wrong at other sites with the daemon, in the numbers of the collection.
struct CycleCases : CycleTest {
    void remember_2300()
    {
        portal.rows = {};
        for (int project = 0; project < 23; ++project)
            add_project("lab" + std::to_string(100 + project), 100);
        apply();
        ASSERT_EQ(records(), 2323U);
        site.applied.clear();
    }
};

TEST_F(CycleCases, Daemon3WithoutAnAnswerNobodyIsTouched)
{
    remember_2300();
    for (const auto code : { Errc::unreachable, Errc::timed_out }) {
        portal.away = Error { code, "no answer" };
        const auto report = apply();
        EXPECT_EQ(report.exit_code(), 1);
        EXPECT_TRUE(site.applied.empty());
    }
}

TEST_F(CycleCases, Daemon3PortalLies_AnEmptyListRemovesNobody)
{
    remember_2300();
    portal.rows = {};
    const auto report = apply();
    EXPECT_EQ(report.exit_code(), 3);
    EXPECT_TRUE(site.applied.empty());
    // The dry run says what would go, with the numbers.
    const auto plan = run(CycleMode::plan).plan;
    EXPECT_EQ(plan.guards[0].guard, "empty-list");
    EXPECT_THAT(plan.guards[0].text, HasSubstr("23"));
    EXPECT_EQ(plan.guards[0].held.size(), 23U); // whose gates would close: what is beneath them stays
}

TEST_F(CycleCases, Daemon3PortalLies_AListOf40RemovesNobody)
{
    remember_2300();
    auto& associations = portal.rows.associations;
    associations.erase(associations.begin() + 40, associations.end());
    for (int pass = 0; pass < 3; ++pass) {
        const auto report = apply();
        EXPECT_EQ(report.exit_code(), 3);
        EXPECT_TRUE(site.applied.empty());
        clock.advance(Seconds { 86400 });
    }
    const auto plan = run(CycleMode::plan).plan;
    EXPECT_EQ(plan.guards[0].held.size(), 2260U);
    EXPECT_THAT(plan.guards[0].text, HasSubstr("2260"));
}

TEST_F(CycleCases, Daemon6OneBadRowAndOneFailureStopNobodyElse)
{
    portal.rows = {};
    for (int i = 1; i <= 5; ++i)
        add_project("a" + std::to_string(i), 1);
    portal.rows.allocations[1].groupname = "bad name";
    portal.rows.associations[1].groupname = "bad name";
    site.refuses = { { Kind::account, Name { "c1" }, Name { "brics.a4" } } };
    for (int pass = 0; pass < 2; ++pass) {
        const auto report = apply();
        EXPECT_EQ(report.exit_code(), 1);
        for (const auto* served : { "brics.a1", "brics.a3", "brics.a5" }) {
            EXPECT_TRUE(site.records.contains({ Kind::account, Name { "c1" }, Name { served } }));
            EXPECT_TRUE(site.records.contains({ Kind::association, Name { "c1" }, Name { served },
                Name { std::string(served).substr(6) + "1" } }));
        }
        for (const auto& [key, fields] : site.records)
            EXPECT_NE(key.name.text(), "bad name");
        EXPECT_FALSE(site.records.contains({ Kind::account, Name { "c1" }, Name { "brics.a4" } }));
        const auto errors = std::count_if(report.plan.findings.begin(), report.plan.findings.end(),
            [](const Finding& finding) { return finding.severity == Severity::error; });
        EXPECT_EQ(errors, 1); // the name
        const auto failed = std::count_if(report.outcomes.begin(), report.outcomes.end(),
            [](const ChangeOutcome& outcome) { return outcome.outcome == "failed"; });
        EXPECT_EQ(failed, 1); // the account
    }
}

} // namespace
} // namespace site
