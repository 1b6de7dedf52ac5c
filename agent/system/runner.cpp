#include "system/runner.hpp"

#include "model/identifier.hpp"
#include "system/child.hpp"
#include "system/os_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <thread>
#include <utility>

namespace site {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t longest_line = 64 << 10;
constexpr std::size_t most_errors = 64 << 10;
constexpr auto kill_after = 2s;
// How long a pipe may be silent after the program's end before we stop listening to what it left behind.
constexpr auto silence = 250ms;
// How often we look for the program's end where the kernel has no pidfd.
constexpr auto look_again = 20ms;

std::string naming(const Command& command)
{
    return cited(command.program, 4096);
}

std::string_view last_line(std::string_view text)
{
    while (text.ends_with('\n'))
        text.remove_suffix(1);
    const auto newline = text.rfind('\n');
    return newline == std::string_view::npos ? text : text.substr(newline + 1);
}

/// One child from its start to its end: three pipes and its exit, read together so that none blocks another.
class Watch {
public:
    using Take = std::function<Result<void>(std::string_view)>;

    Watch(Child child, const Command& command, const Take& take)
        : child_(std::move(child)), command_(command), take_(take),
          deadline_(SteadyClock::now() + command.deadline)
    {
    }

    Result<Exit> to_the_end()
    {
        while (!over_)
            if (auto went = step(); !went) {
                end_it();
                return explained(went.error());
            }
        Exit exit = child_.reap();
        exit.errors = std::move(errors_);
        return exit;
    }

private:
    using Block = std::array<char, 64 << 10>;

    // Why this run is an error, with what the program said last, which often tells more.
    [[nodiscard]] Error explained(Error error) const
    {
        if (!errors_.empty())
            error.text += "; it last said " + cited(last_line(errors_), 200);
        return error;
    }

    // Waits for news of any kind; what is closed has number -1, which poll passes over.
    int wait(std::chrono::milliseconds most)
    {
        events_ = { pollfd { child_.exec_error.number(), POLLIN, 0 },
            pollfd { child_.output.number(), POLLIN, 0 }, pollfd { child_.errors.number(), POLLIN, 0 },
            pollfd { child_.ended.number(), POLLIN, 0 } };
        if (!ended_ && !child_.ended)
            most = std::min<std::chrono::milliseconds>(most, look_again);
        const int ready = ::poll(events_.data(), events_.size(), static_cast<int>(most.count()));
        if (!ended_ && (events_[3].revents != 0 || (!child_.ended && child_.has_ended()))) {
            ended_ = true;
            child_.ended.reset();
        }
        return ready;
    }

    Result<void> step()
    {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - SteadyClock::now());
        if (left <= 0ms)
            return Error { Errc::timed_out,
                "no end within " + std::to_string(command_.deadline.count()) + " ms" };
        const auto most = std::min<std::chrono::milliseconds>(left, ended_ ? silence : 60s);
        const bool had_ended = ended_;
        const int ready = wait(most);
        if (ready < 0 && errno != EINTR)
            return os_error("waiting", errno);

        if (events_[0].revents != 0)
            if (auto started = read_exec_error(); !started)
                return started;
        if (events_[1].revents != 0) {
            if (auto read = read_output(); !read)
                return read;
            let_it_gather();
        }
        if (events_[2].revents != 0)
            read_errors();
        const bool closed = !child_.exec_error && !child_.output && !child_.errors;
        over_ = ended_ && (closed || (had_ended && ready == 0));
        return {};
    }

    Result<void> read_exec_error()
    {
        int number = 0;
        if (::read(child_.exec_error.number(), &number, sizeof number) == sizeof number)
            return os_error("starting it", number);
        child_.exec_error.reset();
        return {};
    }

    Result<void> read_output()
    {
        const auto got = read(child_.output);
        last_ = got.size();
        total_ += last_;
        if (total_ > command_.most_output)
            return Error { Errc::internal,
                "its output is more than " + std::to_string(command_.most_output) + " bytes" };
        return got.empty() ? Result<void> {} : take_(got);
    }

