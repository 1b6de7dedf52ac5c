#include "system/stop_signals.hpp"

#include "system/os_error.hpp"

#include <cerrno>
#include <poll.h>
#include <sys/signalfd.h>
#include <utility>

namespace site {

Result<std::unique_ptr<StopSignals>> StopSignals::block()
{
    sigset_t ours;
    sigset_t before;
    ::sigemptyset(&ours);
    for (const int number : { SIGTERM, SIGINT, SIGHUP })
        ::sigaddset(&ours, number);
    if (const int number = ::pthread_sigmask(SIG_BLOCK, &ours, &before); number != 0)
        return os_error("blocking signals", number);
    Fd fd(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd) {
        const int number = errno;
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return os_error("opening a signalfd", number);
    }
    return std::unique_ptr<StopSignals>(new StopSignals(std::move(fd), before));
}

StopSignals::StopSignals(Fd fd, const sigset_t& before) : fd_(std::move(fd)), before_(before)
{
}

StopSignals::~StopSignals()
{
    look();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::look()
{
    signalfd_siginfo info {};
    while (::read(fd_.number(), &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == static_cast<unsigned>(SIGHUP))
            reload_ = true;
        else
            stop_ = true;
    }
}

bool StopSignals::stop_requested()
{
    look();
    return stop_;
}

bool StopSignals::take_reload()
{
    look();
    return reload_.exchange(false);
}

void StopSignals::wait(std::chrono::milliseconds most)
{
    look();
    if (stop_ || reload_)
        return;
    pollfd event { fd_.number(), POLLIN, 0 };
    ::poll(&event, 1, static_cast<int>(most.count()));
    look();
}

} // namespace site
