#include "storage_quota/linux_quota.hpp"

#include "integration/storage_quota/storage_site.hpp"
#include "storage_quota/beneath.hpp"
#include "storage_quota/project_ids.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

constexpr std::uint64_t mebi = 1 << 20;

class LinuxQuota : public testing::Test {
protected:
    LinuxQuota()
    {
        settings_.root = site_.root().string();
        settings_.projects.quota_by = QuotaBy::project;
        settings_.users.quota_by = QuotaBy::user;
        engine_ = linux_engine(
            settings_, [this](int directory, int command, int type, std::uint32_t id, void* with) {
                ++calls_;
                return kernel_(directory, command, type, id, with);
            });
    }

    /// A directory that everybody may write to, counted by the id where that is a project's.
    std::filesystem::path directory(QuotaBy by, std::uint32_t id, const std::string& name = "data")
    {
        const auto path = site_.root() / name;
        std::filesystem::create_directory(path);
        EXPECT_EQ(::chmod(path.c_str(), 0777), 0);
        if (by == QuotaBy::project) {
            const auto fd = open_root(path.string());
            EXPECT_TRUE(fd);
            const auto set = set_project_id(fd->number(), { id, true });
            EXPECT_TRUE(set) << (set ? "" : set.error().text);
        }
        return path;
    }

    void set(QuotaBy by, std::uint32_t id, const QuotaLimits& limits)
    {
        const std::vector<QuotaSetting> one { { { by, id }, limits } };
        const auto done = engine_->set(one).front();
        ASSERT_TRUE(done) << (done ? "" : done.error().text);
    }

    QuotaHeld held(QuotaBy by, std::uint32_t id)
    {
        const std::vector<QuotaSubject> one { { by, id } };
        const auto all = engine_->read(one);
        EXPECT_TRUE(all) << (all ? "" : all.error().text);
        if (!all || !all->front()) {
            ADD_FAILURE() << (all ? all->front().error().text : all.error().text);
            return {};
        }
        return *all->front();
    }

    StorageSite site_;
    VolumeSettings settings_;
    std::size_t calls_ = 0;
    QuotaCall kernel_ = kernel_quota_call(site_.root().string());
    std::unique_ptr<QuotaEngine> engine_;
};

class EveryKind : public LinuxQuota, public testing::WithParamInterface<QuotaBy> { };

TEST_P(EveryKind, IsSetReadBackAndEnforced)
{
    const auto by = GetParam();
    const auto id = StorageSite::new_id();
    const auto path = directory(by, id);
    EXPECT_EQ(held(by, id).limits, QuotaLimits {});
    const QuotaLimits limits { 4 * mebi, 3 * mebi, 50, 40 };
    set(by, id, limits);
    EXPECT_EQ(held(by, id).limits, limits);
    // The kernel holds the writer to it: EDQUOT, and of an XFS project ENOSPC.
    const uid_t uid = by == QuotaBy::user ? id : 30'001;
    const gid_t gid = by == QuotaBy::group ? id : 30'001;
    EXPECT_EQ(StorageSite::write_as(uid, gid, path / "small", mebi), 0);
    sync_counts();
    const auto small = held(by, id);
    ASSERT_TRUE(small.used_bytes);
    EXPECT_GE(*small.used_bytes, mebi);
    EXPECT_LT(*small.used_bytes, 2 * mebi);
    const int refused = StorageSite::write_as(uid, gid, path / "large", 8 * mebi);
    EXPECT_EQ(refused, StorageSite::fs() == "xfs" && by == QuotaBy::project ? ENOSPC : EDQUOT);
    sync_counts();
    const auto full = held(by, id);
    ASSERT_TRUE(full.used_bytes && full.used_files);
    EXPECT_LE(*full.used_bytes, 4 * mebi);
    EXPECT_GT(*full.used_bytes, 3 * mebi);
    EXPECT_EQ(*full.used_files, by == QuotaBy::project ? 3U : 2U); // the directory itself is a project's too
}

TEST_P(EveryKind, FilesAreEnforcedToo)
{
    const auto by = GetParam();
    const auto id = StorageSite::new_id();
    const auto path = directory(by, id);
    set(by, id, { .files = 5 });
    const uid_t uid = by == QuotaBy::user ? id : 30'001;
    const gid_t gid = by == QuotaBy::group ? id : 30'001;
    int error = 0;
    int made = 0;
    for (; made < 10 && error == 0; ++made)
        error = StorageSite::write_as(uid, gid, path / std::to_string(made), 0);
    EXPECT_EQ(error, StorageSite::fs() == "xfs" && by == QuotaBy::project ? ENOSPC : EDQUOT);
    EXPECT_LE(made, 6);
}

