#include "integration/usage/measured_run.hpp"

#include "support/temp_dir.hpp"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace site {
namespace {

std::filesystem::path of(pid_t pid, const char* file)
{
    return std::filesystem::path("/proc") / std::to_string(pid) / file;
}

/// Bytes; 0 once it has ended.
std::uint64_t highest_memory(pid_t pid)
{
    std::istringstream status(read_file(of(pid, "status")));
    for (std::string word; status >> word;)
        if (word == "VmHWM:") {
            std::uint64_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes * 1024;
        }
    return 0;
}

/// From proc(5): utime, stime, cutime and cstime are the fields 14 to 17; the name before them may have
/// spaces.
void read_times(pid_t pid, MeasuredRun& run)
{
    const auto text = read_file(of(pid, "stat"));
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    double utime = 0, stime = 0, cutime = 0, cstime = 0;
    fields >> utime >> stime >> cutime >> cstime;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    run.own_cpu = (utime + stime) / ticks;
    run.children_cpu = (cutime + cstime) / ticks;
}

[[noreturn]] void become(const std::vector<std::string>& words,
    const std::vector<std::pair<std::string, std::string>>& environment, int log)
{
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    for (const auto& [name, value] : environment)
        ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> arguments;
    for (const auto& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

} // namespace

MeasuredRun measured_run(const std::vector<std::string>& words,
    const std::vector<std::pair<std::string, std::string>>& environment, const std::filesystem::path& log)
{
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (output < 0)
        throw std::runtime_error("cannot write " + log.string());
    const auto begun = std::chrono::steady_clock::now();
    const auto pid = ::fork();
    if (pid == 0)
        become(words, environment, output);
    ::close(output);
    if (pid < 0)
        throw std::runtime_error("fork");
    MeasuredRun run;
    siginfo_t ended {};
    // It stays a zombie, whose times can still be read; its memory can't, so that is looked at meanwhile.
    // Until it is the program, it is a copy of this one.
    const auto program = std::filesystem::canonical(words.at(0));
    while (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT) == 0
        && ended.si_pid == 0) {
        std::error_code none;
        if (std::filesystem::read_symlink(of(pid, "exe"), none) == program)
            run.peak = std::max(run.peak, highest_memory(pid));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    read_times(pid, run);
    int status = 0;
    ::waitpid(pid, &status, 0);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    run.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    run.output = read_file(log);
    return run;
}

} // namespace site
