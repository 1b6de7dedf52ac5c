#include "core/trouble.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

Uuid uuid(int n)
{
    auto text = std::to_string(n);
    return *Uuid::parse(std::string(32 - text.size(), '0') + text);
}

const Instant now = *parse_instant("2026-11-05T08:00:00Z");

TroubleMap cycles(int count, const ResourceOutcomes& outcomes, TroubleMap troubles = {})
{
    for (int i = 0; i < count; ++i)
        troubles = after_cycle(std::move(troubles), outcomes, now, 3);
    return troubles;
}

TEST(Trouble, AFaultOfOneResourceIsDueWhenItLasted)
{
    const ResourceOutcomes bad { { { uuid(1), "the tool says no" } }, {}, false };
    EXPECT_EQ(cycles(2, bad).at(uuid(1)).stage, TroubleStage::counting);
    EXPECT_EQ(cycles(3, bad).at(uuid(1)).stage, TroubleStage::due);
    EXPECT_EQ(cycles(3, bad).at(uuid(1)).text, "the tool says no");
    EXPECT_TRUE(cycles(1, {}, cycles(2, bad)).empty()); // one good cycle, and counting begins anew
}

TEST(Trouble, NeverWhenTheSettingIsZero)
{
    const ResourceOutcomes bad { { { uuid(1), "no" } }, {}, false };
    TroubleMap troubles;
    for (int i = 0; i < 100; ++i)
        troubles = after_cycle(std::move(troubles), bad, now, 0);
    EXPECT_EQ(troubles.at(uuid(1)).stage, TroubleStage::counting);
}

TEST(Trouble, AnOutageMarksNoResource)
{
    ResourceOutcomes outage { { { uuid(1), "no answer" } }, {}, true };
    EXPECT_TRUE(cycles(10, outage).empty());
    // Nor do tools that refuse nearly everything without being away.
    ResourceOutcomes everywhere;
    for (int i = 1; i <= 10; ++i)
        everywhere.failed.emplace(uuid(i), "no");
    everywhere.done = { uuid(11) };
    EXPECT_TRUE(cycles(10, everywhere).empty());
}

TEST(Trouble, AnOutageForgetsNothingThatWasCounted)
{
    const ResourceOutcomes bad { { { uuid(1), "no" } }, {}, false };
    const ResourceOutcomes outage { {}, {}, true };
    EXPECT_EQ(cycles(1, bad, cycles(5, outage, cycles(2, bad))).at(uuid(1)).stage, TroubleStage::due);
}

TEST(Trouble, WhatWasToldIsOverOnceMendedAndDueAgainWhenItComesBack)
{
    const ResourceOutcomes bad { { { uuid(1), "no" } }, {}, false };
    TroubleMap told { { uuid(1), { now, 3, TroubleStage::told, "no" } } };
    EXPECT_EQ(cycles(1, bad, told).at(uuid(1)).stage, TroubleStage::told);
    const auto over = cycles(1, {}, told);
    EXPECT_EQ(over.at(uuid(1)).stage, TroubleStage::over);
    EXPECT_EQ(cycles(1, bad, over).at(uuid(1)).stage, TroubleStage::due);
    EXPECT_EQ(cycles(3, {}, over).at(uuid(1)).stage, TroubleStage::over); // until the portal has heard it
}

} // namespace
} // namespace site
