#include "support/agent_home.hpp"

#include <gtest/gtest.h>

namespace site {

std::string agent_program()
{
    return SITE_AGENT_PROGRAM;
}

AgentHome::AgentHome(Options options)
{
    for (const auto* folder : { "state", "run" }) {
        std::filesystem::create_directory(path(folder));
        std::filesystem::permissions(path(folder), std::filesystem::perms { 0700 });
    }
    write_file(path("token"), options.token + "\n");
    write_config(options);
}

void AgentHome::write_config(const Options& options)
{
    const auto yaml = "state_dir: " + path("state").string() + "\nruntime_dir: " + path("run").string()
        + "\nplugin_dir: "
        + (options.plugin_folder.empty() ? std::string(SITE_PLUGIN_FOLDER) : options.plugin_folder)
        + "\nmode: " + options.mode + "\ngrace: {members: " + options.member_grace + "}\n" + options.more
        + "portals:\n  - name: main\n    url: " + options.portal_url
        + "\n    identifier: brics\n    token_file: " + path("token").string() + "\n" + options.portal_more
        + "clusters:\n  - name: " + options.cluster
        + "\n    portal: main\n    allocations: {service_settings: [5e771465-0000-4000-8000-000000000001]}\n"
          "    plugins: "
        + options.plugins + "\n    resolve_people: " + (options.resolve_people ? "true" : "false")
        + "\n    slurm:\n      programs: " + options.programs + "\n"
        + (options.slurm_conf.empty() ? "" : "      conf: " + options.slurm_conf + "\n") + options.slurm_more
        + options.cluster_more + "    usage:\n" + options.usage_more
        + "      components:\n        node: {measure: node, unit: hours}\n"
          "        cpu: {measure: cpu, unit: hours}\n";
    write_file(config_file(), yaml);
}

void AgentHome::forget()
{
    for (const auto& entry : std::filesystem::directory_iterator(path("state")))
        std::filesystem::remove_all(entry.path());
}

Output AgentHome::run(std::vector<std::string> words, std::vector<std::pair<std::string, std::string>> more)
{
    Command command { agent_program(), { "--config", config_file() } };
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    if (!etc.empty()) {
        command.arguments.insert(command.arguments.begin(),
            { "--mount", "sh", "-c", R"(mount --bind "$0" /etc && exec "$@")", etc.string(),
                command.program });
        command.program = "/usr/bin/unshare";
    }
    command.environment = environment;
    command.environment.insert(command.environment.end(), more.begin(), more.end());
    command.environment.emplace_back("ASAN_OPTIONS", "verify_asan_link_order=0");
    command.deadline = std::chrono::minutes { 4 };
    auto output = runner_.run(command);
    if (!output) {
        ADD_FAILURE() << text(command) << ": " << output.error().text;
        return {};
    }
    return *output;
}

void AgentHome::expect(
    int code, std::vector<std::string> words, std::vector<std::pair<std::string, std::string>> more)
{
    const auto output = run(words, std::move(more));
    EXPECT_EQ(output.exit.status, code) << (words.empty() ? "" : words[0]) << "\n"
                                        << output.text << output.exit.errors;
}

} // namespace site
