#include "system/child.hpp"

#include "model/identifier.hpp"
#include "system/fault.hpp"
#include "system/os_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <utility>
#include <vector>

namespace site {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

// TZ and SLURM_TIME_FORMAT: sacct prints epochs, and reads its bounds as UTC (seen with 22.05).
const Environment fixed_environment = {
    { "PATH", "/usr/sbin:/usr/bin:/sbin:/bin" },
    { "LC_ALL", "C.UTF-8" },
    { "TZ", "UTC" },
    { "SLURM_TIME_FORMAT", "%s" },
};

bool has_nul(const std::string& text)
{
    return text.find('\0') != std::string::npos;
}

Result<void> check(const Command& command)
{
    if (!command.program.starts_with('/') || has_nul(command.program))
        return Error { Errc::invalid, "the program is no absolute path" };
    for (const auto& argument : command.arguments)
        if (has_nul(argument))
            return Error { Errc::invalid, "an argument has a NUL byte" };
    for (const auto& [name, value] : command.environment)
        if (name.empty() || name.find('=') != std::string::npos || has_nul(name) || has_nul(value))
            return Error { Errc::invalid, "environment variable " + cited(name) + " can't be set" };
    return {};
}

std::vector<std::string> environment_of(const Command& command)
{
    Environment all = fixed_environment;
    for (const auto& added : command.environment) {
        const auto same = [&](const auto& one) { return one.first == added.first; };
        const auto found = std::find_if(all.begin(), all.end(), same);
        if (found != all.end())
            found->second = added.second;
        else
            all.push_back(added);
    }
    std::vector<std::string> lines;
    for (const auto& [name, value] : all)
        lines.push_back(name + "=" + value);
    return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    for (auto& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// Never 0, 1 or 2, which the child puts its own things on: a daemon may have been started without them.
Result<Fd> above_standard(int fd)
{
    Fd owned(fd);
    if (fd > STDERR_FILENO)
        return owned;
    Fd raised(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!raised)
        return os_error("duplicating a descriptor", errno);
    return raised;
}

struct Pipe {
    Fd read;
    Fd write;
};

Result<Pipe> make_pipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return os_error("making a pipe", errno);
    auto read = above_standard(ends[0]);
    auto write = above_standard(ends[1]);
    if (!read)
        return read.error();
    if (!write)
        return write.error();
    return Pipe { std::move(*read), std::move(*write) };
}

// A file in memory rather than a pipe: the child can read at its own pace, or not at all, and we
// neither wait for it nor get a SIGPIPE from it.
Result<Fd> input_of(const Command& command)
{
    if (command.input.empty()) {
        const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (null < 0)
            return os_error("opening \"/dev/null\"", errno);
        return above_standard(null);
    }
    const int file = ::memfd_create("input", MFD_CLOEXEC);
    if (file < 0)
        return os_error("making the input", errno);
    auto input = above_standard(file);
    if (!input)
        return input.error();
    for (std::size_t done = 0; done < command.input.size();) {
        const auto put = ::write(input->number(), command.input.data() + done, command.input.size() - done);
        if (put < 0 && errno != EINTR)
            return os_error("writing the input", errno);
        if (put > 0)
            done += static_cast<std::size_t>(put);
    }
    if (::lseek(input->number(), 0, SEEK_SET) != 0)
        return os_error("rewinding the input", errno);
    return input;
}

// All that the child needs between fork and exec, made before, since it may not allocate there.
struct Launch {
    const char* program;
    char* const* arguments;
    char* const* environment;
    pid_t parent;
    int input;
    int output;
    int errors;
    int exec_error;
    int inherited;
};

void close_on_exec_above_standard()
{
    if (::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    // Kernels before 5.11. What we open ourselves is close-on-exec anyway; this is for the others.
    constexpr rlim_t most = 65536;
    rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > most)
        limit.rlim_cur = most;
    for (int fd = STDERR_FILENO + 1; fd < static_cast<int>(limit.rlim_cur); ++fd)
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void give_up(const Launch& launch)
{
    // The parent learns it from this pipe; if the parent is gone, nobody needs to know.
    const int number = errno;
    [[maybe_unused]] const auto put = ::write(launch.exec_error, &number, sizeof number);
    ::_exit(127);
}

// Runs in the child of a process that may have threads: async-signal-safe calls only.
[[noreturn]] void become(const Launch& launch)
{
    ::setsid();
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        give_up(launch);
    // The parent may have ended before the line above, and then no signal comes.
    if (::getppid() != launch.parent)
        ::_exit(127);

    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);

    if (::dup2(launch.input, STDIN_FILENO) < 0 || ::dup2(launch.output, STDOUT_FILENO) < 0
        || ::dup2(launch.errors, STDERR_FILENO) < 0 || ::chdir("/") != 0)
        give_up(launch);
    close_on_exec_above_standard();
    if (launch.inherited >= 0 && ::fcntl(launch.inherited, F_SETFD, 0) != 0)
        give_up(launch);
    ::execve(launch.program, launch.arguments, launch.environment);
    give_up(launch);
}

// No handler of ours may run in the child before it has put the dispositions back.
pid_t fork_with_signals_blocked(const Launch& launch)
{
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    if (pid == 0)
        become(launch);
    const int number = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = number;
    return pid;
}

} // namespace

Result<Child> Child::start(const Command& command, int inherited)
{
    if (auto sound = check(command); !sound)
        return sound.error();
    auto input = input_of(command);
    if (!input)
        return input.error();
    std::array<Pipe, 3> pipes;
    for (auto& pipe : pipes) {
        auto made = make_pipe();
        if (!made)
            return made.error();
        pipe = std::move(*made);
    }
    auto& [output, errors, exec_error] = pipes;

    std::vector<std::string> words { command.program };
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    auto variables = environment_of(command);
    const auto arguments = pointers(words);
    const auto environment = pointers(variables);

    const Launch launch { command.program.c_str(), arguments.data(), environment.data(), ::getpid(),
        input->number(), output.write.number(), errors.write.number(), exec_error.write.number(), inherited };
    fault_point("starting");
    const pid_t pid = fork_with_signals_blocked(launch);
    if (pid < 0)
        return os_error("forking", errno);
    fault_point("started");

    Child child(pid);
    child.output = std::move(output.read);
    child.errors = std::move(errors.read);
    child.exec_error = std::move(exec_error.read);
    child.ended = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    for (const Fd* end : { &child.output, &child.errors, &child.exec_error })
        if (::fcntl(end->number(), F_SETFL, O_NONBLOCK) != 0)
            return os_error("preparing a pipe", errno);
    return child;
}

Child::Child(Child&& other) noexcept
    : exec_error(std::move(other.exec_error)), output(std::move(other.output)),
      errors(std::move(other.errors)), ended(std::move(other.ended)), pid_(std::exchange(other.pid_, 0))
{
}

Child::~Child()
{
    if (pid_ == 0)
        return;
    signal(SIGKILL);
    reap();
}

bool Child::has_ended() const
{
    siginfo_t info {};
    const int waited = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    return waited != 0 || info.si_pid == pid_;
}

void Child::signal(int number) const
{
    // Until it is reaped its id names nobody else. Before its setsid there is no group yet.
    if (::kill(-pid_, number) != 0)
        ::kill(pid_, number);
}

Exit Child::reap()
{
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) { }
    pid_ = 0;
    fault_point("ended");
    Exit exit;
    if (WIFSIGNALED(status))
        exit.signal = WTERMSIG(status);
    else
        exit.status = WEXITSTATUS(status);
    return exit;
}

} // namespace site
