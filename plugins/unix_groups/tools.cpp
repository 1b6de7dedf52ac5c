#include "unix_groups/tools.hpp"

#include "group_projection/name_caches.hpp"

#include <algorithm>
#include <array>

namespace site {
namespace {

constexpr std::size_t most_message = 200;
constexpr std::string_view expired = "1"; // 1970-01-02: past on every clock; 0 would be unclear by shadow(5)

std::string_view program_of(const Command& command)
{
    return std::string_view(command.program).substr(command.program.rfind('/') + 1);
}

/// The first line that isn't a warning, made fit for a message.
std::string said(std::string_view errors)
{
    std::string out;
    while (!errors.empty()) {
        const auto line = errors.substr(0, errors.find('\n'));
        errors.remove_prefix(std::min(line.size() + 1, errors.size()));
        const bool warning = line.find("arning:") != std::string_view::npos;
        if (line.empty() || (warning && !out.empty()))
            continue;
        const bool better = out.empty() || out.find("arning:") != std::string::npos;
        if (better)
            out.assign(line.substr(0, most_message));
    }
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return out.empty() ? "no word said" : out;
}

std::string_view after(std::string_view text, std::string_view mark, std::string_view ends)
{
    const auto at = text.find(mark);
    if (at == std::string_view::npos)
        return {};
    text.remove_prefix(at + mark.size());
    return text.substr(0, text.find_first_of(ends));
}

bool is_already(std::string_view program, int status, std::string_view errors)
{
    const bool absent = errors.find("does not exist") != std::string_view::npos;
    if (program == "groupdel" || program == "userdel")
        return status == 6 && absent;
    return program == "gpasswd" && errors.find("is not a member of") != std::string_view::npos;
}

Errc code_of(std::string_view program, int status)
{
    // userdel 8: he is logged in, which passes.
    return program == "userdel" && status == 8 ? Errc::conflict : Errc::refused;
}

} // namespace

UnixTools::UnixTools(const UnixGroupsSettings& settings) : settings_(settings)
{
}

Command UnixTools::command(std::string_view program, std::vector<std::string> arguments) const
{
    Command out { .program = settings_.programs + "/" + std::string(program), .arguments = {} };
    if (!settings_.prefix.empty())
        out.arguments = { "-P", settings_.prefix };
    else if (!settings_.root.empty())
        out.arguments = { "-R", settings_.root };
    out.arguments.insert(out.arguments.end(), arguments.begin(), arguments.end());
    out.deadline = settings_.change_deadline;
    out.most_output = 1UL << 20; // they print a line or two
    return out;
}

Command UnixTools::gpasswd(std::vector<std::string> arguments) const
{
    auto out = command({}, {});
    out.program = settings_.gpasswd;
    if (!out.arguments.empty())
        out.arguments.front() = "-Q";
    out.arguments.insert(out.arguments.end(), arguments.begin(), arguments.end());
    return out;
}

Command UnixTools::add_group(Name group, std::int64_t gid) const
{
    return command("groupadd", { "-g", std::to_string(gid), group.text() });
}

Command UnixTools::remove_group(Name group) const
{
    return command("groupdel", { group.text() });
}

Command UnixTools::add_members(Name group, std::string_view users) const
{
    return command("groupmod", { "-a", "-U", std::string(users), group.text() });
}

Command UnixTools::take_out(Name group, Name user) const
{
    return gpasswd({ "-d", user.text(), group.text() });
}

Command UnixTools::replace_members(Name group, std::string_view users) const
{
    return gpasswd({ "-M", std::string(users), group.text() });
}

Command UnixTools::add_user(const NewUser& user) const
{
    const auto& rules = settings_.users;
    std::vector<std::string> arguments { "-u", std::to_string(user.uid) };
    if (own_group() && !user.group_there)
        arguments.emplace_back("-U");
    else
        arguments.insert(arguments.end(), { "-g", own_group() ? user.name.text() : rules.primary_group });
    arguments.insert(arguments.end(), { "-s", rules.shell, "-d", home(user.name) });
    if (rules.skeleton.empty()) {
        arguments.emplace_back("-M");
    } else {
        std::array<char, 8> mode {};
        std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(rules.home_mode & 07777));
        arguments.insert(
            arguments.end(), { "-m", "-k", rules.skeleton, "-K", std::string("HOME_MODE=") + mode.data() });
    }
    if (user.locked)
        arguments.insert(arguments.end(), { "-e", std::string(expired) });
    arguments.push_back(user.name.text());
    return command("useradd", std::move(arguments));
}

Command UnixTools::lock_user(Name user) const
{
    return command("usermod", { "-L", "-e", std::string(expired), user.text() });
}

Command UnixTools::unlock_user(Name user) const
{
    // -U warns and leaves the password alone where there is none; the date decides (exit status 0, 4.13).
    return command("usermod", { "-U", "-e", "", user.text() });
}

Command UnixTools::remove_user(Name user) const
{
    return command("userdel", { user.text() });
}

std::vector<Command> UnixTools::forget() const
{
    return cache_commands(settings_.caches, settings_.programs, settings_.change_deadline);
}

std::string UnixTools::home(Name user) const
{
    constexpr std::string_view mark = "{user}";
    auto out = settings_.users.home;
    for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark, at + user.text().size()))
        out.replace(at, mark.size(), user.text());
    return out;
}

bool UnixTools::own_home() const
{
    // A home for all, such as /nonexistent, is nobody's own where none is made.
    return !settings_.users.skeleton.empty() || settings_.users.home.find("{user}") != std::string::npos;
}

std::vector<std::string> UnixTools::programs() const
{
    std::vector<std::string> out;
    for (const auto* name : { "groupadd", "groupmod", "groupdel" })
        out.push_back(settings_.programs + "/" + name);
    out.push_back(settings_.gpasswd);
    if (settings_.users.create)
        for (const auto* name : { "useradd", "usermod", "userdel" })
            out.push_back(settings_.programs + "/" + name);
    return out;
}

Answer judged(const Command& command, const Output& output)
{
    const auto& exit = output.exit;
    if (exit.ok())
        return {};
    const auto program = program_of(command);
    if (exit.signal)
        return { Answer::Kind::failed, {},
            { Errc::unreachable,
                std::string(program) + " was ended by signal " + std::to_string(*exit.signal) } };
    const std::string_view errors = exit.errors;
    if (is_already(program, exit.status, errors))
        return { Answer::Kind::already, {}, {} };
    const auto line = said(errors) + " (exit status " + std::to_string(exit.status) + ")";
    if (const auto file = after(errors, "cannot lock ", ";\n"); !file.empty()) {
        const std::string name(file.substr(file.rfind('/') + 1));
        if (errors.find("Read-only file system") == std::string_view::npos)
            return { Answer::Kind::locked, name, { Errc::unreachable, line } };
        return { Answer::Kind::read_only, name,
            { Errc::refused, line + "; the service needs to write in /etc: ReadWritePaths=/etc" } };
    }
    if (const auto user = after(errors, "Invalid member username ", "\n"); !user.empty())
        return { Answer::Kind::unknown_user, std::string(user), { Errc::not_found, line } };
    return { Answer::Kind::failed, {}, { code_of(program, exit.status), line } };
}

bool locks(const Command& command, std::string_view file)
{
    const auto program = program_of(command);
    const bool of_groups = file == "group" || file == "gshadow";
    const bool of_users = file == "passwd" || file == "shadow";
    if (program == "useradd" || program == "userdel")
        return true;
    return program == "usermod" ? of_users : of_groups;
}

} // namespace site
