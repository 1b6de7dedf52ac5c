#include "accounting/usage_document.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;
constexpr std::chrono::days one_day { 1 };

Instant at(const std::string& text)
{
    return *parse_instant(text);
}

Day day(unsigned number)
{
    return november / std::chrono::day { number };
}

LedgerRow row(Day on, const char* account, const char* user, std::uint64_t seconds)
{
    return { .day = on,
        .month = november,
        .account = Name(account),
        .user = Name(user),
        .spent = { seconds, seconds * 2, seconds * 3, seconds * 4, seconds * 5 },
        .jobs = 1,
        .wait_seconds = 10 };
}

LedgerDay closed(Day on)
{
    return { .day = on, .read = Instant { on } + std::chrono::days { 3 }, .whole = true, .final = true };
}

struct UsageDocument : testing::Test {
    UsageDocument()
    {
        climate().identifier = "climate.brics";
        climate().group = Name("brics.climate");
        climate().members
            = { { {}, Name("mia"), "mia.climate.brics" }, { {}, Name("olu"), "olu.climate.brics" } };
    }

    KnownAllocation& allocation(unsigned number)
    {
        std::string uuid(32, '0');
        uuid.back() = static_cast<char>('0' + number);
        return known[*Uuid::parse(uuid)];
    }
    KnownAllocation& climate() { return allocation(1); }
    /// A second allocation of somebody's project with an account.
    KnownAllocation& another(unsigned number, const char* identifier, const char* group)
    {
        auto& one = allocation(number);
        one.identifier = identifier;
        one.group = Name(group);
        return one;
    }

    PortalUsageReport made()
    {
        auto report = usage_document("brics", known, rows, days, november, now);
        const auto checked = check(report);
        EXPECT_TRUE(checked) << checked.error().text;
        return report;
    }
    ProjectUsageReport of(const char* project) { return made().reports.at(project); }

    Known known;
    std::vector<LedgerRow> rows;
    std::vector<LedgerDay> days;
    Instant now = at("2026-11-05T12:00:00Z");
};

TEST_F(UsageDocument, HasAllFiguresOfADay)
{
    rows = { row(day(2), "brics.climate", "mia", 10), row(day(2), "brics.climate", "olu", 3),
        row(day(3), "brics.climate", "mia", 7) };
    days = { closed(day(2)) };
    const auto report = of("climate.brics");
    EXPECT_EQ(report.project, "climate.brics");
    EXPECT_THAT(
        report.users, ElementsAre(Pair("mia.climate.brics", "mia"), Pair("olu.climate.brics", "olu")));
    const auto& second = report.reports.at(day(2));
    EXPECT_THAT(second.reports, ElementsAre(Pair("mia", 10), Pair("olu", 3)));
    EXPECT_THAT(second.components,
        ElementsAre(Pair("billing", ElementsAre(Pair("mia", 50), Pair("olu", 15))),
            Pair("cpu", ElementsAre(Pair("mia", 20), Pair("olu", 6))),
            Pair("gpu", ElementsAre(Pair("mia", 30), Pair("olu", 9))),
            Pair("memory", ElementsAre(Pair("mia", 40), Pair("olu", 12)))));
    EXPECT_THAT(second.user_job_counts, ElementsAre(Pair("mia", 1), Pair("olu", 1)));
    EXPECT_THAT(second.user_wait_seconds, ElementsAre(Pair("mia", 10), Pair("olu", 10)));
    EXPECT_EQ(second.num_jobs, 2U);
    EXPECT_EQ(second.total_wait_seconds, 20U);
    EXPECT_TRUE(second.is_complete);
    EXPECT_EQ(report.reports.at(day(3)).reports.at("mia"), 7U);
}

TEST_F(UsageDocument, AComponentThatIsZeroAndAJobThatBeganEarlierAreNotInIt)
{
    auto one = row(day(2), "brics.climate", "mia", 10);
    one.spent.gpu_seconds = 0;
    one.jobs = 0;
    one.wait_seconds = 0;
    rows = { one };
    const auto report = of("climate.brics").reports.at(day(2));
    EXPECT_FALSE(report.components.contains("gpu"));
    EXPECT_THAT(report.user_job_counts, IsEmpty());
    EXPECT_THAT(report.user_wait_seconds, IsEmpty());
    EXPECT_EQ(report.reports.at("mia"), 10U);
}

TEST_F(UsageDocument, EachDayUpToTodayStandsInItAlsoWithoutUsage)
{
    const auto report = of("climate.brics");
    ASSERT_EQ(report.reports.size(), 5U);
    EXPECT_EQ(report.reports.begin()->first, day(1));
    EXPECT_EQ(report.reports.rbegin()->first, day(5));
    EXPECT_EQ(report.reports.at(day(1)), DailyUsageReport {});
    now = at("2026-11-05T00:00:00Z");
    EXPECT_EQ(of("climate.brics").reports.size(), 5U);
    now = at("2026-11-04T23:59:59Z");
    EXPECT_EQ(of("climate.brics").reports.size(), 4U);
    now = at("2026-12-24T12:00:00Z");
    EXPECT_EQ(of("climate.brics").reports.size(), 30U);
    now = at("2026-10-31T23:59:59Z");
    EXPECT_THAT(of("climate.brics").reports, IsEmpty());
}

TEST_F(UsageDocument, ADayIsCompleteOnlyWhenItWasReadWholeAfterItsEndAndIsFinal)
{
    days = { closed(day(1)), closed(day(2)), closed(day(3)), closed(day(4)), closed(day(5)) };
    days[1].whole = false;
    days[2].final = false;
    days[3].read = Instant { day(5) } - Seconds { 1 };
    const auto report = of("climate.brics");
    const auto complete = [&](unsigned number) { return report.reports.at(day(number)).is_complete; };
    EXPECT_TRUE(complete(1));
    EXPECT_FALSE(complete(2));
    EXPECT_FALSE(complete(3));
    EXPECT_FALSE(complete(4));
    EXPECT_FALSE(complete(5)); // today
    days[3].read = Instant { day(5) };
    EXPECT_TRUE(of("climate.brics").reports.at(day(4)).is_complete);
}

