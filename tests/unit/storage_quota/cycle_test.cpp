#include "host/level_reading.hpp"
#include "storage_quota/volume.hpp"
#include "support/fake_quotas.hpp"
#include "support/temp_dir.hpp"
#include "unit/core/groups_fixture.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A volume beside keepers of accounts and of groups, in whole cycles.
struct CycleStorage : CycleGroups {
    CycleStorage()
    {
        auto& volume = config.clusters[0].storage.emplace_back();
        volume.name = "scratch";
        volume.root = root.path().string();
        volume.projects = { .kept = true, .directory = "{project}", .owner = std::to_string(::getuid()) };
        volume.projects.group = std::to_string(::getgid());
        volume.projects.quota_by = QuotaBy::group;
        volume.projects.quota.bytes = 1 << 30;
        restart_volume();
    }

    void restart_volume()
    {
        auto plugin = std::make_unique<Volume>(
            Name { "c1" }, config.clusters[0].storage[0],
            [this](const VolumeSettings&) { return std::make_unique<FakeQuotas>(quotas); },
            [this] { return clock.steady(); });
        volume_plugin
            = std::make_unique<Backend>("storage_quota/scratch", std::move(plugin), nullptr, Seconds { 60 });
    }

    CycleReport all(CycleMode mode = CycleMode::apply)
    {
        auto with = both_parts();
        with.backends.push_back(volume_plugin.get());
        with.resources = [this]() -> Result<std::vector<ResourceRow>> {
            ++asked;
            if (resources_away)
                return Error { Errc::unreachable, "the portal's resources are away" };
            return resources;
        };
        return cycle(with, mode);
    }

    void grant(std::size_t allocation, int resource, std::uint64_t amount)
    {
        portal.rows.allocations[allocation].resource = uuid(resource);
        ResourceRow row { .uuid = uuid(resource), .state = "OK" };
        row.limits["storage"] = amount;
        resources.push_back(row);
    }

    std::optional<std::uint64_t> limit(std::uint32_t gid)
    {
        return quotas.held[{ QuotaBy::group, gid }].limits.bytes;
    }

    TempDir root;
    FakeQuotas::Site quotas;
    std::unique_ptr<Backend> volume_plugin;
    std::vector<ResourceRow> resources;
    bool resources_away = false;
    int asked = 0;
};

TEST_F(CycleStorage, GroupsThenDirectoriesThenQuotasThenAccounts)
{
    const auto report = all(CycleMode::plan);
    std::string kinds;
    for (const auto& step : report.plan.steps)
        kinds += step.plugin + ":" + std::string(name(step.changes.front().key.kind)) + " ";
    EXPECT_EQ(kinds, "groups:group storage_quota/scratch:directory fake:account ");
    EXPECT_TRUE(std::filesystem::is_empty(root.path()));
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_TRUE(std::filesystem::is_directory(root.path() / "climate"));
    EXPECT_EQ(limit(5001), 1U << 30);
    EXPECT_TRUE(there("brics.ocean", "ocean1"));
    EXPECT_EQ(lines(all(CycleMode::plan).plan.steps), "");
}

TEST_F(CycleStorage, ASickVolumeHoldsBackWhatIsNewAndNothingElse)
{
    EXPECT_EQ(all().exit_code(), 0);
    add_project("plasma", 1);
    leave("climate2");
    quotas.away = true;
    const auto report = all();
    EXPECT_EQ(report.exit_code(), 1);
    EXPECT_THAT(blocked_text(report), HasSubstr("storage_quota/scratch can't look"));
    EXPECT_FALSE(there("brics.plasma", ""));
    EXPECT_TRUE(blocked("brics.climate", "climate2"));
    EXPECT_EQ(limit(5001), 1U << 30); // an error is no zero
    quotas.away = false;
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_TRUE(there("brics.plasma", ""));
}