TEST_P(EveryKind, UnlimitedIsNotZeroAndZeroIsNeverWritten)
{
    const auto by = GetParam();
    const auto id = StorageSite::new_id();
    set(by, id, { .bytes = 4 * mebi, .files = 10 });
    set(by, id, {});
    EXPECT_EQ(held(by, id).limits, QuotaLimits {});
    // Zero would be unlimited: the smallest limit that there is stands in its place.
    set(by, id, { .bytes = 0, .files = 0 });
    const auto least = held(by, id).limits;
    ASSERT_TRUE(least.bytes && least.files);
    EXPECT_LE(*least.bytes, 64U << 10);
    EXPECT_EQ(*least.files, 1U);
}

INSTANTIATE_TEST_SUITE_P(OfTheKernel, EveryKind,
    testing::Values(QuotaBy::project, QuotaBy::group, QuotaBy::user),
    [](const auto& one) { return std::string(name(one.param)); });

TEST_F(LinuxQuota, MultiplesOfTheGranularityAreKeptAsTheyAre)
{
    const auto unit = engine_->granularity();
    ASSERT_TRUE(unit);
    const auto id = StorageSite::new_id();
    for (const std::uint64_t count : { 1U, 2U, 3U, 1000U, 1'000'003U }) {
        const QuotaLimits limits { .bytes = count * *unit };
        set(QuotaBy::project, id, limits);
        EXPECT_EQ(held(QuotaBy::project, id).limits, limits) << count;
    }
}

TEST_F(LinuxQuota, TwoThousandProjectsCostOneCallEach)
{
    std::vector<QuotaSetting> settings;
    std::vector<QuotaSubject> subjects;
    for (std::uint32_t i = 0; i < 2000; ++i) {
        subjects.push_back({ QuotaBy::project, 100'000 + i });
        settings.push_back({ subjects.back(), { .bytes = (i + 1) * mebi } });
    }
    for (const auto& done : engine_->set(settings))
        ASSERT_TRUE(done) << (done ? "" : done.error().text);
    EXPECT_EQ(calls_, 2000U);
    calls_ = 0;
    const auto all = engine_->read(subjects);
    ASSERT_TRUE(all);
    EXPECT_EQ(calls_, 2000U);
    for (std::uint32_t i = 0; i < 2000; ++i)
        ASSERT_EQ((*all)[i]->limits.bytes, (i + 1) * mebi) << i;
}

TEST_F(LinuxQuota, AnIdOfWhichNothingIsKnownHoldsNothing)
{
    const auto nothing = held(QuotaBy::project, 3'999'999'999);
    EXPECT_EQ(nothing, (QuotaHeld { {}, 0, 0 }));
}

TEST_F(LinuxQuota, TheGraceIsTheFileSystems)
{
    const auto before = engine_->grace(QuotaBy::project);
    ASSERT_TRUE(before) << (before ? "" : before.error().text);
    EXPECT_EQ(*before, Seconds { 7 * 86400 });
    ASSERT_TRUE(engine_->set_grace(QuotaBy::project, Seconds { 3 * 86400 }));
    EXPECT_EQ(*engine_->grace(QuotaBy::project), Seconds { 3 * 86400 });
    ASSERT_TRUE(engine_->set_grace(QuotaBy::project, Seconds { 7 * 86400 }));
}

TEST_F(LinuxQuota, CheckFindsNothingWrongHere)
{
    EXPECT_TRUE(engine_->check().empty());
}

TEST_F(LinuxQuota, AFileSystemWithoutQuotasIsAnErrorOfTheVolume)
{
    VolumeSettings elsewhere = settings_;
    elsewhere.root = "/proc";
    const auto engine = linux_engine(elsewhere);
    const std::vector<QuotaSubject> one { { QuotaBy::project, 4711 } };
    const auto all = engine->read(one);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, Errc::unreachable) << all.error().text;
    const auto findings = engine->check();
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings.front().code, "storage-no-quotas");
    elsewhere.root = "/nowhere/at/all";
    EXPECT_FALSE(linux_engine(elsewhere)->read(one));
}

} // namespace
} // namespace site
