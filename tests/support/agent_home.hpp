#pragma once

#include "support/portal_process.hpp"
#include "support/temp_dir.hpp"
#include "system/runner.hpp"

#include <string>
#include <utility>
#include <vector>

namespace site {

/// An installed agent for a test: configuration, token, state and lock folders of its own, and the real
/// program to run in it.
class AgentHome {
public:
    struct Options {
        std::string portal_url = {};
        std::string slurm_conf = {}; ///< empty: none
        std::string programs = "/usr/bin";
        std::string member_grace = "1d";
        std::string mode = "enforce";
        std::string cluster = "sandbox";
        bool resolve_people = true;
        std::string plugins = "[slurm]";
        std::string plugin_folder = {}; ///< empty: the build's own
        std::string token = PortalProcess::token();
        std::string more = {}; ///< appended to the file, at the top level
        std::string slurm_more = {}; ///< `key: value` lines under `slurm:`
        std::string usage_more = {}; ///< the same under `usage:`
        std::string cluster_more = {}; ///< sections of the cluster, each line indented by 4
        std::string portal_more = "    retries: 1\n    request_timeout: 5s\n    connect_timeout: 5s\n";
    };

    explicit AgentHome(Options);

    /// Runs `site-agent --config ... WORDS`, with variables added to its environment.
    Output run(
        std::vector<std::string> words, std::vector<std::pair<std::string, std::string>> environment = {});
    /// The same, and only the exit code is of interest; its output goes to the test's log when it is not
    /// `code`.
    void expect(int code, std::vector<std::string> words,
        std::vector<std::pair<std::string, std::string>> environment = {});

    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return dir_.path() / name; }
    [[nodiscard]] std::filesystem::path config_file() const { return path("site-agent.yaml"); }
    void write_config(const Options&);
    /// Starts again from nothing: no store.
    void forget();
    /// Given to every run; the Slurm sandbox's users.
    std::vector<std::pair<std::string, std::string>> environment;
    /// Seen by every run in the place of /etc, in a mount namespace of its own; empty: the machine's. Needs
    /// root.
    std::filesystem::path etc;

private:
    TempDir dir_;
    SystemRunner runner_;
};

/// The program under test.
std::string agent_program();

} // namespace site
