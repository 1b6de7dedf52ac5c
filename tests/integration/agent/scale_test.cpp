#include "support/agent_home.hpp"
#include "support/fake_slurm.hpp"
#include "support/portal_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

namespace site {
namespace {

std::string project(int number)
{
    char name[16];
    std::snprintf(name, sizeof name, "g%04d", number);
    return name;
}

/// What sacctmgr says of a site that has every generated project and member already.
void fill(FakeSlurm& slurm, int projects, int members)
{
    std::string associations = "root||||1|||||normal|\nroot|root||||||||normal|\n";
    std::string accounts = "root|default root account|root\n";
    for (int p = 1; p <= projects; ++p) {
        const auto account = "brics." + project(p);
        associations += account + "|||root|1|||||normal|\n";
        accounts += account + "|project " + project(p) + ".brics|site-agent\n";
        for (int m = 1; m <= members; ++m)
            associations += account + "|" + project(p) + "m" + std::to_string(m) + "|||1|||||normal|\n";
    }
    slurm.answer("sacctmgr.show.assoc", associations);
    slurm.answer("sacctmgr.show.account", accounts);
}

struct Site {
    explicit Site(int number_of_projects)
        : projects(number_of_projects),
          portal(
              { .sample = false, .arguments = { "--generate", std::to_string(number_of_projects) + "x4" } }),
          agent({ .portal_url = portal.url(), .programs = slurm.programs(), .resolve_people = false })
    {
        fill(slurm, 0, 0);
    }

    /// Everything is made and ours: the work is done in the fake's files between the call and its answer.
    /// That is one batch, so not more than 5000 records.
    void settle()
    {
        const auto killed
            = agent.run({ "apply" }, { { "SITE_FAULT_NAME", "applied" }, { "SITE_FAULT_AT", "1" } });
        ASSERT_NE(killed.exit.signal.value_or(0), 0) << killed.text << killed.exit.errors;
        fill(slurm, projects, 4);
        agent.expect(0, { "apply" });
    }

    int projects;
    FakeSlurm slurm;
    PortalProcess portal;
    AgentHome agent;
};

struct Cost {
    std::size_t processes = 0;
    std::uint64_t requests = 0;
};

Cost idle_cycle(Site& site)
{
    site.slurm.forget_calls();
    (void)site.portal.control("DELETE", "requests");
    site.agent.expect(0, { "apply" });
    return { site.slurm.calls().size(), site.portal.requests() };
}

TEST(Scale, AnIdleCycleStartsTheSameFewProcessesFor10And1000Projects)
{
    Site small(10);
    small.settle();
    Site large(1000);
    large.settle();
    const auto few = idle_cycle(small);
    const auto many = idle_cycle(large);
    std::printf("idle cycle, 10 projects x 4: %zu processes, %llu requests\n", few.processes,
        static_cast<unsigned long long>(few.requests));
    std::printf("idle cycle, 1000 projects x 4: %zu processes, %llu requests\n", many.processes,
        static_cast<unsigned long long>(many.requests));
    EXPECT_EQ(few.processes, many.processes);
    EXPECT_LE(many.processes, 4U);
    // Pages of 100 of both lists, and a count of each.
    EXPECT_EQ(few.requests, 1U + 1U + 2U);
    EXPECT_EQ(many.requests, 10U + 40U + 2U);
    for (const auto& call : large.slurm.calls())
        EXPECT_THAT(call, testing::Not(testing::ContainsRegex("add|modify|delete|load")));
}

TEST(Scale, ALargeSiteIsMadeFromNothingByCommandsCountedInTens)
{
    Site large(1000);
    (void)large.agent.run({ "apply" }); // the fake does nothing, but is asked
    EXPECT_LE(large.slurm.calls().size(), 40U);
}

} // namespace
} // namespace site
