#include "accounting/storage_document.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

constexpr std::uint64_t gibi = 1UL << 30;

Instant at(const std::string& text)
{
    return *parse_instant(text);
}

StorageLevel level(const char* group, const char* user, std::optional<std::uint64_t> used)
{
    StorageLevel one;
    one.holder = { Name(group), Name(user) };
    one.used_bytes = used;
    one.limit_bytes = 10 * gibi;
    return one;
}

struct StorageDocument : testing::Test {
    StorageDocument()
    {
        KnownAllocation climate;
        climate.identifier = "climate.brics";
        climate.group = Name("brics.climate");
        climate.members
            = { { {}, Name("mia"), "mia.climate.brics" }, { {}, Name("olu"), "olu.climate.brics" } };
        known.emplace(*Uuid::parse("00000000000000000000000000000001"), climate);
        KnownAllocation ocean;
        ocean.identifier = "ocean.brics";
        ocean.group = Name("brics.ocean");
        ocean.members = { { {}, Name("mia"), "mia.ocean.brics" } };
        known.emplace(*Uuid::parse("00000000000000000000000000000002"), ocean);
    }

    PortalStorageReport made() { return storage_document("brics", known, levels, days, now); }

    Known known;
    std::vector<StoredLevel> levels;
    std::vector<StorageDay> days;
    Instant now = at("2026-11-05T12:00:00Z");
};

TEST_F(StorageDocument, HasProjectsPeopleAndHistory)
{
    levels = { { "home", level("", "mia", gibi), at("2026-11-05T08:00:00Z"), at("2026-11-05T08:00:00Z") },
        { "scratch", level("brics.climate", "", 2 * gibi), at("2026-11-05T09:00:00Z"),
            at("2026-11-03T09:00:00Z") } };
    days = { { *parse_day("2026-11-03"), "scratch", level("brics.climate", "", gibi),
                 at("2026-11-03T09:00:00Z"), gibi },
        { *parse_day("2026-11-05"), "scratch", level("brics.climate", "", gibi), at("2026-11-05T09:00:00Z"),
            gibi } };
    const auto report = made();
    ASSERT_TRUE(check(report)) << check(report).error().text;
    ASSERT_EQ(report.reports.size(), 2U);
    const auto& climate = report.reports.at("climate.brics");
    EXPECT_EQ(climate.newest.generated_at, at("2026-11-05T09:00:00Z"));
    EXPECT_EQ(climate.newest.project_quotas.at("scratch"), (StorageQuota { 10 * gibi, 2 * gibi }));
    EXPECT_EQ(climate.newest.user_quotas.at("mia.climate.brics").at("home").usage, gibi);
    EXPECT_FALSE(climate.newest.user_quotas.contains("olu.climate.brics"));
    EXPECT_EQ(climate.users.at("olu.climate.brics"), "olu");
    ASSERT_EQ(climate.daily_reports.size(), 1U);
    EXPECT_EQ(climate.daily_reports.begin()->second.project_quotas.at("scratch").usage, gibi);
    // He is in two projects, and in the report of each.
    EXPECT_EQ(
        report.reports.at("ocean.brics").newest.user_quotas.at("mia.ocean.brics").at("home").usage, gibi);
}

/// What was never read stays in the report, without a figure: it is not 0, and it does not vanish.
TEST_F(StorageDocument, AnUnknownFigureIsLeftOutOfItsQuotaAlone)
{
    levels = { { "scratch", level("brics.climate", "", std::nullopt), at("2026-11-05T09:00:00Z"), {} } };
    const auto report = made();
    ASSERT_TRUE(check(report));
    const auto& quota = report.reports.at("climate.brics").newest.project_quotas.at("scratch");
    EXPECT_EQ(quota.limit, 10 * gibi);
    EXPECT_FALSE(quota.usage);
    EXPECT_EQ(report.reports.at("ocean.brics").newest.generated_at, now);
}

TEST_F(StorageDocument, WhoIsGoneIsNotInIt)
{
    known.begin()->second.members.front().gone = now;
    known.rbegin()->second.gone = now;
    levels = { { "home", level("", "mia", gibi), now, now } };
    const auto report = made();
    EXPECT_EQ(report.reports.size(), 1U);
    EXPECT_TRUE(report.reports.begin()->second.newest.user_quotas.empty());
    EXPECT_FALSE(report.reports.begin()->second.users.contains("mia.climate.brics"));
}

} // namespace
} // namespace site
