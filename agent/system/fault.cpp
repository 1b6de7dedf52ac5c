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

/// Whether the name stands in a list such as `commit,applied`.
bool is_one_of(std::string_view name, std::string_view list)
{
    while (true) {
        const auto comma = list.find(',');
        if (list.substr(0, comma) == name)
            return true;
        if (comma == std::string_view::npos)
            return false;
        list.remove_prefix(comma + 1);
    }
}

} // namespace

void fault_point(const char* where)
{
    static const auto fatal = fatal_passage();
    static const char* only = std::getenv("SITE_FAULT_NAME");
    static std::atomic<unsigned long long> passages { 0 };
    if (only && !is_one_of(where, only))
        return;
    note_passage(where);
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
