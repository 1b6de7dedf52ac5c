#include "integration/agent/real_site.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>

namespace site {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string project(int number)
{
    char name[16];
    std::snprintf(name, sizeof name, "g%04d", number);
    return name;
}

class Bulk : public RealSite { };

/// The same entities by one `sacctmgr load`, written here and not by the plugin.
std::string load_file(int projects, int members)
{
    std::string text = "Cluster - 'sandbox'\nParent - 'root'\n";
    for (int p = 1; p <= projects; ++p)
        text += "Account - 'raw." + project(p) + "':Description='project " + project(p)
            + "':Organization='raw'\n";
    for (int p = 1; p <= projects; ++p) {
        text += "Parent - 'raw." + project(p) + "'\n";
        for (int m = 1; m <= members; ++m)
            text += "User - 'r" + project(p) + "m" + std::to_string(m) + "':DefaultAccount='raw." + project(p)
                + "'\n";
    }
    return text;
}

TEST_F(Bulk, ThreeHundredProjectsFromNothingTakeCommandsCountedInTens)
{
    constexpr int projects = 300;
    constexpr int members = 5;
    // Wrappers count what is started; the work is the real programs'.
    TempDir dir;
    for (const auto* program : { "sacctmgr", "sshare", "scontrol", "sinfo", "sacct", "squeue" })
        write_file(dir.path() / program,
            "#!/bin/sh\necho x >>" + (dir.path() / "calls").string() + "\nexec /usr/bin/" + program
                + " \"$@\"\n",
            0755);
    PortalProcess large({ .sample = false, .arguments = { "--generate", "300x5" } });
    options.portal_url = large.url();
    options.programs = dir.path().string();
    options.resolve_people = false;
    agent->write_config(options);

    const auto start = Clock::now();
    agent->expect(0, { "apply" });
    const auto ours = seconds_since(start);
    const auto text = read_file(dir.path() / "calls");
    const auto processes = text.size() / 2;
    EXPECT_LE(processes, 40U);
    agent->expect(0, { "plan" });

    const auto file = dir.path() / "load";
    write_file(file, load_file(projects, members), 0644);
    slurm->clear();
    const auto raw_start = Clock::now();
    const auto loaded = slurm->slurm("sacctmgr", { "-i", "load", "file=" + file.string() });
    const auto raw = seconds_since(raw_start);
    EXPECT_TRUE(loaded.exit.ok()) << loaded.exit.errors;
    std::printf(
        "from nothing, %d projects x %d: %zu processes, %.1f s; one raw sacctmgr load %.1f s; ratio %.2f\n",
        projects, members, processes, ours, raw, ours / raw);
}

} // namespace
} // namespace site