TEST_F(UsageDocument, ADayThatWasNeverReadIsEmptyAndNotComplete)
{
    days = { closed(day(1)), closed(day(3)) };
    const auto report = of("climate.brics");
    EXPECT_TRUE(report.reports.at(day(1)).is_complete);
    EXPECT_EQ(report.reports.at(day(2)), DailyUsageReport {});
    EXPECT_TRUE(report.reports.at(day(3)).is_complete);
}

TEST_F(UsageDocument, WhatIsNobodysIsUnknownAndCounts)
{
    rows = { row(day(2), "brics.climate", "", 4), row(day(2), "brics.climate", "unknown", 1),
        row(day(2), "brics.climate", "two words", 2), row(day(2), "brics.climate", "mia", 8) };
    const auto report = of("climate.brics").reports.at(day(2));
    EXPECT_THAT(report.reports, ElementsAre(Pair("mia", 8), Pair("unknown", 7)));
    EXPECT_EQ(report.components.at("cpu").at("unknown"), 14U);
    EXPECT_EQ(report.user_job_counts.at("unknown"), 3U);
    EXPECT_EQ(report.num_jobs, 4U);
}

TEST_F(UsageDocument, ANameThatTwoPeopleShareOrThatStandsForNobodyIsNotMapped)
{
    climate().members.push_back({ {}, Name("mia"), "eve.climate.brics" });
    climate().members.push_back({ {}, Name("unknown"), "ann.climate.brics" });
    rows = { row(day(2), "brics.climate", "mia", 10) };
    const auto report = of("climate.brics");
    EXPECT_THAT(report.users, ElementsAre(Pair("olu.climate.brics", "olu")));
    EXPECT_EQ(report.reports.at(day(2)).reports.at("mia"), 10U);
}

TEST_F(UsageDocument, WhoLeftStaysMapped)
{
    climate().members.front().gone = now;
    EXPECT_EQ(of("climate.brics").users.at("mia.climate.brics"), "mia");
    // Who is back under another local name has that one.
    another(2, "climate.brics", "brics.climate").members = { { {}, Name("mia2"), "mia.climate.brics" } };
    EXPECT_EQ(of("climate.brics").users.at("mia.climate.brics"), "mia2");
}

TEST_F(UsageDocument, WhoeverHasALocalNameNowComesBeforeWhoLeftIt)
{
    another(2, "climate.brics", "brics.climate").members
        = { { .association = {}, .user = Name("mia"), .identifier = "mialee.climate.brics", .gone = now } };
    EXPECT_THAT(of("climate.brics").users,
        ElementsAre(Pair("mia.climate.brics", "mia"), Pair("olu.climate.brics", "olu")));
}

TEST_F(UsageDocument, SomebodyOfAnotherProjectIsNotMapped)
{
    climate().members.push_back({ {}, Name("ann"), "ann.ocean.brics" });
    climate().members.push_back({ {}, Name("joe"), "no identifier" });
    EXPECT_EQ(of("climate.brics").users.size(), 2U);
}

TEST_F(UsageDocument, AnAccountThatAllocationsOfAProjectShareCountsOnce)
{
    another(2, "climate.brics", "brics.climate").shares = true;
    allocation(2).members = { { {}, Name("ann"), "ann.climate.brics" } };
    another(3, "climate.brics", "brics.climate2");
    rows = { row(day(2), "brics.climate", "mia", 10), row(day(2), "brics.climate2", "mia", 5) };
    const auto report = of("climate.brics");
    EXPECT_THAT(report.reports.at(day(2)).reports, ElementsAre(Pair("mia", 15)));
    EXPECT_EQ(report.users.size(), 3U);
}

TEST_F(UsageDocument, AnAccountThatIsAnothersNowCountsThere)
{
    climate().gone = now;
    another(2, "ocean.brics", "brics.climate");
    rows = { row(day(2), "brics.climate", "mia", 10) };
    EXPECT_THAT(of("climate.brics").reports.at(day(2)).reports, IsEmpty());
    EXPECT_EQ(of("ocean.brics").reports.at(day(2)).reports.at("mia"), 10U);
}

TEST_F(UsageDocument, AProjectThatIsGoneIsInItWhileItHasAPartInTheMonth)
{
    climate().gone = at("2026-11-01T00:00:00Z");
    EXPECT_EQ(made().reports.size(), 1U);
    climate().gone = at("2026-10-31T23:59:59Z");
    EXPECT_THAT(made().reports, IsEmpty());
    rows = { row(day(1), "brics.climate", "mia", 1) };
    EXPECT_EQ(of("climate.brics").reports.size(), 5U);
}

TEST_F(UsageDocument, OtherPortalsAccountsAndDaysArePassedOver)
{
    another(2, "climate.other", "other.climate");
    another(3, "no project", "strange");
    rows = { row(day(1) - one_day, "brics.climate", "mia", 1), row(day(6), "brics.climate", "mia", 1),
        row(day(2), "other.climate", "mia", 1), row(day(2), "nobodys", "mia", 1),
        row(day(2), "strange", "mia", 1) };
    const auto report = made();
    EXPECT_EQ(report.portal, "brics");
    ASSERT_EQ(report.reports.size(), 1U);
    for (const auto& [on, daily] : report.reports.begin()->second.reports)
        EXPECT_EQ(daily, DailyUsageReport {}) << text(on);
}

} // namespace
} // namespace site
