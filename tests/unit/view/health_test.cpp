#include "view/health.hpp"

#include "unit/view/view_fixture.hpp"

namespace site {
namespace {

using test::view_time;
using testing::ElementsAre;

struct Health : test::ViewFixture {
    std::vector<std::string> missing() { return not_ready(situation, config, view_time()); }
};

TEST_F(Health, NothingIsMissingAfterAGoodCycle)
{
    EXPECT_THAT(missing(), ElementsAre());
}

TEST_F(Health, ACycleThatIsTooOldOrNeverWas)
{
    situation.cycle_at = view_time() - oldest_good_cycle(config) - Seconds { 1 };
    EXPECT_THAT(missing(), ElementsAre("cycle: the last one was 8 min ago"));
    situation.cycle_at.reset();
    EXPECT_THAT(missing(), ElementsAre("cycle: there was none yet"));
}

TEST_F(Health, NamesWhatFailed)
{
    cycle(
        R"({"portal_error":"no route","error":"disk full","sick":[{"plugin":"slurm","error":"slurmdbd is away"}]})");
    situation.lost = "the state file is new, and the site is not";
    EXPECT_THAT(missing(),
        ElementsAre("store: the state file is new, and the site is not", "cycle: disk full",
            "portal: no route", "plugin slurm: slurmdbd is away"));
}

TEST_F(Health, AGuardThatHoldsChangesDoesItsWork)
{
    cycle(R"({"guards":[{"guard":"taking-away","text":"6 of 7 members","held":6}]})");
    EXPECT_THAT(missing(), ElementsAre());
}

} // namespace
} // namespace site