TEST_F(CycleStorage, WhatIsGrantedIsAskedForOnceForWhatIsNew)
{
    config.clusters[0].storage[0].granted_by = "storage";
    restart_volume();
    grant(0, 901, 5);
    grant(1, 902, 7);
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(limit(5001), 5UL << 30);
    EXPECT_EQ(limit(5002), 7UL << 30);
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_EQ(asked, 1); // it is in the store
    add_project("plasma", 1);
    portal.rows.allocations.back().resource = uuid(903);
    resources_away = true;
    const auto report = all();
    EXPECT_THAT(codes(report), HasSubstr("grants-unknown"));
    EXPECT_FALSE(limit(5003)); // not the default
    EXPECT_EQ(limit(5001), 5UL << 30);
    resources_away = false;
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_EQ(limit(5003), 1UL << 30); // the portal shows nothing granted: the default
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_EQ(asked, 3);
}

/// Rule 7: a portal that grants nothing to everybody is one that lies.
TEST_F(CycleStorage, TheGuardHoldsWhereEverybodyWouldLoseTheRightToWrite)
{
    config.clusters[0].storage[0].granted_by = "storage";
    config.guards.most_taken = 1;
    config.guards.most_taken_share = 0;
    restart_volume();
    grant(0, 901, 5);
    grant(1, 902, 7);
    EXPECT_EQ(all().exit_code(), 0);
    for (auto& row : resources)
        row.limits["storage"] = 0;
    PortalMemory memory(*database);
    ASSERT_TRUE(database->commit("test",
        [&](Transaction& transaction) { memory.save_resources(transaction, Name { "c1" }, resources); }));
    const auto report = all();
    EXPECT_EQ(report.exit_code(), 3);
    EXPECT_EQ(limit(5001), 5UL << 30);
}

TEST_F(CycleStorage, ACostlyEngineIsReadOnItsIntervalOnly)
{
    quotas.costly = true;
    EXPECT_EQ(all().exit_code(), 0);
    quotas.readings = quotas.subjects = 0;
    for (int i = 0; i < 5; ++i) {
        clock.advance(Seconds { 60 });
        EXPECT_EQ(all().exit_code(), 0);
    }
    EXPECT_EQ(quotas.readings, 0U);
    add_project("plasma", 1);
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_EQ(quotas.subjects, 2U); // the new one, before and after it was set
    clock.advance(Seconds { 2 * 3600 + 60 });
    EXPECT_EQ(all().exit_code(), 0);
    EXPECT_EQ(quotas.readings, 3U);
}

TEST_F(CycleStorage, LevelsAreReadBesideAndTheVolumeRestsMeanwhile)
{
    const auto report = all();
    quotas.held[{ QuotaBy::group, 5001 }].used_bytes = 4711;
    auto reading = LevelReading::begin(*volume_plugin, report.judged.snapshot, {});
    ASSERT_TRUE(reading) << reading.error().text;
    std::optional<Result<StorageReading>> finished;
    for (int i = 0; i < 1000 && !finished; ++i) {
        finished = reading->finished();
        std::this_thread::sleep_for(std::chrono::milliseconds { 5 });
    }
    ASSERT_TRUE(finished);
    ASSERT_TRUE(*finished) << (*finished).error().text;
    ASSERT_EQ((*finished)->levels.size(), 2U);
    EXPECT_EQ((*finished)->levels[0].holder.group, Name("brics.climate"));
    EXPECT_EQ((*finished)->levels[0].used_bytes, 4711U);
    EXPECT_EQ((*finished)->levels[0].limit_bytes, 1U << 30);
    quotas.away = true;
    auto failing = LevelReading::begin(*volume_plugin, report.judged.snapshot, {});
    ASSERT_TRUE(failing);
    std::optional<Result<StorageReading>> failed;
    for (int i = 0; i < 1000 && !failed; ++i) {
        failed = failing->finished();
        std::this_thread::sleep_for(std::chrono::milliseconds { 5 });
    }
    ASSERT_TRUE(failed);
    EXPECT_FALSE(*failed);
}

} // namespace
} // namespace site
