#pragma once

#include "api/fd.hpp"
#include "api/runner.hpp"

#include <chrono>
#include <optional>
#include <sys/types.h>

namespace site {

/// One child process and our ends of its pipes. Made and destroyed by the same thread: the kernel sends
/// the parent-death signal when the *thread* that forked ends, not when the process does.
///
/// The child leads a session of its own, so that its process group can be signalled as a whole and no
/// terminal is in its reach. Destroying a child that still runs kills its group and reaps it.
class Child {
public:
    /// Starts the command, with standard input from memory, so that nothing has to be fed while reading.
    /// `inherited` (-1: none) is one descriptor that stays open in the child, under the same number.
    ///
    /// Returns before the program is known to run: read `exec_error` until it ends (see there).
    static Result<Child> start(const Command&, int inherited);

    Child(Child&&) noexcept;
    Child& operator=(Child&&) = delete;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// Ends without a byte once the program runs; else brings the errno of why it does not.
    Fd exec_error;
    Fd output; ///< standard output, non-blocking
    Fd errors; ///< standard error, non-blocking
    Fd ended; ///< readable once the child has ended (pidfd); none on kernels before 5.3

    /// Whether it has ended. It is not reaped by this, so its process group can still be signalled.
    [[nodiscard]] bool has_ended() const;
    /// Sends a signal to the whole process group.
    void signal(int number) const;
    /// Waits for its end without limit and reaps it: a child that sits in a dead file system can't be
    /// ended by any signal, and saying that it is gone would be a lie.
    Exit reap();

private:
    explicit Child(pid_t pid) : pid_(pid) { }
    pid_t pid_; ///< 0 once reaped
};

} // namespace site
