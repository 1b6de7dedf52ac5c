#include "core/diff.hpp"
#include "core/settle.hpp"
#include "storage_quota/program_volume.hpp"
#include "store/ownership.hpp"
#include "support/btrfs_volume.hpp"
#include "support/records_text.hpp"
#include "system/runner.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t mebi = 1 << 20;

/// The example program on a real btrfs.
class StorageProgram : public testing::Test {
protected:
    StorageProgram()
    {
        settings_.name = "projects";
        settings_.engine = StorageEngine::exec;
        settings_.root = btrfs_.root().string();
        settings_.program = SITE_STORAGE_EXAMPLES "/btrfs.py";
        settings_.projects = { .kept = true, .directory = "{portal}/{project}", .group = "{group}" };
        settings_.projects.quota_by = QuotaBy::project;
        settings_.projects.quota.bytes = 8 * mebi;
        settings_.projects.retire = RetireDirectory::move;
        snapshot_.cluster = Name("c1");
        snapshot_.owned = &owned_;
        for (const auto* name : { "climate", "ocean" }) {
            Allocation one;
            one.name = name;
            one.identifier = std::string(name) + ".brics";
            one.group = Name("brics." + std::string(name));
            one.gid = 5001 + static_cast<std::uint32_t>(snapshot_.allocations.size());
            snapshot_.allocations.push_back(one);
        }
    }

    ProgramVolume plugin() { return { Name("c1"), settings_, runner_ }; }

    std::vector<Change> plan(ProgramVolume& volume)
    {
        const auto seen = volume.observed(volume.interest(snapshot_));
        EXPECT_TRUE(seen) << (seen ? "" : seen.error().text);
        if (!seen)
            return {};
        observation_ = *seen;
        const auto desired = volume.desired(snapshot_, *seen);
        EXPECT_TRUE(desired) << (desired ? "" : desired.error().text);
        return desired ? diff(seen->records, *desired, snapshot_).changes : std::vector<Change> {};
    }

    void settle_all(ProgramVolume& volume)
    {
        const auto changes = plan(volume);
        const auto results = volume.apply(changes);
        for (std::size_t i = 0; i < changes.size(); ++i) {
            EXPECT_TRUE(results[i]) << (results[i] ? "" : results[i].error().text);
            settle(owned_, changes[i]);
        }
        EXPECT_EQ(lines(plan(volume)), "");
    }

    BtrfsVolume btrfs_;
    SystemRunner runner_;
    VolumeSettings settings_;
    Snapshot snapshot_;
    Ownership owned_;
    Observation observation_;
};

int write_megabytes(const std::filesystem::path& file, int count)
{
    const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const std::string block(mebi, 'x');
    for (int i = 0; i < count; ++i)
        if (::write(fd.number(), block.data(), block.size()) < 0)
            return errno;
    return ::fsync(fd.number()) == 0 ? 0 : errno;
}

TEST_F(StorageProgram, MakesEnforcesReportsAndMovesAside)
{
    auto volume = plugin();
    settle_all(volume);
    const auto climate = btrfs_.root() / "brics/climate";
    struct stat status { };
    ASSERT_EQ(::stat(climate.c_str(), &status), 0);
    EXPECT_EQ(status.st_gid, 5001U);
    EXPECT_EQ(status.st_mode & 07777, 02770U);
    EXPECT_EQ(write_megabytes(climate / "data", 20), EDQUOT);
    auto reading = volume.levels(snapshot_);
    ASSERT_TRUE(reading) << reading.error().text;
    ASSERT_EQ(reading->levels.size(), 2U);
    EXPECT_EQ(reading->levels[0].holder.group, Name("brics.climate"));
    EXPECT_EQ(reading->levels[0].limit_bytes, 8 * mebi);
    EXPECT_GT(reading->levels[0].used_bytes.value_or(0), 7 * mebi);
    EXPECT_LT(reading->levels[1].used_bytes.value_or(mebi), mebi);
    snapshot_.allocations[0].standing = Standing::expired;
    settle_all(volume);
    EXPECT_FALSE(std::filesystem::exists(climate));
    EXPECT_FALSE(std::filesystem::is_empty(btrfs_.root() / ".retired"));
}

TEST_F(StorageProgram, IsOneProcessALookAndOneABatch)
{
    auto volume = plugin();
    const auto changes = plan(volume);
    EXPECT_EQ(runner_.started(), 1U);
    EXPECT_EQ(changes.size(), 4U);
    (void)volume.apply(changes);
    EXPECT_EQ(runner_.started(), 2U);
    EXPECT_EQ(volume.commands(changes).size(), 5U);
    EXPECT_EQ(runner_.started(), 2U);
}

TEST_F(StorageProgram, ItsErrorIsNoZero)
{
    settings_.root = "/nowhere/at/all";
    auto volume = plugin();
    const auto seen = volume.observed(volume.interest(snapshot_));
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().code, Errc::unreachable);
    EXPECT_THAT(seen.error().text, HasSubstr("nothing is mounted at"));
    EXPECT_FALSE(volume.levels(snapshot_));
    const auto findings = volume.check();
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings.front().code, "exec-no-answer");
}

/// A program that lies: each is an error of the whole answer.
class StorageLies : public StorageProgram,
                    public testing::WithParamInterface<std::pair<const char*, const char*>> { };

TEST_P(StorageLies, AreRefused)
{
    const TempDir dir;
    write_file(dir.path() / "lie",
        "#!/bin/sh\ncat >/dev/null\ncat <<'END'\n" + std::string(GetParam().first) + "\nEND\n", 0755);
    settings_.program = (dir.path() / "lie").string();
    auto volume = plugin();
    const auto seen = volume.observed(volume.interest(snapshot_));
    ASSERT_FALSE(seen);
    EXPECT_THAT(seen.error().text, HasSubstr(GetParam().second));
    EXPECT_FALSE(volume.levels(snapshot_));
}

INSTANTIATE_TEST_SUITE_P(Of, StorageLies,
    testing::Values(std::pair { R"({"level":{"name":"brics.climate","used_bytes":-1}}
{"end":{"lines":1}})",
                        "less than nothing" },
        std::pair { R"({"level":{"name":"brics.other","used_bytes":1}}
{"end":{"lines":1}})",
            "was not asked for" },
        std::pair { R"({"record":{"kind":"quota","name":"brics.climate","fields":{"bytes":0}}}
{"end":{"lines":1}})",
            "not from 1 to" },
        std::pair { R"({"record":{"kind":"group","name":"brics.climate","fields":{}}}
{"end":{"lines":1}})",
            "neither directory nor quota" },
        std::pair { R"({"level":{"name":"brics.climate","used_bytes":1}}
{"level":{"name":"brics.climate","used_bytes":2}}
{"end":{"lines":2}})",
            "twice" },
        std::pair { R"({"level":{"name":"brics.climate","used_bytes":1}})", "not whole" },
        std::pair { R"({"record":{"kind":"directory","name":"brics.climate","fields":{"bytes":5}}}
{"end":{"lines":1}})",
            "bytes" }));

} // namespace
} // namespace site