    // A program that writes much writes it in pieces of 4 KiB, and to be woken for each of them costs more
    // than what is done with it. The pipe holds 64 KiB: it goes on writing meanwhile.
    void let_it_gather() const
    {
        constexpr std::size_t much = 256 << 10;
        constexpr std::size_t little_at_once = 32 << 10;
        if (total_ > much && last_ > 0 && last_ < little_at_once && !ended_)
            std::this_thread::sleep_for(10ms);
    }

    void read_errors()
    {
        errors_.append(read(child_.errors));
        if (errors_.size() > most_errors)
            errors_.erase(0, errors_.size() - most_errors);
    }

    // What is there now; closes the pipe at its end. The view holds until the next read.
    std::string_view read(Fd& pipe)
    {
        const auto got = ::read(pipe.number(), block_.data(), block_.size());
        if (got > 0)
            return { block_.data(), static_cast<std::size_t>(got) };
        if (got == 0 || (errno != EINTR && errno != EAGAIN))
            pipe.reset();
        return {};
    }

    // TERM, a while in which what it still says is thrown away, then KILL for all that is left.
    void end_it()
    {
        child_.signal(SIGTERM);
        const auto until = SteadyClock::now() + kill_after;
        while (!ended_) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
            if (left <= 0ms)
                break;
            wait(left);
            if (events_[0].revents != 0)
                child_.exec_error.reset();
            if (events_[1].revents != 0)
                read(child_.output);
            if (events_[2].revents != 0)
                read_errors();
        }
        child_.signal(SIGKILL);
        child_.reap();
    }

    Child child_;
    const Command& command_;
    const Take& take_;
    const SteadyClock::time_point deadline_;
    std::array<pollfd, 4> events_ {};
    Block block_;
    std::size_t total_ = 0; ///< bytes of output so far
    std::size_t last_ = 0; ///< of them, those that were read together last
    std::string errors_;
    bool ended_ = false; ///< the program; what it left behind may still hold its pipes
    bool over_ = false;
};

/// Cuts blocks into lines and hands them on.
class Lines {
public:
    explicit Lines(const LineSink& sink) : sink_(sink) { }

    Result<void> take(std::string_view block)
    {
        while (true) {
            const auto newline = block.find('\n');
            const auto piece = block.substr(0, newline);
            if (begun_.size() + piece.size() > longest_line)
                return Error { Errc::internal, "a line of its output is longer than 64 KiB" };
            if (newline == std::string_view::npos) {
                begun_.append(piece);
                return {};
            }
            // most lines lie whole in the block and need no copy
            if (auto handed = hand_over(begun_.empty() ? piece : begun_.append(piece)); !handed)
                return handed;
            begun_.clear();
            block.remove_prefix(newline + 1);
        }
    }

    /// The last line, if no newline ended it.
    Result<void> finish() { return begun_.empty() ? Result<void> {} : hand_over(begun_); }

private:
    Result<void> hand_over(std::string_view line)
    {
        if (!sink_(line))
            return Error { Errc::refused, "its reader wanted no more" };
        return {};
    }

    const LineSink& sink_;
    std::string begun_;
};

} // namespace

void SystemRunner::hold(std::shared_ptr<const FileLock> lock)
{
    const std::scoped_lock guard(mutex_);
    lock_ = std::move(lock);
}

Result<Exit> SystemRunner::watch(const Command& command, const Take& take)
{
    std::shared_ptr<const FileLock> lock;
    {
        const std::scoped_lock guard(mutex_);
        lock = lock_;
    }
    auto child = Child::start(command, lock ? lock->descriptor() : -1);
    if (!child)
        return child.error();
    ++started_;
    lock.reset(); // from here on it is the child's own
    return Watch(std::move(*child), command, take).to_the_end();
}

Result<Output> SystemRunner::run(const Command& command)
{
    Output output;
    const auto keep = [&](std::string_view block) -> Result<void> {
        output.text.append(block);
        return {};
    };
    auto exit = watch(command, keep);
    if (!exit)
        return exit.error().in("running " + naming(command));
    output.exit = std::move(*exit);
    return output;
}

Result<Exit> SystemRunner::stream(const Command& command, const LineSink& sink)
{
    Lines lines(sink);
    auto exit = watch(command, [&](std::string_view block) { return lines.take(block); });
    if (!exit)
        return exit.error().in("running " + naming(command));
    if (auto last = lines.finish(); !last)
        return last.error().in("running " + naming(command));
    return exit;
}

} // namespace site
