#include "config/config.hpp"
#include "fuzz/input.hpp"

using namespace site;
using namespace site::fuzz;

// The file as YAML: a configuration, or every problem with its place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string yaml(text_of(data, size));
    const auto loaded = parse_config(yaml, "site-agent.yaml");
    for (const auto& problem : loaded.problems) {
        must(!problem.text.empty(), "a problem says what it is");
        must(problem.line >= 0 && problem.column >= 0, "and where");
        for (const char c : text(problem))
            must(static_cast<unsigned char>(c) >= 0x20, "on one line", text(problem));
    }
    if (loaded.problems.empty()) {
        must(loaded.config.portals.size() == 1 && loaded.config.clusters.size() == 1, "one of each");
        const auto& cluster = loaded.config.clusters.front();
        must(!cluster.name.empty() && is_tame(cluster.name), "a cluster's name reaches commands",
            cluster.name);
        must(cluster.name.find_first_of(",= /:;") == std::string::npos && !cluster.name.starts_with('-'),
            "and stays one word", cluster.name);
        if (cluster.slurm) {
            must(cluster.slurm->programs.starts_with('/'), "programs by absolute path",
                cluster.slurm->programs);
            must(is_local_name(cluster.slurm->parent_account), "a parent account",
                cluster.slurm->parent_account);
        }
    }
    (void)effective(yaml, "site-agent.yaml");
    return 0;
}
