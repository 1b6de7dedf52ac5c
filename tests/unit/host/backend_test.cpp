#include "host/backend.hpp"
#include "host/load.hpp"
#include "host/remote_jobs.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace site {
namespace {

using testing::HasSubstr;

/// A door that a call of the plugin waits at until the test opens it.
class Door {
public:
    void open()
    {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

class SlowPlugin : public Plugin, public JobSource {
public:
    explicit SlowPlugin(std::shared_ptr<Door> door, std::uint64_t job_rows = 0)
        : door_(std::move(door)), job_rows_(job_rows)
    {
    }

    [[nodiscard]] std::vector<Kind> kinds() const override { return {}; }
    [[nodiscard]] Interest interest(const Snapshot&) const override { return {}; }
    Result<Observation> observed(const Interest&) override
    {
        door_->pass();
        return Observation {};
    }
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override
    {
        return Desired {};
    }
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override { return {}; }
    std::vector<Result<void>> apply(std::span<const Change>) override { return {}; }
    std::vector<Finding> check() override { throw std::runtime_error("a surprise"); }
    JobSource* job_source() override { return this; }

    Result<WindowRead> jobs(Window, JobSink& sink) override
    {
        std::vector<JobRow> block(4096);
        for (auto& row : block)
            row.partition = Name { "main" };
        for (std::uint64_t sent = 0; sent < job_rows_; sent += block.size())
            if (auto taken = sink.rows(block); !taken)
                return taken.error();
        return WindowRead { job_rows_, 0, {} };
    }
    Result<NodeShape> shape(Name) override { return NodeShape { 8, 0, 0, 0 }; }

private:
    std::shared_ptr<Door> door_;
    std::uint64_t job_rows_;
};

TEST(Backend, ACallPastItsDeadlineMakesItStuckAndNoSecondCallIsMade)
{
    auto door = std::make_shared<Door>();
    Backend backend("slow", std::make_unique<SlowPlugin>(door), nullptr, Seconds { 0 });
    EXPECT_EQ(backend.observed({}).error().code, Errc::timed_out);
    EXPECT_TRUE(backend.stuck());
    EXPECT_THAT(backend.observed({}).error().text, HasSubstr("has not returned"));
    EXPECT_FALSE(backend.desired({}, {}));
    door->open();
    for (int i = 0; i < 1000 && backend.stuck(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds { 10 });
    EXPECT_FALSE(backend.stuck()); // well again once the old call has returned
}

TEST(Backend, ItsEndDoesNotWaitForAStuckCall)
{
    auto door = std::make_shared<Door>();
    {
        Backend backend("slow", std::make_unique<SlowPlugin>(door), nullptr, Seconds { 0 });
        EXPECT_FALSE(backend.observed({}));
    } // returns although the call hasn't
    door->open();
}

TEST(Backend, WhatItsPluginUsesLivesUntilAStuckCallHasReturned)
{
    auto door = std::make_shared<Door>();
    auto used = std::make_shared<int>();
    const std::weak_ptr<int> watched = used;
    {
        Backend backend("slow", std::make_unique<SlowPlugin>(door), nullptr, Seconds { 0 });
        backend.keep(std::move(used));
        EXPECT_FALSE(backend.observed({}));
    }
    EXPECT_FALSE(watched.expired()); // the call may come back and use it
    door->open();
    for (int i = 0; i < 1000 && !watched.expired(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds { 10 });
    EXPECT_TRUE(watched.expired());
}

TEST(Backend, AnExceptionOfAPluginIsAnError)
{
    Backend backend("slow", std::make_unique<SlowPlugin>(std::make_shared<Door>()), nullptr, Seconds { 60 });
    auto checked = backend.check();
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().text, HasSubstr("a surprise"));
}

TEST(Backend, AResultIsWantedForEachChange)
{
    Backend backend("slow", std::make_unique<SlowPlugin>(std::make_shared<Door>()), nullptr, Seconds { 60 });
    EXPECT_FALSE(backend.apply({ Change {} }));
}

class Counter : public JobSink {
public:
    std::uint64_t rows_seen = 0;
    std::uint64_t stop_at = ~0ULL;
    Result<void> rows(std::span<const JobRow> rows) override
    {
        rows_seen += rows.size();
        if (rows_seen >= stop_at)
            return Error { Errc::internal, "enough" };
        return {};
    }
};

TEST(RemoteJobs, HandsEveryRowOverAndTheShapesWithThem)
{
    Backend backend(
        "jobs", std::make_unique<SlowPlugin>(std::make_shared<Door>(), 40960), nullptr, Seconds { 60 });
    RemoteJobs jobs(backend);
    Counter counter;
    auto read = jobs.jobs({}, counter);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->rows, 40960U);
    EXPECT_EQ(counter.rows_seen, 40960U);
    EXPECT_EQ(jobs.shape(Name { "main" })->cpus, 8U);
    EXPECT_FALSE(jobs.shape(Name { "other" }));
    EXPECT_TRUE(backend.check().has_error()); // the worker is free again: the plugin itself answers
    EXPECT_FALSE(backend.stuck());
}

TEST(RemoteJobs, ASinkThatStopsEndsTheWorker)
{
    Backend backend(
        "jobs", std::make_unique<SlowPlugin>(std::make_shared<Door>(), 1U << 24), nullptr, Seconds { 60 });
    RemoteJobs jobs(backend);
    Counter counter;
    counter.stop_at = 8192;
    EXPECT_EQ(jobs.jobs({}, counter).error().text, "enough");
    EXPECT_FALSE(backend.stuck());
}

class NoRunner : public Runner {
    Result<Output> run(const Command&) override { return Error { Errc::internal, "no programs here" }; }
    Result<Exit> stream(const Command&, const LineSink&) override
    {
        return Error { Errc::internal, "no programs here" };
    }
};

struct LoadTest : testing::Test {
    LoadTest() { cluster.slurm = SlurmSettings {}; }
    std::string refusal(const std::filesystem::path& folder, const std::string& name)
    {
        auto loaded = load_backend(folder, name, cluster, runner);
        return loaded ? "" : loaded.error().text;
    }
    ClusterConfig cluster;
    NoRunner runner;
};

TEST_F(LoadTest, LoadsAModuleOfTheSameBuild)
{
    EXPECT_EQ(refusal(SITE_PLUGIN_FOLDER, "slurm"), "");
}

TEST_F(LoadTest, RefusesAFolderOrModuleThatOthersCanWrite)
{
    TempDir dir;
    std::filesystem::copy_file(
        std::filesystem::path(SITE_PLUGIN_FOLDER) / "slurm.so", dir.path() / "slurm.so");
    std::filesystem::permissions(dir.path() / "slurm.so", std::filesystem::perms { 0775 });
    EXPECT_THAT(refusal(dir.path(), "slurm"), HasSubstr("is writable for others"));
    std::filesystem::permissions(dir.path() / "slurm.so", std::filesystem::perms { 0755 });
    std::filesystem::permissions(dir.path(), std::filesystem::perms { 0777 });
    EXPECT_THAT(refusal(dir.path(), "slurm"), HasSubstr("is writable for others"));
}

TEST_F(LoadTest, RefusesALinkAMissingModuleAndAPathAsAName)
{
    TempDir dir;
    std::filesystem::create_symlink(
        std::filesystem::path(SITE_PLUGIN_FOLDER) / "slurm.so", dir.path() / "slurm.so");
    EXPECT_THAT(refusal(dir.path(), "slurm"), HasSubstr("symbolic link"));
    EXPECT_THAT(refusal(dir.path(), "ldap"), HasSubstr("No such file"));
    EXPECT_THAT(refusal(dir.path(), "../slurm"), HasSubstr("a plugin's name"));
}

TEST_F(LoadTest, RefusesAModuleUnderAnotherName)
{
    TempDir dir;
    std::filesystem::copy_file(
        std::filesystem::path(SITE_PLUGIN_FOLDER) / "slurm.so", dir.path() / "ldap.so");
    EXPECT_THAT(refusal(dir.path(), "ldap"), HasSubstr("holds plugin \"slurm\""));
}

} // namespace
} // namespace site
