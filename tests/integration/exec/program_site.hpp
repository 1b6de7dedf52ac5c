#pragma once

#include "exec/exec.hpp"
#include "support/temp_dir.hpp"
#include "system/runner.hpp"

#include <string>
#include <vector>

namespace site {

/// The machine's runner, with what was said to the last program and by it.
class ListeningRunner : public SystemRunner {
public:
    Result<Exit> stream(const Command& command, const LineSink& sink) override
    {
        question = command.input;
        answer.clear();
        return SystemRunner::stream(command, [&](std::string_view line) {
            answer += std::string(line) + "\n";
            return sink(line);
        });
    }

    std::string question;
    std::string answer;
};

/// A site whose program is a shell script of a test's.
struct ProgramSite {
    explicit ProgramSite(const std::string& script, unsigned mode = 0755)
    {
        settings.program = dir.path() / "program";
        settings.records = { "group", "group_member" };
        write_file(settings.program, "#!/bin/sh\n" + script, mode);
    }

    Exec plugin() { return { Name("c1"), settings, runner }; }
    Result<Observation> observed() { return plugin().observed(interest); }
    /// Empty when it is none.
    std::string error()
    {
        const auto read = observed();
        return read ? "" : read.error().text;
    }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const { return dir.path() / name; }

    TempDir dir;
    ListeningRunner runner;
    ExecSettings settings;
    Interest interest { .names = { Name("brics.x") } };
};

inline Change make_member(const std::string& user)
{
    return { .key = { Kind::group_member, Name("c1"), Name("brics.x"), Name(user) },
        .reason = "association of " + user };
}

} // namespace site
