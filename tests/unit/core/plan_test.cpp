#include "core/plan.hpp"

#include "support/records_text.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

Change change(Action action, Effect effect, Kind kind, const char* name, const char* member = "")
{
    return { action, effect, { kind, Name { "c1" }, Name { name }, Name { member } } };
}

TEST(Order, TakesAwayFirstThenGivesByKindThenRemovesInReverse)
{
    const auto steps = ordered({
        { "slurm",
            { change(Action::create, Effect::gives, Kind::association, "a", "u1"),
                change(Action::create, Effect::gives, Kind::account, "a"),
                change(Action::remove, Effect::takes_away, Kind::account, "old"),
                change(Action::remove, Effect::takes_away, Kind::association, "old", "u9"),
                change(Action::update, Effect::takes_away, Kind::association, "b", "u2") } },
        { "unix_groups",
            { change(Action::create, Effect::gives, Kind::group, "a"),
                change(Action::remove, Effect::takes_away, Kind::group, "old") } },
    });
    EXPECT_EQ(lines(steps), R"(slurm, take away:
  update association c1/b/u2
unix_groups, give:
  create group c1/a
slurm, give:
  create account c1/a
  create association c1/a/u1
slurm, remove:
  remove association c1/old/u9
  remove account c1/old
unix_groups, remove:
  remove group c1/old
)");
}

TEST(PlanId, IsTheSameForTheSamePlanOnly)
{
    const auto one = ordered({ { "slurm", { change(Action::create, Effect::gives, Kind::account, "a") } } });
    const auto two = ordered({ { "slurm", { change(Action::create, Effect::gives, Kind::account, "b") } } });
    EXPECT_EQ(plan_id(one), plan_id(one));
    EXPECT_NE(plan_id(one), plan_id(two));
    EXPECT_EQ(plan_id(one).size(), 12U);
}

} // namespace
} // namespace site
