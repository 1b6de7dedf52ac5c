#include "integration/agent/real_site.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

/// Whatever is wrong with Slurm: nothing at the site changes, no figure becomes a zero, the trouble is
/// named, and once Slurm is well the next cycle goes on by itself.
class SlurmAway : public RealSite {
protected:
    SlurmAway()
    {
        for (const auto* program : { "sacctmgr", "sshare", "scontrol", "sinfo", "sacct", "squeue" })
            write_file(programs.path() / program, wrapper(program), 0755);
        options.programs = programs.path().string();
        options.slurm_more = "      read_deadline: 3s\n";
        agent->write_config(options);
        agent->expect(0, { "apply" });
        EXPECT_EQ(submit("u001", "brics.climate", { "-N", "2", "--exclusive", "--wrap", "sleep 5" }), "");
        slurm->tool("wait-idle", { "60" });
        agent->expect(0, { "usage", "collect" });
        before = slurm->associations();
        figure = reported("cpu");
        EXPECT_NE(figure, "");
        change("members/drop", R"({"allocation": "climate", "username": "u002"})");
        change("members/add",
            R"({"allocation": "genome", "username": "u013", "useridentifier": "kim.genome.brics"})");
    }

    /// The real program, unless the file `PROGRAM.sick` says what to do instead.
    [[nodiscard]] std::string wrapper(const std::string& program) const
    {
        const auto sick = (programs.path() / (program + ".sick")).string();
        return "#!/bin/sh\n[ -f " + sick + " ] && . " + sick + "\nexec /usr/bin/" + program + " \"$@\"\n";
    }
    void sicken(const std::string& program, const std::string& script)
    {
        write_file(programs.path() / (program + ".sick"), script + "\n", 0644);
    }
    void heal()
    {
        for (const auto& entry : std::filesystem::directory_iterator(programs.path()))
            if (entry.path().extension() == ".sick")
                std::filesystem::remove(entry.path());
    }

    void untouched(const std::string& named)
    {
        const auto cycle = agent->run({ "apply" });
        EXPECT_EQ(cycle.exit.status, 1) << cycle.text << cycle.exit.errors;
        EXPECT_THAT(cycle.text + cycle.exit.errors, HasSubstr(named));
        EXPECT_THAT(agent->run({ "status" }).text, HasSubstr("slurm"));
    }
    void recovers()
    {
        heal();
        EXPECT_EQ(slurm->associations(), before);
        agent->expect(0, { "apply" });
        const auto after = slurm->associations();
        EXPECT_THAT(after, HasSubstr("brics.genome|u013|"));
        EXPECT_NE(after, before);
        agent->expect(0, { "usage", "collect" });
        EXPECT_EQ(reported("cpu"), figure);
    }

    TempDir programs;
    std::string before;
    std::string figure;
};

TEST_F(SlurmAway, TheDatabaseDaemonIsDown)
{
    slurm->tool("stop", { "slurmdbd" });
    untouched("is out of this cycle");
    agent->expect(1, { "usage", "collect" });
    EXPECT_EQ(reported("cpu"), figure);
    slurm->tool("start", { "slurmdbd" });
    recovers();
}

TEST_F(SlurmAway, TheControllerIsDown)
{
    slurm->tool("stop", { "slurmctld" });
    untouched("is out of this cycle");
    EXPECT_EQ(reported("cpu"), figure);
    slurm->tool("start", { "slurmctld" });
    recovers();
}

TEST_F(SlurmAway, ItsProgramsAreTooSlow)
{
    sicken("sacctmgr", "exec sleep 60");
    sicken("sacct", "exec sleep 60");
    untouched("sacctmgr");
    agent->expect(1, { "usage", "collect" });
    EXPECT_EQ(reported("cpu"), figure);
    recovers();
}

TEST_F(SlurmAway, ItsProgramsAnswerEmptyWithExitStatus0)
{
    sicken("sacctmgr", "exit 0");
    sicken("sacct", "exit 0");
    untouched("is out of this cycle");
    agent->expect(1, { "usage", "collect" });
    EXPECT_EQ(reported("cpu"), figure);
    heal();
    sicken("sacct", "exit 0");
    const auto collected = agent->run({ "usage", "collect" });
    EXPECT_THAT(collected.text + collected.exit.errors, HasSubstr("usage-vanished"));
    EXPECT_NE(collected.exit.status, 0);
    EXPECT_EQ(reported("cpu"), figure);
    recovers();
}

TEST_F(SlurmAway, OnlyTheListOfAssociationsIsEmpty)
{
    sicken("sacctmgr", "case \"$*\" in *assoc*) exit 0 ;; esac");
    untouched("is out of this cycle");
    recovers();
}

TEST_F(SlurmAway, OnlyTheListOfAccountsIsEmpty)
{
    sicken("sacctmgr", "case \"$*\" in *'show account'*) exit 0 ;; esac");
    untouched("is out of this cycle");
    recovers();
}

} // namespace
} // namespace site
