#include "integration/agent/real_site.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::HasSubstr;

/// The same site with `safe`, under which caps are written and running jobs are never killed by them.
class SafeSite : public RealSite {
protected:
    static void SetUpTestSuite()
    {
        settings = { { "SANDBOX_ENFORCE", "associations,limits,qos,safe" } };
        RealSite::SetUpTestSuite();
    }
    static void TearDownTestSuite()
    {
        RealSite::TearDownTestSuite();
        settings.clear();
    }
};

TEST_F(SafeSite, TheCapHoldsWhatDoesNotFitIntoTheMonthAndKillsNothing)
{
    change(
        "allocations/set", R"({"allocation": "climate", "node_limit": 1})"); // one node-hour: 480 CPU-minutes
    agent->expect(0, { "apply" });
    agent->expect(0, { "usage", "collect" }); // the ledger has a whole figure now, so a cap can be made
    agent->expect(0, { "apply" });
    EXPECT_THAT(slurm->associations(), HasSubstr("cpu=480"));
    agent->expect(0, { "plan" });

    EXPECT_EQ(submit("u001", "brics.climate", { "-J", "fits", "-n", "1", "--wrap", "sleep 3" }), "");
    EXPECT_EQ(submit("u001", "brics.climate",
                  { "-J", "toolong", "-N", "2", "-n", "16", "-t", "60", "--wrap", "sleep 1" }),
        "");
    for (int i = 0; i < 40; ++i) {
        if (slurm->slurm("squeue", { "-h", "-n", "toolong", "-o", "%r" }).text.find("Minutes")
            != std::string::npos)
            break;
        ::usleep(500'000);
    }
    EXPECT_THAT(slurm->slurm("squeue", { "-h", "-n", "toolong", "-o", "%t %r" }).text,
        HasSubstr("PD AssocGrpCPUMinutes"));

    // A limit of 0 with a job running: the gate closes, the cap falls to what is used, the job finishes.
    EXPECT_EQ(submit("u002", "brics.climate", { "-J", "runs", "-n", "1", "--wrap", "sleep 40" }), "");
    ::sleep(2);
    change("allocations/set", R"({"allocation": "climate", "node_limit": 0})");
    agent->expect(0, { "apply" });
    EXPECT_THAT(submit("u001", "brics.climate"), HasSubstr("AssocGrpSubmitJobsLimit"));
    (void)slurm->slurm("scancel", { "-n", "toolong" });
    slurm->tool("wait-idle", { "90" });
    EXPECT_THAT(
        slurm->slurm("sacct", { "-X", "-n", "-P", "-S", "now-5minutes", "--name=runs", "-o", "State" }).text,
        HasSubstr("COMPLETED"));
    change("allocations/set", R"({"allocation": "climate", "node_limit": 1000})");
    agent->expect(0, { "apply" });
    EXPECT_EQ(submit("u001", "brics.climate"), "");
}

} // namespace
} // namespace site
