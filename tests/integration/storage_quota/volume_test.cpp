#include "integration/storage_quota/volume_site.hpp"
#include "storage_quota/linux_quota.hpp"
#include "storage_quota/project_ids.hpp"
#include "support/records_text.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

constexpr std::uint64_t mebi = 1 << 20;

struct stat status_of(const std::filesystem::path& path)
{
    struct stat status { };
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status;
}

class StorageVolume : public testing::Test {
protected:
    VolumeSite volume_;
    const std::uint32_t gid_ = StorageSite::new_id();
    Allocation climate_ = VolumeSite::project("climate", gid_);
};

TEST_F(StorageVolume, AProjectGetsItsDirectoryAndItsQuota)
{
    volume_.settle({ climate_ });
    const auto status = status_of(volume_.path("climate"));
    EXPECT_EQ(status.st_uid, 0U);
    EXPECT_EQ(status.st_gid, gid_);
    EXPECT_EQ(status.st_mode & 07777, 02770U);
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits, (QuotaLimits { 8 * mebi, {}, 1000, {} }));
    // And it holds: a member writes up to it and not past it.
    EXPECT_EQ(StorageSite::write_as(30'001, gid_, volume_.path("climate/first"), 2 * mebi), 0);
    EXPECT_NE(StorageSite::write_as(30'001, gid_, volume_.path("climate/second"), 16 * mebi), 0);
    const auto reading = volume_.levels({ climate_ });
    ASSERT_EQ(reading.levels.size(), 1U);
    const auto& level = reading.levels.front();
    EXPECT_EQ(level.holder, (StorageHolder { Name("brics.climate"), {} }));
    EXPECT_EQ(level.limit_bytes, 8 * mebi);
    EXPECT_EQ(level.limit_files, 1000U);
    ASSERT_TRUE(level.used_bytes);
    EXPECT_GT(*level.used_bytes, 6 * mebi);
    EXPECT_LE(*level.used_bytes, 8 * mebi);
    EXPECT_EQ(level.used_files, 3U);
}

TEST_F(StorageVolume, ByGroupAndByUser)
{
    volume_.settings.projects.quota_by = QuotaBy::group;
    volume_.settings.users = { .kept = true, .directory = "home/{user}", .owner = "{user}" };
    volume_.settings.users.group = "{primary}";
    volume_.settings.users.mode = 0700;
    volume_.settings.users.quota_by = QuotaBy::user;
    volume_.settings.users.quota = { 2 * mebi, {} };
    volume_.settings.users.soft_percent = 50;
    const auto uid = StorageSite::new_id();
    climate_.members = { VolumeSite::member("mia", uid) };
    volume_.settle({ climate_ });
    const auto home = status_of(volume_.path("home/mia"));
    EXPECT_EQ(home.st_uid, uid);
    EXPECT_EQ(home.st_gid, 30'000U);
    EXPECT_EQ(home.st_mode & 07777, 0700U);
    EXPECT_EQ(volume_.held(QuotaBy::group, gid_).limits.bytes, 8 * mebi);
    EXPECT_EQ(volume_.held(QuotaBy::user, uid).limits, (QuotaLimits { 2 * mebi, mebi, {}, {} }));
    EXPECT_EQ(StorageSite::write_as(uid, 30'000, volume_.path("home/mia/data"), 4 * mebi), EDQUOT);
    const auto reading = volume_.levels({ climate_ });
    ASSERT_EQ(reading.levels.size(), 2U);
    EXPECT_EQ(reading.levels.front().holder, (StorageHolder { {}, Name("mia") }));
    EXPECT_GT(reading.levels.front().used_bytes.value_or(0), mebi);
}

/// Storage quotas 5: a limit alone counts nothing, where the directory never got the id.
TEST_F(StorageVolume, StorageQuotas5ALimitWithoutTheIdOnTheDirectoryIsNotReady)
{
    volume_.settle({ climate_ });
    {
        const Fd directory(::open(volume_.path("climate").c_str(), O_RDONLY | O_CLOEXEC));
        ASSERT_TRUE(set_project_id(directory.number(), {}));
    }
    ASSERT_EQ(StorageSite::write_as(30'001, gid_, volume_.path("climate/data"), 4 * mebi), 0);
    const auto reading = volume_.levels({ climate_ });
    ASSERT_EQ(reading.levels.size(), 1U);
    EXPECT_FALSE(reading.levels.front().used_bytes); // not 0
    EXPECT_EQ(reading.levels.front().limit_bytes, 8 * mebi);
    ASSERT_EQ(reading.findings.size(), 1U);
    EXPECT_EQ(reading.findings.front().code, "storage-not-ready");
    // The next cycle gives it the id, and all that is in it.
    volume_.settle({ climate_ });
    EXPECT_GE(volume_.levels({ climate_ }).levels.front().used_bytes.value_or(0), 4 * mebi);
}

TEST_F(StorageVolume, AQuotaRaisedByHandStaysAndIsTold)
{
    volume_.settle({ climate_ });
    volume_.settings.projects.quota.bytes = 4 * mebi; // a new default is for new projects
    volume_.restart();
    EXPECT_EQ(lines(volume_.plan({ climate_ }).changes), "");
    EXPECT_FALSE(volume_.told("storage-by-hand"));
    const auto engine = linux_engine(volume_.settings);
    const std::vector<QuotaSetting> raised { { { QuotaBy::project, gid_ }, { .bytes = 64 * mebi } } };
    ASSERT_TRUE(engine->set(raised).front());
    EXPECT_EQ(lines(volume_.plan({ climate_ }).changes), "");
    EXPECT_TRUE(volume_.told("storage-by-hand"));
    // Unlimited by hand is no reason either.
    const std::vector<QuotaSetting> lifted { { { QuotaBy::project, gid_ }, {} } };
    ASSERT_TRUE(engine->set(lifted).front());
    EXPECT_EQ(lines(volume_.plan({ climate_ }).changes), "");
    volume_.settings.repair = true;
    volume_.restart();
    volume_.settle({ climate_ });
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits, (QuotaLimits { 8 * mebi, {}, 1000, {} }));
}

TEST_F(StorageVolume, WhatIsGrantedIsSetAndSetAgainWhenItChanges)
{
    volume_.settings.granted_by = "storage";
    volume_.settings.granted_unit = mebi;
    climate_.granted[Name("storage")] = 16;
    volume_.settle({ climate_ });
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 16 * mebi);
    climate_.granted[Name("storage")] = 32;
    volume_.settle({ climate_ });
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 32 * mebi);
    volume_.settings.projects.most.bytes = 20 * mebi;
    volume_.restart();
    climate_.granted[Name("storage")] = 64;
    volume_.settle({ climate_ });
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 20 * mebi);
    EXPECT_TRUE(volume_.told("storage-most"));
    // Nothing granted is nothing known: what is set stays.
    climate_.granted.clear();
    volume_.settle({ climate_ });
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 20 * mebi);
    volume_.settings.overrides["climate.brics"] = { 24 * mebi, {} };
    volume_.settings.projects.most = {};
    volume_.restart();
    volume_.settle({ climate_ });
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 24 * mebi);
}

/// Storage quotas 3: zero from the portal is the smallest limit, unlimited is none; neither is the other.
TEST_F(StorageVolume, StorageQuotas3ZeroAndUnlimitedAreNeverTheSame)
{
    volume_.settings.granted_by = "storage";
    volume_.settings.granted_unit = mebi;
    volume_.settle({ climate_ });
    ASSERT_EQ(StorageSite::write_as(30'001, gid_, volume_.path("climate/data"), 4 * mebi), 0);
    climate_.granted[Name("storage")] = 0;
    sync_counts();
    const auto changes = volume_.plan({ climate_ }).changes;
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes.front().effect, Effect::takes_away); // for the guard
    volume_.settle({ climate_ });
    const auto limits = volume_.held(QuotaBy::project, gid_).limits;
    ASSERT_TRUE(limits.bytes);
    EXPECT_LE(*limits.bytes, 64U << 10);
    EXPECT_NE(StorageSite::write_as(30'001, gid_, volume_.path("climate/more"), mebi), 0);
    EXPECT_TRUE(std::filesystem::exists(volume_.path("climate/data")));
    climate_.granted[Name("storage")] = 16;
    volume_.settle({ climate_ });
    EXPECT_EQ(StorageSite::write_as(30'001, gid_, volume_.path("climate/more"), mebi), 0);
}

TEST_F(StorageVolume, ALimitBelowWhatIsStoredTakesAway)
{
    volume_.settings.granted_by = "storage";
    volume_.settings.granted_unit = mebi;
    climate_.granted[Name("storage")] = 16;
    volume_.settle({ climate_ });
    ASSERT_EQ(StorageSite::write_as(30'001, gid_, volume_.path("climate/data"), 6 * mebi), 0);
    sync_counts();
    climate_.granted[Name("storage")] = 12;
    EXPECT_EQ(volume_.plan({ climate_ }).changes.front().effect, Effect::gives);
    climate_.granted[Name("storage")] = 5;
    EXPECT_EQ(volume_.plan({ climate_ }).changes.front().effect, Effect::takes_away);
}

TEST_F(StorageVolume, OnlyWhatIsOursIsTouched)
{
    std::filesystem::create_directory(volume_.path("climate"));
    ASSERT_EQ(::chmod(volume_.path("climate").c_str(), 0755), 0);
    std::ofstream(volume_.path("climate") / "old") << "theirs";
    const auto difference = volume_.plan({ climate_ });
    EXPECT_EQ(lines(difference.changes), "");
    ASSERT_FALSE(difference.blocked.empty());
    // Adopted, it gets the id and the quota; its mode and owner stay.
    volume_.adopt({ climate_ });
    volume_.settle({ climate_ });
    EXPECT_EQ(status_of(volume_.path("climate")).st_mode & 07777, 0755U);
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 8 * mebi);
    EXPECT_EQ(volume_.levels({ climate_ }).levels.front().used_files, 2U);
}

TEST_F(StorageVolume, AForeignQuotaIsNotTouched)
{
    const auto engine = linux_engine(volume_.settings);
    const std::vector<QuotaSetting> theirs { { { QuotaBy::project, gid_ }, { .bytes = 64 * mebi } } };
    ASSERT_TRUE(engine->set(theirs).front());
    volume_.reconcile({ climate_ });
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 64 * mebi);
    const auto difference = volume_.plan({ climate_ });
    EXPECT_EQ(lines(difference.changes), "");
}

TEST_F(StorageVolume, RevokedKeepsAllAndExpiredIsLeftLockedOrMovedAside)
{
    volume_.settle({ climate_ });
    std::ofstream(volume_.path("climate") / "data") << "precious";
    climate_.standing = Standing::revoked;
    EXPECT_EQ(lines(volume_.plan({ climate_ }).changes), "");
    climate_.standing = Standing::expired;
    EXPECT_EQ(lines(volume_.plan({ climate_ }).changes), ""); // keep
    volume_.settings.projects.retire = RetireDirectory::lock;
    volume_.restart();
    volume_.settle({ climate_ });
    EXPECT_EQ(status_of(volume_.path("climate")).st_mode & 07777, 0U);
    climate_.standing = Standing::present;
    volume_.settle({ climate_ });
    EXPECT_EQ(status_of(volume_.path("climate")).st_mode & 07777, 02770U);
    climate_.standing = Standing::expired;
    volume_.settings.projects.retire = RetireDirectory::move;
    volume_.restart();
    volume_.settle({ climate_ });
    EXPECT_FALSE(std::filesystem::exists(volume_.path("climate")));
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(volume_.path(".retired"))) {
        EXPECT_TRUE(entry.path().filename().string().starts_with("climate.20"));
        EXPECT_TRUE(std::filesystem::exists(entry.path() / "data"));
        ++found;
    }
    EXPECT_EQ(found, 1U);
    EXPECT_EQ(volume_.held(QuotaBy::project, gid_).limits.bytes, 8 * mebi); // a quota is never taken away
    // Back again: a new directory under the same id and quota.
    climate_.standing = Standing::present;
    volume_.settle({ climate_ });
    EXPECT_TRUE(std::filesystem::exists(volume_.path("climate")));
}

TEST_F(StorageVolume, AForgottenPersonsDirectoryIsRetiredToo)
{
    volume_.settings.users = { .kept = true, .directory = "home/{user}", .owner = "{user}" };
    volume_.settings.users.group = "{primary}";
    volume_.settings.users.mode = 0700;
    volume_.settings.users.retire = RetireDirectory::move;
    const auto uid = StorageSite::new_id();
    climate_.members = { VolumeSite::member("mia", uid) };
    volume_.settle({ climate_ });
    climate_.members.front().standing = Standing::revoked;
    EXPECT_EQ(lines(volume_.plan({ climate_ }).changes), "");
    climate_.members.clear();
    volume_.settle({ climate_ });
    EXPECT_FALSE(std::filesystem::exists(volume_.path("home/mia")));
    EXPECT_TRUE(std::filesystem::exists(volume_.path("climate")));
}

/// Must show 4: a link that a member plants where the agent will make something leads nowhere.
TEST_F(StorageVolume, APlantedLinkIsNotFollowed)
{
    volume_.settings.users = { .kept = true, .directory = "{project}/users/{user}", .owner = "{user}" };
    volume_.settings.users.group = "{group}";
    volume_.settings.users.mode = 0700;
    volume_.settle({ climate_ });
    const StorageSite elsewhere;
    std::ofstream(elsewhere.root() / "shadow") << "secret";
    ASSERT_EQ(::chmod((elsewhere.root() / "shadow").c_str(), 0600), 0);
    std::filesystem::create_directory_symlink(elsewhere.root(), volume_.path("climate/users"));
    std::filesystem::create_symlink(elsewhere.root() / "shadow", volume_.path("climate/notes"));
    const auto uid = StorageSite::new_id();
    climate_.members = { VolumeSite::member("mia", uid) };
    const auto before = status_of(elsewhere.root());
    (void)volume_.reconcile({ climate_ });
    EXPECT_TRUE(volume_.told("storage-directory"));
    // Nor by the walk through a tree that was there before.
    {
        const Fd directory(::open(volume_.path("climate").c_str(), O_RDONLY | O_CLOEXEC));
        ASSERT_TRUE(set_project_id(directory.number(), {}));
    }
    (void)volume_.reconcile({ climate_ });
    const auto after = status_of(elsewhere.root());
    EXPECT_EQ(before.st_uid, after.st_uid);
    EXPECT_EQ(before.st_mode, after.st_mode);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(elsewhere.root()), {}), 1);
    EXPECT_EQ(status_of(elsewhere.root() / "shadow").st_mode & 07777, 0600U);
    for (const auto& path : { elsewhere.root(), elsewhere.root() / "shadow" }) {
        const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        EXPECT_EQ(project_id(fd.number())->id, 0U) << path;
    }
}

TEST_F(StorageVolume, ALargeTreeIsDoneOverSeveralCycles)
{
    std::filesystem::create_directory(volume_.path("climate"));
    for (int i = 0; i < 300; ++i)
        std::ofstream(volume_.path("climate") / std::to_string(i)) << "x";
    volume_.settings.tree_step = 100;
    volume_.adopt({ climate_ });
    int cycles = 0;
    for (; cycles < 20 && !volume_.plan({ climate_ }).changes.empty(); ++cycles)
        (void)volume_.reconcile({ climate_ });
    EXPECT_GE(cycles, 3);
    EXPECT_LE(cycles, 5);
    EXPECT_EQ(volume_.levels({ climate_ }).levels.front().used_files, 301U);
}

TEST_F(StorageVolume, WhatIsNotKnownIsLeftOut)
{
    climate_.gid.reset();
    climate_.no_gid = "group \"brics.climate\" is not known to the system yet";
    const auto difference = volume_.plan({ climate_ });
    EXPECT_EQ(lines(difference.changes), "");
    volume_.settings.root = "/nowhere/at/all";
    volume_.restart();
    EXPECT_FALSE(volume_.plugin().observed({}));
    EXPECT_FALSE(volume_.plugin().levels({}));
}

TEST_F(StorageVolume, TheGraceOfTheFileSystemIsSetWhereItIsAskedFor)
{
    volume_.settings.grace = Seconds { 2 * 86400 };
    volume_.settle({ climate_ });
    EXPECT_EQ(*linux_engine(volume_.settings)->grace(QuotaBy::project), Seconds { 2 * 86400 });
    ASSERT_TRUE(linux_engine(volume_.settings)->set_grace(QuotaBy::project, Seconds { 7 * 86400 }));
}

} // namespace
} // namespace site
