#pragma once

#include "api/runner.hpp"
#include "system/file_lock.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace site {

/// Runs real programs, by fork and execve. See `Runner` for what a command is and what an error means.
///
/// A call blocks its thread, and that thread must live as long as the call: the parent-death signal is
/// sent when the thread that forked ends. The end of a run is the end of the program itself: what it
/// left behind may hold its output open without hanging the call. After its deadline the whole process
/// group gets TERM, 2 s later KILL, and the call returns once the program is reaped; one that sits in
/// a dead file system keeps it waiting for as long.
class SystemRunner : public Runner {
public:
    Result<Output> run(const Command&) override;
    Result<Exit> stream(const Command&, const LineSink&) override;

    /// Programs started from now on keep this lock open as long as they, or what they leave behind, live;
    /// so whoever takes it after our death waits for them. Null: none. May be called from any thread.
    void hold(std::shared_ptr<const FileLock> lock);

    /// How many programs were started. May be called from any thread.
    [[nodiscard]] std::uint64_t started() const { return started_; }

private:
    using Take = std::function<Result<void>(std::string_view)>;
    Result<Exit> watch(const Command&, const Take&);

    std::atomic<std::uint64_t> started_ = 0;
    std::mutex mutex_;
    std::shared_ptr<const FileLock> lock_;
};

} // namespace site
