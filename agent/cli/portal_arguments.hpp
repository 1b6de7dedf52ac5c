#pragma once

#include "portal/operations/operation.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace site {

/// What `site-agent portal …` asks for; texts are as they were typed.
struct PortalArguments {
    const PortalOperation* operation = nullptr;
    std::map<std::string, std::vector<std::string>, std::less<>> given {}; ///< by the parameter's own name
    std::vector<std::string> items {}; ///< `--answer KEY=VALUE`
    std::vector<std::string> fields {};
    std::string body {}; ///< a file, or `-`
    std::vector<std::string> columns {};
    std::uint32_t page = 0; ///< 0: the first, or all of them
    std::uint32_t page_size = 0; ///< 0: as configured
    bool all = false;
};

/// Adds a command for each family of the portal's operations, and one for each verb beneath it. `chosen` must
/// outlive the command line; `call` is run when such a command was given.
void add_portal_commands(
    CLI::App& portal, PortalArguments& chosen, bool& yes, bool& dry_run, const std::function<void()>& call);

/// `node_limit` as an option is spelled: `--node-limit`.
std::string option_of(std::string_view parameter);

} // namespace site
