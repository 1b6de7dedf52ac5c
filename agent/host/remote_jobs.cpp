#include "host/remote_jobs.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace site {
namespace {

struct Block {
    std::vector<JobRow> rows;
    std::vector<std::pair<Name, Result<NodeShape>>> shapes;
};

/// Between the worker and the caller; both hold it, so neither can outlive it.
class Channel {
public:
    /// Worker: waits while the queue is full. False when nobody listens any more.
    bool push(Block block)
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return abandoned_ || blocks_.size() < most_blocks; });
        if (abandoned_)
            return false;
        blocks_.push_back(std::move(block));
        changed_.notify_all();
        return true;
    }

    void finish(Result<WindowRead> result)
    {
        const std::lock_guard lock(mutex_);
        result_ = std::move(result);
        changed_.notify_all();
    }

    /// Caller: the next block, or none at the end; `timed_out` when neither came in time.
    Result<std::optional<Block>> pop(Seconds patience)
    {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, [&] { return !blocks_.empty() || result_; }))
            return Error { Errc::timed_out, "no job records for " + span_text(patience) };
        if (blocks_.empty())
            return std::optional<Block> {};
        std::optional<Block> block(std::move(blocks_.front()));
        blocks_.pop_front();
        changed_.notify_all();
        return block;
    }

    void abandon()
    {
        const std::lock_guard lock(mutex_);
        abandoned_ = true;
        changed_.notify_all();
    }

    Result<WindowRead> result()
    {
        const std::lock_guard lock(mutex_);
        return *result_;
    }

private:
    static constexpr std::size_t most_blocks = 4;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Block> blocks_;
    std::optional<Result<WindowRead>> result_;
    bool abandoned_ = false;
};

class Forwarder : public JobSink {
public:
    Forwarder(JobSource& source, Channel& channel, std::set<Name>& known)
        : source_(source), channel_(channel), known_(known)
    {
    }

    Result<void> rows(std::span<const JobRow> rows) override
    {
        Block block { { rows.begin(), rows.end() }, {} };
        for (const auto& row : rows)
            if (known_.insert(row.partition).second)
                block.shapes.emplace_back(row.partition, source_.shape(row.partition));
        if (!channel_.push(std::move(block)))
            return Error { Errc::timed_out, "nobody waits for these job records any more" };
        return {};
    }

private:
    JobSource& source_;
    Channel& channel_;
    std::set<Name>& known_;
};

} // namespace

RemoteJobs::RemoteJobs(Backend& backend) : backend_(backend)
{
}

Result<WindowRead> RemoteJobs::jobs(Window window, JobSink& sink)
{
    return read([window](JobSource& source, JobSink& to) { return source.jobs(window, to); }, sink);
}

Result<WindowRead> RemoteJobs::job(std::uint64_t id, JobSink& sink)
{
    return read([id](JobSource& source, JobSink& to) { return source.job(id, to); }, sink);
}

Result<WindowRead> RemoteJobs::read(
    const std::function<Result<WindowRead>(JobSource&, JobSink&)>& ask, JobSink& sink)
{
    auto channel = std::make_shared<Channel>();
    std::set<Name> known;
    for (const auto& [partition, shape] : shapes_)
        known.insert(partition);
    auto started = backend_.start_jobs([channel, ask, known](JobSource& source) mutable {
        try {
            Forwarder forwarder(source, *channel, known);
            channel->finish(ask(source, forwarder));
        } catch (const std::exception& error) {
            channel->finish(Error { Errc::internal, std::string("unexpected: ") + error.what() });
        }
    });
    if (!started)
        return started.error();
    while (true) {
        auto block = channel->pop(backend_.deadline());
        if (!block || !*block) {
            channel->abandon();
            backend_.settle();
            return block ? channel->result() : Result<WindowRead>(block.error());
        }
        for (auto& [partition, shape] : (*block)->shapes)
            shapes_.insert_or_assign(partition, std::move(shape));
        if (auto taken = sink.rows((*block)->rows); !taken) {
            channel->abandon();
            backend_.settle();
            return taken.error();
        }
    }
}

Result<NodeShape> RemoteJobs::shape(Name partition)
{
    const auto found = shapes_.find(partition);
    if (found == shapes_.end())
        return Error { Errc::not_found, "no job named this partition" };
    return found->second;
}

} // namespace site
