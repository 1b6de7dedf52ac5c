#pragma once

#include "api/plugin.hpp"
#include "exec/answer.hpp"

#include <string>
#include <string_view>

namespace site {

/// Whether a program may be run with our rights: a plain file that can be executed, root's or ours, and
/// writable for nobody else, in such a folder.
Result<void> check_program(const std::string& path);

/// The program with a verb and what it is told; the deadline is that of the verb.
Command exec_command(const ExecSettings&, std::string_view verb, std::string input);

/// Runs the program and hands its lines to the answer, whose own errors are not told here. Exit status 75 is
/// `unreachable`: later; any other but 0 is `refused`, with the program's last word.
Result<void> ask(const Command&, Runner&, ExecAnswer&);

} // namespace site
