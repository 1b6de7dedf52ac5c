#include "endpoint/usage_shelf.hpp"

#include "store/portal_memory.hpp"
#include "unit/store/store_fixture.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

constexpr std::chrono::days one_day { 1 };
constexpr Month september = std::chrono::year { 2026 } / std::chrono::September;
constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;

KnownAllocation allocation(unsigned number, const std::string& project)
{
    KnownAllocation one;
    one.uuid = uuid(number);
    one.identifier = project;
    one.group = Name("brics." + project.substr(0, project.find('.')));
    return one;
}

LedgerDay closed(Day day)
{
    return { .day = day, .read = Instant { day + 3 * one_day }, .whole = true, .final = true };
}

Day day(Month month, unsigned number)
{
    return month / std::chrono::day { number };
}

std::vector<LedgerDay> whole(Month month)
{
    std::vector<LedgerDay> days;
    for (Day one = day(month, 1); month_of(Instant { one }) == month; one += one_day)
        days.push_back(closed(one));
    return days;
}

struct UsageShelfTest : testing::Test {
    void know(const std::vector<KnownAllocation>& allocations)
    {
        Known known;
        for (const auto& one : allocations)
            known.emplace(one.uuid, one);
        commit(
            *store, [&](Transaction& transaction) { PortalMemory(*store).save(transaction, c1, {}, known); });
    }
    void put(const LedgerDay& read, const char* account = nullptr, std::uint64_t seconds = 0)
    {
        std::vector<LedgerRow> rows;
        if (account)
            rows.push_back({ .day = read.day,
                .month = month_of(Instant { read.day }),
                .account = Name(account),
                .user = Name("mia"),
                .spent = { .node_seconds = seconds } });
        commit(*store,
            [&](Transaction& transaction) { Ledger(*store).replace_day(transaction, c1, read, rows); });
    }
    std::unique_ptr<ReportShelf> shelf()
    {
        return open_usage_shelf({ folder / "state.db", c1, "brics" }, clock).value();
    }
    std::vector<std::string> keys(const MonthWish& wish = {})
    {
        std::vector<std::string> out;
        for (const auto& key : shelf()->keys(wish).value())
            out.push_back(text(key.month) + " " + key.project + (key.complete.value() ? " complete" : ""));
        return out;
    }

    TempFolder folder;
    const ManualClock clock { parse_instant("2026-10-20T12:00:00Z").value() };
    std::unique_ptr<Database> store = Database::open(folder / "state.db", Database::Access::write).value();
};

TEST_F(UsageShelfTest, HasAReportOfEachProjectInEachMonthOfWhichADayWasRead)
{
    know({ allocation(1, "climate.brics"), allocation(2, "ocean.brics"), allocation(3, "alpha.other") });
    EXPECT_THAT(keys(), IsEmpty());
    for (const auto& one : whole(september))
        put(one);
    put(closed(day(october, 3)));
    EXPECT_THAT(keys(),
        ElementsAre("2026-09 climate.brics complete", "2026-09 ocean.brics complete", "2026-10 climate.brics",
            "2026-10 ocean.brics"));
    EXPECT_THAT(keys({ 2026, 10 }), ElementsAre("2026-10 climate.brics", "2026-10 ocean.brics"));
    EXPECT_THAT(keys({ 2025, {} }), IsEmpty());
}

TEST_F(UsageShelfTest, ADocumentHasTheDaysOfItsMonth)
{
    know({ allocation(1, "climate.brics") });
    put(closed(day(september, 30)), "brics.climate", 7);
    put(closed(day(october, 1)), "brics.climate", 11);
    const auto opened = shelf();
    const auto all = opened->keys({}).value();
    const auto documents = opened->documents(all).value();
    ASSERT_EQ(documents.size(), 2U);
    EXPECT_THAT(documents[0], HasSubstr(R"("reports":{"mia":{"seconds":7}})"));
    EXPECT_THAT(documents[0], Not(HasSubstr("2026-10-")));
    EXPECT_THAT(documents[1], HasSubstr(R"("reports":{"mia":{"seconds":11}})"));
    EXPECT_THAT(documents[1], Not(HasSubstr("2026-09-")));
}

TEST_F(UsageShelfTest, AProjectThatWasGoneBeforeHasAReportOnlyWithUsageInIt)
{
    auto gone = allocation(1, "climate.brics");
    gone.gone = parse_instant("2026-09-10T00:00:00Z").value();
    auto idle = allocation(2, "ocean.brics");
    idle.gone = gone.gone;
    know({ gone, idle });
    put(closed(day(september, 5)));
    put(closed(day(october, 1)), "brics.climate", 11); // a job that ran on
    EXPECT_THAT(keys(), ElementsAre("2026-09 climate.brics", "2026-09 ocean.brics", "2026-10 climate.brics"));
}

TEST_F(UsageShelfTest, AReportThatWentMeanwhileIsAnError)
{
    know({ allocation(1, "climate.brics") });
    put(closed(day(october, 1)));
    const ReportKey key { october, "plasma.brics" };
    const auto opened = shelf();
    EXPECT_THAT(opened->documents({ &key, 1 }).error().text, HasSubstr("went while it was being read"));
}

TEST(MonthsOfUsage, AreCompleteWhenEachDayIsFinalAndOver)
{
    const auto later = parse_instant("2026-10-20T12:00:00Z").value();
    EXPECT_THAT(months_of_usage(whole(september), later), ElementsAre(Pair(september, true)));
    EXPECT_THAT(months_of_usage({}, later), IsEmpty());
    const auto open = ElementsAre(Pair(september, false));
    auto days = whole(september);
    days.pop_back();
    EXPECT_THAT(months_of_usage(days, later), open);
    days = whole(september);
    days[14].whole = false;
    EXPECT_THAT(months_of_usage(days, later), open);
    days = whole(september);
    days[14].final = false;
    EXPECT_THAT(months_of_usage(days, later), open);
    days = whole(september);
    days[14].read = Instant { days[14].day }; // before its end
    EXPECT_THAT(months_of_usage(days, later), open);
    // A clock that was set back: what is not over is not complete.
    EXPECT_THAT(months_of_usage(whole(september), Instant { day(september, 30) }), open);
}

} // namespace
} // namespace site
