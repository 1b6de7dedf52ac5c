#pragma once

#include <string>

namespace CLI {
class App;
}

namespace site {

enum class Shell { bash, zsh, fish };

/// A script for tab completion of every command and option beneath `app`, made from the command line itself.
std::string completion_script(const CLI::App& app, Shell);

} // namespace site
