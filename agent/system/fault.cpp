#include "system/fault.hpp"

#ifdef SITE_FAULTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace site {
namespace {

/// 0 when the variable is unset or no number: no passage is the fatal one.
unsigned long long fatal_passage()
{
    const char* text = std::getenv("SITE_FAULT_AT");
    return text ? std::strtoull(text, nullptr, 10) : 0;
}

/// Appends the name, so that a test can count the passages of a run that was not stopped.
void note_passage(const char* where)
{
    const char* file = std::getenv("SITE_FAULT_LOG");
    if (!file)
        return;
    const int fd = ::open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    const std::string line = std::string(where) + "\n";
    const auto written = ::write(fd, line.data(), line.size());
    static_cast<void>(written); // a test that misses the line fails by itself
    ::close(fd);
}

} // namespace

void fault_point(const char* where)
{
    static const auto fatal = fatal_passage();
    static const char* only = std::getenv("SITE_FAULT_NAME");
    static std::atomic<unsigned long long> passages { 0 };
    note_passage(where);
    if (only && std::string_view(only) != where)
        return;
    if (++passages == fatal)
        ::kill(::getpid(), SIGKILL);
}

std::chrono::seconds fault_deadline(std::chrono::seconds usual)
{
    const char* text = std::getenv("SITE_FAULT_DEADLINE");
    return text ? std::chrono::seconds { std::strtol(text, nullptr, 10) } : usual;
}

} // namespace site

#endif
