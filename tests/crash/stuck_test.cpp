#include "support/agent_home.hpp"
#include "support/background_agent.hpp"
#include "support/portal_process.hpp"
#include "support/slurm_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The real service with two plugins, of which one opens a fifo that nobody writes to.
class Stuck : public testing::Test {
protected:
    Stuck()
    {
        for (const std::filesystem::path module : { SITE_SLURM_MODULE, SITE_FIFO_MODULE }) {
            const auto copy = plugins.path() / module.filename();
            std::filesystem::copy_file(module, copy);
            std::filesystem::permissions(copy, std::filesystem::perms { 0755 });
        }
        EXPECT_EQ(::mkfifo(slurm.path("fifo").c_str(), 0600), 0);
        AgentHome::Options options;
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.plugins = "[fifo, slurm]"; // the stuck one comes first
        options.plugin_folder = plugins.path();
        options.resolve_people = false;
        options.more = "intervals: {cycle: 1s, usage: 1h, status: 1h}\n";
        home = std::make_unique<AgentHome>(options);
    }
    ~Stuck() override { let_it_return(); }

    /// A writer makes the open() return; without the fifo the next one returns at once.
    void let_it_return() const
    {
        const int writer = ::open(slurm.path("fifo").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        std::filesystem::remove(slurm.path("fifo"));
        std::this_thread::sleep_for(std::chrono::milliseconds { 50 });
        if (writer >= 0)
            ::close(writer);
    }
    [[nodiscard]] std::ptrdiff_t looks() const
    {
        const auto text = read_file(slurm.path("looks"));
        return std::count(text.begin(), text.end(), '\n');
    }
    template <class Condition> static bool comes(Condition condition)
    {
        for (int i = 0; i < 3000 && !condition(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds { 20 });
        return condition();
    }

    TempDir plugins;
    SlurmBook slurm;
    PortalProcess portal;
    std::unique_ptr<AgentHome> home;
    const BackgroundAgent::Variables short_deadline { { "SITE_FAULT_DEADLINE", "1" } };
};

TEST_F(Stuck, APluginIsAloneWithItsTroubleAndRecoversWhenItsCallReturns)
{
    BackgroundAgent service(*home, { "run" }, short_deadline);
    ASSERT_TRUE(service.says("plugin fifo: no answer within 1 s"));
    EXPECT_TRUE(comes([&] { return slurm.text().find("row|brics.genome|u012|") != std::string::npos; }))
        << service.log(); // the other one works
    ASSERT_TRUE(service.says("plugin fifo: an earlier call has not returned")); // a second cycle
    EXPECT_THAT(home->run({ "status" }).text, HasSubstr("plugin fifo: an earlier call has not returned"));
    EXPECT_EQ(looks(), 1); // which asked nothing of it

    // More cycles do their work meanwhile.
    EXPECT_LT(portal
                  .control("POST", "members/add",
                      R"({"allocation": "genome", "username": "u013", "useridentifier": "kim.genome.brics"})")
                  .status,
        300);
    EXPECT_TRUE(comes([&] { return slurm.text().find("row|brics.genome|u013|") != std::string::npos; }))
        << service.log();
    EXPECT_EQ(looks(), 1);

    let_it_return();
    EXPECT_TRUE(comes([&] { return looks() >= 3; })) << service.log();
    EXPECT_TRUE(comes([&] { return home->run({ "status" }).text.find("plugin fifo") == std::string::npos; }));
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0) << service.log();
}

TEST_F(Stuck, AStopDoesNotWaitForIt)
{
    BackgroundAgent service(*home, { "run" }, short_deadline);
    ASSERT_TRUE(service.says("plugin fifo: no answer within 1 s"));
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0) << service.log(); // with the call still out
    EXPECT_THAT(service.log(), HasSubstr("leaving: asked to stop"));
    EXPECT_EQ(looks(), 1);
}

TEST_F(Stuck, ACommandEndsWithAnErrorThatNamesIt)
{
    const auto output = home->run({ "apply" }, { { "SITE_FAULT_DEADLINE", "1" } });
    EXPECT_EQ(output.exit.status, 1);
    EXPECT_THAT(output.text + output.exit.errors, HasSubstr("plugin fifo: no answer within 1 s"));
    EXPECT_THAT(slurm.text(), HasSubstr("row|brics.genome|u012|"));
}

TEST_F(Stuck, AReloadGoesOnBesideTheOldCallWhichMayReturnLater)
{
    BackgroundAgent service(*home, { "run" }, short_deadline);
    ASSERT_TRUE(service.says("plugin fifo: no answer within 1 s"));
    service.send(SIGHUP);
    ASSERT_TRUE(service.says("configuration read again"));
    let_it_return(); // into what is no longer there
    EXPECT_TRUE(comes([&] { return looks() >= 3; })) << service.log();
    service.send(SIGTERM);
    EXPECT_EQ(service.wait(), 0) << service.log();
    EXPECT_THAT(service.log(), Not(HasSubstr("AddressSanitizer")));
}

} // namespace
} // namespace site
