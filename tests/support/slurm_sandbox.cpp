#include "support/slurm_sandbox.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace site {

SlurmSandbox::SlurmSandbox(std::vector<std::pair<std::string, std::string>> settings)
    : settings_(std::move(settings))
{
    tool("up");
    const auto exports = call({ "env", (dir_.path() / "s").string() });
    std::istringstream lines(exports ? exports->text : "");
    for (std::string line; std::getline(lines, line);) {
        const auto equals = line.find('=');
        if (line.rfind("export ", 0) != 0 || equals == std::string::npos)
            continue;
        auto value = line.substr(equals + 1);
        std::erase(value, '\'');
        environment_.emplace_back(line.substr(7, equals - 7), value);
    }
}

SlurmSandbox::~SlurmSandbox()
{
    (void)call({ "down", (dir_.path() / "s").string(), "--purge" });
}

Result<Output> SlurmSandbox::call(std::vector<std::string> words)
{
    Command command { SITE_SLURM_SANDBOX, std::move(words) };
    command.environment = settings_;
    command.deadline = std::chrono::minutes { 3 };
    return runner_.run(command);
}

void SlurmSandbox::tool(const std::string& verb, std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), { verb, (dir_.path() / "s").string() });
    const auto done = call(arguments);
    if (!done)
        throw std::runtime_error(done.error().text);
    if (!done->exit.ok())
        throw std::runtime_error(verb + ": " + done->text + done->exit.errors);
}

Output SlurmSandbox::slurm(const std::string& program, std::vector<std::string> arguments)
{
    Command command { "/usr/bin/" + program, std::move(arguments) };
    command.environment = environment_;
    command.deadline = std::chrono::minutes { 4 };
    auto output = runner_.run(command);
    if (!output)
        throw std::runtime_error(output.error().text);
    return *output;
}

Output SlurmSandbox::as(const std::string& user, std::vector<std::string> words)
{
    words.insert(words.begin(), { "as", (dir_.path() / "s").string(), user });
    auto output = call(std::move(words));
    if (!output)
        throw std::runtime_error(output.error().text);
    return *output;
}

std::string SlurmSandbox::sql(const std::string& statements, std::chrono::minutes deadline)
{
    Command command { SITE_SLURM_SANDBOX, { "sql", (dir_.path() / "s").string(), "-N" } };
    command.input = statements;
    command.deadline = deadline;
    auto done = runner_.run(command);
    if (!done)
        throw std::runtime_error(done.error().text);
    if (!done->exit.ok())
        throw std::runtime_error("sql: " + done->exit.errors);
    return std::move(done->text);
}

std::string SlurmSandbox::associations()
{
    const auto output = slurm("sacctmgr",
        { "-nP", "show", "assoc",
            "format=Account,User,ParentName,GrpJobs,GrpSubmitJobs,MaxSubmitJobs,GrpTRESMins" });
    std::vector<std::string> lines;
    std::istringstream stream(output.text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const auto& line : lines)
        all += line + "\n";
    return all;
}

void SlurmSandbox::clear()
{
    (void)slurm("scancel", { "--state=PENDING" });
    (void)slurm("scancel", { "--state=RUNNING" });
    tool("wait-idle", { "60" });
    const auto accounts = slurm("sacctmgr", { "-nP", "show", "account", "format=Account" });
    std::string names;
    std::istringstream stream(accounts.text);
    for (std::string line; std::getline(stream, line);)
        if (line != "root")
            names += (names.empty() ? "" : ",") + line;
    if (names.empty())
        return;
    // A default account can't go before its users.
    const auto users = slurm("sacctmgr", { "-nP", "show", "user", "format=User" });
    std::string people;
    std::istringstream rows(users.text);
    for (std::string line; std::getline(rows, line);)
        if (line != "root")
            people += (people.empty() ? "" : ",") + line;
    if (!people.empty())
        (void)slurm("sacctmgr", { "-i", "delete", "user", "name=" + people });
    (void)slurm("sacctmgr", { "-i", "delete", "account", "name=" + names });
}

} // namespace site
