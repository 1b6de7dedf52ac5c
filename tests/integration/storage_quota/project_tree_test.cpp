#include "storage_quota/project_tree.hpp"

#include "integration/storage_quota/storage_site.hpp"
#include "storage_quota/beneath.hpp"
#include "storage_quota/linux_quota.hpp"
#include "storage_quota/project_ids.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <fstream>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

class ProjectTreeWalk : public testing::Test {
protected:
    ProjectTreeWalk()
    {
        std::filesystem::create_directory(top_);
        for (int i = 0; i < 5; ++i)
            for (int j = 0; j < 4; ++j) {
                const auto folder = top_ / ("d" + std::to_string(i)) / ("e" + std::to_string(j));
                std::filesystem::create_directories(folder);
                for (int k = 0; k < 3; ++k)
                    std::ofstream(folder / ("f" + std::to_string(k))) << "data";
            }
        fd_ = *open_root(top_.string());
    }

    /// The ids of everything that has one, the directory itself too.
    std::set<std::uint32_t> ids()
    {
        std::set<std::uint32_t> all { id_of(top_).id };
        for (const auto& entry : std::filesystem::recursive_directory_iterator(top_))
            if (!entry.is_symlink() && (entry.is_directory() || entry.is_regular_file()))
                all.insert(id_of(entry.path()).id);
        return all;
    }

    static ProjectId id_of(const std::filesystem::path& path)
    {
        const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        const auto id = project_id(fd.number());
        EXPECT_TRUE(id) << path;
        return id ? *id : ProjectId {};
    }

    StorageSite site_;
    const std::filesystem::path top_ = site_.root() / "climate";
    const std::uint32_t id_ = StorageSite::new_id();
    Fd fd_;
};

TEST_F(ProjectTreeWalk, GivesAllOfItTheIdAndItIsInherited)
{
    const auto step = give_project_id(fd_.number(), id_, 1'000'000);
    ASSERT_TRUE(step) << (step ? "" : step.error().text);
    EXPECT_TRUE(step->whole);
    EXPECT_EQ(step->entries, 5U + 20U + 60U);
    EXPECT_EQ(step->changed, step->entries);
    EXPECT_EQ(ids(), std::set { id_ });
    const auto tree = project_tree(fd_.number());
    ASSERT_TRUE(tree);
    EXPECT_EQ(tree->id, id_);
    EXPECT_TRUE(tree->whole);
    std::filesystem::create_directory(top_ / "d0/new");
    EXPECT_EQ(id_of(top_ / "d0/new"), (ProjectId { id_, true }));
    // Once more is nothing.
    const auto again = give_project_id(fd_.number(), id_, 1'000'000);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->changed, 0U);
}

/// Stopped after every few entries, as by a budget or a crash: each goes on where the one before was.
TEST_F(ProjectTreeWalk, GoesOnWhereItWas)
{
    std::uint64_t entries = 0;
    int steps = 0;
    for (bool whole = false; !whole; ++steps) {
        ASSERT_LT(steps, 100);
        const auto step = give_project_id(fd_.number(), id_, 7);
        ASSERT_TRUE(step) << (step ? "" : step.error().text);
        entries += step->entries;
        whole = step->whole;
        const auto tree = project_tree(fd_.number());
        ASSERT_TRUE(tree);
        EXPECT_EQ(tree->whole, whole); // until then it does not count as done
    }
    // 85 entries, 7 at a time; only a directory that was just entered is looked at again.
    EXPECT_GE(steps, 13);
    EXPECT_LE(steps, 15);
    EXPECT_LE(entries, 85U + static_cast<std::uint64_t>(steps));
    EXPECT_EQ(ids(), std::set { id_ });
}

TEST_F(ProjectTreeWalk, GoesOnAfterWhatItStoodAtIsGone)
{
    ASSERT_TRUE(give_project_id(fd_.number(), id_, 20));
    std::filesystem::remove_all(top_ / "d0");
    std::filesystem::remove_all(top_ / "d1");
    for (int i = 0; i < 100; ++i) {
        const auto step = give_project_id(fd_.number(), id_, 5);
        ASSERT_TRUE(step);
        if (step->whole)
            break;
    }
    EXPECT_EQ(ids(), std::set { id_ });
}

TEST_F(ProjectTreeWalk, FollowsNoLinkAndOpensNothingStrange)
{
    const StorageSite elsewhere;
    std::ofstream(elsewhere.root() / "theirs") << "theirs";
    std::filesystem::create_symlink(elsewhere.root() / "theirs", top_ / "link");
    std::filesystem::create_directory_symlink(elsewhere.root(), top_ / "links");
    ASSERT_EQ(::mkfifo((top_ / "pipe").c_str(), 0666), 0); // opening it would wait for a writer
    const auto step = give_project_id(fd_.number(), id_, 1'000'000);
    ASSERT_TRUE(step) << (step ? "" : step.error().text);
    EXPECT_TRUE(step->whole);
    EXPECT_EQ(id_of(elsewhere.root() / "theirs").id, 0U);
    EXPECT_EQ(id_of(elsewhere.root()).id, 0U);
}

TEST_F(ProjectTreeWalk, LeavesWhatBearsAnotherId)
{
    const auto other = StorageSite::new_id();
    {
        const auto fd = open_root((top_ / "d2").string());
        ASSERT_TRUE(set_project_id(fd->number(), { other, true }));
    }
    const auto step = give_project_id(fd_.number(), id_, 1'000'000);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->foreign, 1U);
    EXPECT_EQ(id_of(top_ / "d2").id, other);
    EXPECT_EQ(id_of(top_ / "d2/e0/f0").id, 0U);
    EXPECT_EQ(id_of(top_ / "d1/e0/f0").id, id_);
}

TEST_F(ProjectTreeWalk, WhatWasThereBeforeCountsThen)
{
    VolumeSettings settings;
    settings.root = site_.root().string();
    const auto engine = linux_engine(settings);
    const std::vector<QuotaSubject> one { { QuotaBy::project, id_ } };
    EXPECT_EQ(*(*engine->read(one)).front()->used_files, 0U);
    ASSERT_TRUE(give_project_id(fd_.number(), id_, 1'000'000));
    sync_counts();
    EXPECT_EQ(*(*engine->read(one)).front()->used_files, 86U);
}

} // namespace
} // namespace site
