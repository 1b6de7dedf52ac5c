#include "system/file_lock.hpp"

#include "model/identifier.hpp"
#include "system/os_error.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>

namespace site {
namespace {

constexpr auto ask_again = std::chrono::milliseconds(100);

// Three lines: pid, what it does, since when.
std::string holder_text(std::string_view what, Instant now)
{
    std::string line;
    for (const char c : what.substr(0, 128))
        line += (static_cast<unsigned char>(c) < 0x20) ? ' ' : c;
    return std::to_string(::getpid()) + "\n" + line + "\n" + text(now) + "\n";
}

std::string described(std::string_view holder)
{
    std::array<std::string_view, 3> lines;
    for (auto& line : lines) {
        const auto newline = holder.find('\n');
        if (newline == std::string_view::npos)
            return "somebody who left no name";
        line = holder.substr(0, newline);
        holder.remove_prefix(newline + 1);
    }
    const auto& [pid_text, what, since] = lines;
    pid_t pid = 0;
    std::from_chars(pid_text.data(), pid_text.data() + pid_text.size(), pid);
    const bool gone = pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH);
    return cited(what, 128) + " (pid " + std::to_string(pid)
        + (gone ? ", ended, but a command that it started still runs" : "") + ") since " + std::string(since);
}

Result<std::string> read_holder(int fd)
{
    std::array<char, 512> block;
    const auto got = ::pread(fd, block.data(), block.size(), 0);
    if (got < 0)
        return os_error("reading it", errno);
    return std::string(block.data(), static_cast<std::size_t>(got));
}

Result<void> write_holder(int fd, const std::string& holder)
{
    if (::ftruncate(fd, 0) != 0)
        return os_error("emptying it", errno);
    if (::pwrite(fd, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size()))
        return os_error("writing to it", errno);
    return {};
}

Result<LockResult> ask(const std::filesystem::path& file, std::string_view what, Instant now)
{
    Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd)
        return os_error("opening it", errno);
    if (::flock(fd.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return os_error("asking for it", errno);
        auto holder = read_holder(fd.number());
        if (!holder)
            return holder.error();
        return LockResult { LockHeld { described(*holder) } };
    }
    if (auto written = write_holder(fd.number(), holder_text(what, now)); !written)
        return written.error();
    return LockResult { std::make_shared<const FileLock>(std::move(fd)) };
}

} // namespace

Result<LockResult> try_lock(const std::filesystem::path& file, std::string_view what, Instant now)
{
    auto asked = ask(file, what, now);
    if (!asked)
        return asked.error().in("taking the lock " + cited(file.native(), 4096));
    return asked;
}

Result<LockResult> wait_for_lock(const std::filesystem::path& file, std::string_view what, const Clock& clock,
    std::chrono::milliseconds patience, const std::function<bool()>& stop)
{
    const auto until = clock.steady() + patience;
    while (true) {
        auto asked = try_lock(file, what, clock.now());
        if (!asked || !std::holds_alternative<LockHeld>(*asked) || clock.steady() >= until || stop())
            return asked;
        std::this_thread::sleep_for(ask_again);
    }
}

} // namespace site
