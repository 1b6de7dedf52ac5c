#include "storage_quota/quota_tool.hpp"

#include "model/identifier.hpp"
#include "storage_quota/listing_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace site {
namespace {

constexpr std::size_t most_message = 200;
constexpr std::size_t most_of_a_change = 1UL << 20; // they print a line or two

/// What tools say when it is not them who refuse: Lustre's errors, a GPFS daemon that is down, BeeGFS's
/// management out of reach.
constexpr std::array<std::string_view, 7> away { "Input/output error", "transport endpoint",
    "Connection timed out", "Connection refused", "not ready for commands", "Failed to communicate with node",
    "Communication with server failed" };

/// The first line that says something, made fit for a message.
std::string first_line(std::string_view text)
{
    while (!text.empty()) {
        std::string line(trimmed(next_line(text)).substr(0, most_message));
        std::replace_if(
            line.begin(), line.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
        if (!line.empty())
            return line;
    }
    return {};
}

std::string name_of(const Command& command)
{
    return command.program.substr(command.program.rfind('/') + 1);
}

} // namespace

QuotaTool::QuotaTool(const VolumeSettings& settings, std::string_view folder, Runner& runner)
    : settings_(settings), folder_(settings.programs.empty() ? std::string(folder) : settings.programs),
      runner_(runner)
{
}

Command QuotaTool::reading(std::string_view program, std::vector<std::string> arguments) const
{
    Command command { .program = folder_ + "/" + std::string(program), .arguments = std::move(arguments) };
    command.deadline = settings_.read_deadline;
    command.most_output = static_cast<std::size_t>(settings_.most_output);
    return command;
}

Command QuotaTool::changing(std::string_view program, std::vector<std::string> arguments) const
{
    auto command = reading(program, std::move(arguments));
    command.deadline = settings_.change_deadline;
    command.most_output = most_of_a_change;
    return command;
}

Result<Output> QuotaTool::run(const Command& command, std::string_view doing)
{
    auto output = runner_.run(command);
    if (!output)
        return output.error().in(doing);
    return output;
}

Result<std::string> QuotaTool::read(const Command& command, std::string_view doing)
{
    auto output = run(command, doing);
    if (!output)
        return output.error();
    if (!output->exit.ok())
        return explained(command, *output, Errc::unreachable).in(doing);
    return std::move(output->text);
}

Result<void> QuotaTool::change(const Command& command, std::string_view doing)
{
    const auto output = run(command, doing);
    if (!output)
        return output.error();
    if (!output->exit.ok())
        return explained(command, *output, Errc::refused).in(doing);
    return {};
}

std::vector<Result<void>> QuotaTool::change_each(
    std::span<const QuotaSetting> settings, const SettingCommand& command_of)
{
    std::vector<Result<void>> out;
    out.reserve(settings.size());
    std::optional<Error> last;
    for (const auto& setting : settings) {
        const auto command = command_of(setting);
        if (!command || last) {
            out.emplace_back(command ? last->in("not tried") : command.error());
            continue;
        }
        out.push_back(change(*command, "setting " + quota_of(setting.subject)));
        if (!out.back() && out.back().error().code != Errc::refused)
            last = out.back().error();
    }
    return out;
}

std::vector<Finding> QuotaTool::missing(std::initializer_list<std::string_view> programs) const
{
    std::vector<Finding> out;
    for (const auto program : programs) {
        const auto path = folder_ + "/" + std::string(program);
        if (::access(path.c_str(), X_OK) != 0)
            out.push_back({ Severity::error, "storage-no-tool", settings_.name,
                path + ": " + std::generic_category().message(errno),
                "install the file system's tools, or set clusters[].storage[].programs" });
    }
    return out;
}

Finding QuotaTool::unreadable(const Error& error) const
{
    return { Severity::error, "storage-no-quotas", settings_.name, error.text,
        "see that it is mounted here, that its quotas are switched on, and that the agent may read them" };
}

Error explained(const Command& command, const Output& output, Errc otherwise)
{
    const auto& exit = output.exit;
    if (exit.signal)
        return { Errc::unreachable,
            name_of(command) + " was ended by signal " + std::to_string(*exit.signal) };
    auto line = first_line(exit.errors);
    if (line.empty())
        line = first_line(output.text);
    if (line.empty())
        line = "it said nothing";
    const bool is_away = std::any_of(away.begin(), away.end(), [&](std::string_view words) {
        return exit.errors.find(words) != std::string::npos || output.text.find(words) != std::string::npos;
    });
    return { is_away ? Errc::unreachable : otherwise,
        name_of(command) + ": " + line + " (exit status " + std::to_string(exit.status) + ")" };
}

std::vector<std::string> lines_of(std::span<const QuotaSetting> settings, const SettingCommand& command_of)
{
    std::vector<std::string> out;
    for (const auto& setting : settings)
        if (const auto command = command_of(setting))
            out.push_back(text(*command));
    return out;
}

std::string quota_of(const QuotaSubject& subject)
{
    return "the quota of " + std::string(name(subject.by)) + " " + cited(subject.name.text()) + " ("
        + std::to_string(subject.id) + ")";
}

Result<void> check_setting(const QuotaSetting& setting, SoftLimits soft)
{
    const auto& limits = setting.limits;
    if (setting.subject.id == 0)
        return Error { Errc::internal, "the limits of id 0 are nobody's" };
    for (const auto& limit : { limits.bytes, limits.soft_bytes, limits.files, limits.soft_files })
        if (limit == 0U)
            return Error { Errc::internal,
                quota_of(setting.subject) + " would be 0, which tools take for unlimited" };
    if (soft == SoftLimits::none && (limits.soft_bytes || limits.soft_files))
        return Error { Errc::invalid,
            quota_of(setting.subject) + " has a soft limit, which this file system does not know" };
    return {};
}

std::string kib_or_zero(const std::optional<std::uint64_t>& bytes)
{
    return bytes ? std::to_string(kib_of_bytes(*bytes)) + "K" : "0";
}

std::string number_or_zero(const std::optional<std::uint64_t>& value)
{
    return value ? std::to_string(*value) : "0";
}

std::vector<std::uint32_t> ids_of(std::span<const QuotaSubject> subjects, QuotaBy by)
{
    std::vector<std::uint32_t> out;
    for (const auto& subject : subjects)
        if (subject.by == by)
            out.push_back(subject.id);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::vector<QuotaBy> kinds_of(const VolumeSettings& settings)
{
    std::vector<QuotaBy> out;
    for (const auto by : { settings.projects.quota_by, settings.users.quota_by })
        if (by != QuotaBy::none && std::find(out.begin(), out.end(), by) == out.end())
            out.push_back(by);
    return out;
}

} // namespace site
