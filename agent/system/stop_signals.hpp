#pragma once

#include "api/fd.hpp"
#include "model/result.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>

namespace site {

/// SIGTERM and SIGINT ask to stop, SIGHUP asks to reload; they come as flags, never as an interruption.
///
/// The signals are blocked in the thread that makes this and in every thread that it starts later, so
/// make it in `main` before any other thread. Children get them unblocked (see `Child`). When destroyed,
/// what has come and was not asked for is dropped, and the thread's mask is as before.
class StopSignals {
public:
    static Result<std::unique_ptr<StopSignals>> block();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// Whether a stop was asked for; stays so. Any thread.
    bool stop_requested();
    /// Whether a reload was asked for since the last call. Any thread.
    bool take_reload();
    /// Waits until something was asked for that nobody was told of yet, or `most` is over. One thread.
    void wait(std::chrono::milliseconds most);
    /// Readable when a signal has come; for an event loop, which then asks the flags.
    [[nodiscard]] int descriptor() const { return fd_.number(); }

private:
    StopSignals(Fd fd, const sigset_t& before);
    void look();

    Fd fd_;
    sigset_t before_;
    std::atomic<bool> stop_ = false;
    std::atomic<bool> reload_ = false;
};

} // namespace site
