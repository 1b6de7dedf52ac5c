#include "endpoint/storage_shelf.hpp"

#include "unit/store/store_fixture.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t gibi = 1UL << 30;
constexpr Month october = std::chrono::year { 2026 } / std::chrono::October;
constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;
constexpr Seconds utc { 0 };

KnownAllocation allocation(const char* project, const char* user)
{
    KnownAllocation one;
    one.identifier = std::string(project) + ".brics";
    one.group = Name("brics." + std::string(project));
    one.members = { { .association = *Uuid::parse("00000000000000000000000000000009"),
        .user = Name(user),
        .identifier = "mia." + one.identifier } };
    return one;
}

StorageLevel level(const char* group, std::uint64_t used)
{
    return { .holder = { Name(group), {} }, .used_bytes = used, .limit_bytes = 10 * gibi };
}

struct StorageShelfTest : testing::Test {
    StorageShelfTest()
    {
        Known known;
        auto climate = allocation("climate", "mia.climate");
        climate.uuid = *Uuid::parse("00000000000000000000000000000001");
        auto ocean = allocation("ocean", "mia.ocean");
        ocean.uuid = *Uuid::parse("00000000000000000000000000000002");
        ocean.members.front().association = *Uuid::parse("00000000000000000000000000000008");
        known.emplace(climate.uuid, climate);
        known.emplace(ocean.uuid, ocean);
        commit(
            *store, [&](Transaction& transaction) { PortalMemory(*store).save(transaction, c1, {}, known); });
    }
    void put(const char* when, const std::vector<StorageLevel>& levels, Seconds zone = utc)
    {
        commit(*store, [&](Transaction& transaction) {
            StorageLevels(*store).put(transaction, c1, "scratch", parse_instant(when).value(), zone, levels);
        });
    }
    std::unique_ptr<ReportShelf> shelf()
    {
        return open_storage_shelf({ folder / "state.db", c1, "brics" }).value();
    }
    std::vector<std::string> keys(const MonthWish& wish = {})
    {
        std::vector<std::string> out;
        for (const auto& key : shelf()->keys(wish).value())
            out.push_back(text(key.month) + " " + key.project);
        return out;
    }
    std::string document(Month month, const std::string& project)
    {
        auto opened = shelf();
        EXPECT_TRUE(opened->keys({}));
        const ReportKey key { month, project };
        const auto made = opened->documents({ &key, 1 });
        return made ? made->front() : made.error().text;
    }

    TempFolder folder;
    std::unique_ptr<Database> store = Database::open(folder / "state.db", Database::Access::write).value();
};

TEST_F(StorageShelfTest, HasAReportOfEachMonthInWhichAProjectHadFigures)
{
    put("2026-10-30T10:00:00Z", { level("brics.climate", gibi), level("brics.foreign", gibi) });
    put("2026-11-05T10:00:00Z", { level("brics.climate", 2 * gibi), level("brics.ocean", 3 * gibi) });
    EXPECT_THAT(keys(), ElementsAre("2026-10 climate.brics", "2026-11 climate.brics", "2026-11 ocean.brics"));
    EXPECT_THAT(keys({ 2026, 10 }), ElementsAre("2026-10 climate.brics"));
    EXPECT_THAT(keys({ {}, 11 }), ElementsAre("2026-11 climate.brics", "2026-11 ocean.brics"));
    EXPECT_THAT(keys({ 2025, {} }), ElementsAre());
}

TEST_F(StorageShelfTest, ThisMonthHasTheNewestLevelsOnTopAndThePastItsLastDay)
{
    put("2026-10-29T10:00:00Z", { level("brics.climate", gibi) });
    put("2026-10-30T10:00:00Z", { level("brics.climate", 2 * gibi) });
    put("2026-11-04T10:00:00Z", { level("brics.climate", 3 * gibi) });
    put("2026-11-05T10:00:00Z", { level("brics.climate", 4 * gibi) });
    EXPECT_EQ(document(october, "climate.brics"),
        R"({"daily_reports":{"2026-10-29":{"generated_at":"2026-10-29T10:00:00Z","project":"climate.brics",)"
        R"("project_quotas":{"scratch":{"limit":"10.00 GB","usage":"1024.00 MB"}},"user_quotas":{}}},)"
        R"("generated_at":"2026-10-30T10:00:00Z","project":"climate.brics",)"
        R"("project_quotas":{"scratch":{"limit":"10.00 GB","usage":"2.00 GB"}},"user_quotas":{},)"
        R"("users":{"mia.climate.brics":"mia.climate"}})");
    const auto now = document(november, "climate.brics");
    EXPECT_THAT(now, HasSubstr(R"("generated_at":"2026-11-05T10:00:00Z")"));
    EXPECT_THAT(now, HasSubstr(R"({"2026-11-04":)"));
    EXPECT_THAT(now, Not(HasSubstr("2026-10")));
}

TEST_F(StorageShelfTest, MonthsAreThoseOfUtcWhateverThePortalsZoneIs)
{
    constexpr Seconds east { 3 * 3600 };
    put("2026-10-31T20:00:00Z", { level("brics.climate", gibi) }, east);
    put("2026-10-31T22:00:00Z", { level("brics.climate", 2 * gibi) }, east); // November there
    put("2026-11-30T22:00:00Z", { level("brics.climate", 3 * gibi) }, east);
    EXPECT_THAT(keys(), ElementsAre("2026-10 climate.brics", "2026-11 climate.brics"));
    EXPECT_THAT(document(october, "climate.brics"), HasSubstr(R"("usage":"2.00 GB")"));
    EXPECT_THAT(document(november, "climate.brics"), HasSubstr(R"("generated_at":"2026-11-30T22:00:00Z")"));
}

TEST_F(StorageShelfTest, AMonthThatOnlyBeganElsewhereHasNoReport)
{
    put("2026-11-01T00:30:00Z", { level("brics.climate", gibi) }, Seconds { -3600 });
    EXPECT_THAT(keys(), ElementsAre("2026-11 climate.brics"));
}

TEST_F(StorageShelfTest, AReportThatWentMeanwhileIsAnError)
{
    put("2026-11-05T10:00:00Z", { level("brics.climate", gibi) });
    EXPECT_THAT(document(november, "plasma.brics"), HasSubstr("went while it was being read"));
}

TEST_F(StorageShelfTest, WithoutAStoreThereIsNoShelf)
{
    const auto none = open_storage_shelf({ folder / "other.db", c1, "brics" });
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Errc::not_found);
}

} // namespace
} // namespace site
