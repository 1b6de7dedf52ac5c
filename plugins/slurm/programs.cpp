#include "slurm/programs.hpp"

#include <algorithm>
#include <array>

namespace site {
namespace {

// Seen in Slurm 22.05.8 with slurmdbd, MariaDB, munged or slurmctld stopped.
constexpr std::array<std::string_view, 6> out_of_reach { "Connection refused", "Sending PersistInit msg",
    "Unable to contact", "Unable to connect", "authentication error", "Problem talking to the database" };

constexpr std::size_t most_message = 200;

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace

Programs::Programs(const SlurmSettings& settings)
    : folder_(settings.programs), conf_(settings.conf), read_deadline_(settings.read_deadline),
      change_deadline_(settings.change_deadline)
{
}

Command Programs::reading(std::string_view program, std::vector<std::string> arguments) const
{
    Command command { .program = folder_ + "/" + std::string(program), .arguments = std::move(arguments) };
    if (!conf_.empty())
        command.environment.emplace_back("SLURM_CONF", conf_);
    command.deadline = read_deadline_;
    return command;
}

Command Programs::changing(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), "-i");
    auto command = reading("sacctmgr", std::move(arguments));
    command.deadline = change_deadline_;
    command.most_output = 8UL << 20; // a load of 500 lines prints 200 kB
    return command;
}

bool complains(std::string_view errors)
{
    return contains(errors, "error:") || contains(errors, "fatal:");
}

std::string first_line(std::string_view text)
{
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
        // A note on how long the call took isn't what went wrong.
        if (line.empty() || (contains(line, "in usec=") && !complains(line)))
            continue;
        std::string out(line.substr(0, most_message));
        std::replace_if(
            out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
        return out;
    }
    return {};
}

Error explained(const Exit& exit, std::string_view output)
{
    auto said = first_line(exit.errors);
    for (const auto reason : out_of_reach)
        if (contains(exit.errors, reason))
            return { Errc::unreachable, said.empty() ? std::string(reason) : said };
    if (exit.signal)
        return { Errc::unreachable, "ended by signal " + std::to_string(*exit.signal) };
    if (said.empty())
        said = first_line(output);
    if (said.empty())
        said = "no word said";
    return { Errc::refused, said + " (exit status " + std::to_string(exit.status) + ")" };
}

Result<std::string> looked(Runner& runner, const Command& command, std::string_view doing)
{
    auto output = runner.run(command);
    if (!output)
        return output.error().in(doing);
    if (!output->exit.ok() || complains(output->exit.errors))
        return explained(output->exit, output->text).in(doing);
    return std::move(output->text);
}

} // namespace site
