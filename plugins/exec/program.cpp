#include "exec/program.hpp"

#include "model/identifier.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

constexpr int try_later = 75; // EX_TEMPFAIL of sysexits.h

Result<void> check_trusted(const std::filesystem::path& path, struct stat& status)
{
    const auto bad = [&](const std::string& why) {
        return Error { Errc::refused, cited(path.string(), 4096) + " " + why };
    };
    if (::lstat(path.c_str(), &status) != 0)
        return Error { Errc::not_found, cited(path.string(), 4096) + ": " + std::strerror(errno) };
    if (S_ISLNK(status.st_mode))
        return bad("is a symbolic link: name the file itself");
    if (status.st_uid != 0 && status.st_uid != ::geteuid())
        return bad("belongs to uid " + std::to_string(status.st_uid) + ", not to root");
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return bad("is writable for others than its owner (chmod go-w)");
    return {};
}

std::string last_line(std::string_view text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    return std::string(text.substr(text.rfind('\n') + 1));
}

std::string said(const Exit& exit)
{
    const auto word = last_line(exit.errors);
    return word.empty() ? "it said nothing on standard error" : "it said " + cited(word, 200);
}

} // namespace

Result<void> check_program(const std::string& path)
{
    struct stat status { };
    const std::filesystem::path file(path);
    if (!file.is_absolute())
        return Error { Errc::refused, cited(path, 4096) + " is not an absolute path" };
    if (auto trusted = check_trusted(file.parent_path(), status); !trusted)
        return trusted.error().in("its folder");
    if (auto trusted = check_trusted(file, status); !trusted)
        return trusted;
    if (!S_ISREG(status.st_mode))
        return Error { Errc::refused, cited(path, 4096) + " is no plain file" };
    if ((status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        return Error { Errc::refused, cited(path, 4096) + " can't be executed (chmod 755)" };
    return {};
}

Command exec_command(const ExecSettings& settings, std::string_view verb, std::string input)
{
    Command command { .program = settings.program, .arguments = settings.arguments };
    command.arguments.emplace_back(verb);
    command.input = std::move(input);
    command.deadline = verb == "apply" ? settings.change_deadline : settings.read_deadline;
    command.most_output = static_cast<std::size_t>(settings.most_output);
    return command;
}

Result<void> ask(const Command& command, Runner& runner, ExecAnswer& answer)
{
    if (auto trusted = check_program(command.program); !trusted)
        return trusted.error().in("the site's program");
    // Read to its end even when a line is wrong: its exit status and last word tell more.
    const auto exit = runner.stream(command, [&](std::string_view line) {
        answer.line(line);
        return true;
    });
    if (!exit)
        return exit.error();
    const auto name = cited(command.program, 4096);
    if (exit->signal)
        return Error { Errc::internal,
            name + " was ended by signal " + std::to_string(*exit->signal) + "; " + said(*exit) };
    if (exit->status == try_later)
        return Error { Errc::unreachable, name + " asks to try later (exit status 75); " + said(*exit) };
    if (exit->status != 0)
        return Error { Errc::refused,
            name + " ended with exit status " + std::to_string(exit->status) + "; " + said(*exit) };
    return {};
}

} // namespace site
