#include "integration/agent/real_site.hpp"
#include "support/background_agent.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace site {
namespace {

using testing::HasSubstr;

/// The service on real Slurm, whose tool refuses what it is told of one account.
class Erred : public RealSite {
protected:
    Erred()
    {
        write_file(programs.path() / "sacctmgr",
            "#!/bin/sh\nif [ -f " + sick().string()
                + " ]; then case \"$*\" in *-i*brics.climate*) echo ' the tool says no' >&2; exit 1 ;; esac; "
                  "fi\n"
                  "exec /usr/bin/sacctmgr \"$@\"\n",
            0755);
        for (const auto* program : { "sshare", "scontrol", "sinfo", "sacct", "squeue" })
            std::filesystem::create_symlink("/usr/bin/" + std::string(program), programs.path() / program);
        options.programs = programs.path().string();
        options.more = "erred_after: 2\nintervals: {cycle: 1s, usage: 1s, status: 1s}\n";
        agent->write_config(options);
    }
    [[nodiscard]] std::filesystem::path sick() const { return programs.path() / "sick"; }

    /// The resource of climate as the portal shows it.
    boost::json::object resource()
    {
        const auto reply
            = portal.ask("GET", "/api/marketplace-provider-resources/4e500000000040008000000000000001/");
        return boost::json::parse(reply.body).as_object();
    }
    bool becomes(const std::string& state)
    {
        for (int i = 0; i < 600; ++i) {
            if (resource().at("state").as_string() == state)
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds { 100 });
        }
        ADD_FAILURE() << "never " << state << ": " << boost::json::serialize(resource());
        return false;
    }

    TempDir programs;
};

TEST_F(Erred, AResourceThatOnlyWeCannotServeIsMarkedAndSetInOrderAgain)
{
    agent->expect(0, { "apply" });
    write_file(sick(), "", 0644);
    change("allocations/set", R"({"allocation": "climate", "node_limit": 0})");
    BackgroundAgent service(*agent, { "run" }, agent->environment);
    ASSERT_TRUE(becomes("Erred")) << service.log();
    const std::string said(resource().at("error_message").as_string());
    EXPECT_THAT(said, HasSubstr("site-agent: account sandbox/brics.climate: the tool says no"));
    EXPECT_THAT(agent->run({ "status" }).text, HasSubstr("the tool says no"));

    std::filesystem::remove(sick());
    EXPECT_TRUE(becomes("OK")) << service.log();
    EXPECT_THAT(slurm->associations(), HasSubstr("brics.climate||root|0|0|"));
}

TEST_F(Erred, AnOutageOfTheSiteMarksNothing)
{
    agent->expect(0, { "apply" });
    change("allocations/set", R"({"allocation": "climate", "node_limit": 0})");
    slurm->tool("stop", { "slurmdbd" });
    {
        BackgroundAgent service(*agent, { "run" }, agent->environment);
        ASSERT_TRUE(service.says("plugin slurm: "));
        std::this_thread::sleep_for(std::chrono::seconds { 8 });
        EXPECT_EQ(resource().at("state").as_string(), "OK") << service.log();
    }
    slurm->tool("start", { "slurmdbd" });
    agent->expect(0, { "apply" });
}

} // namespace
} // namespace site
