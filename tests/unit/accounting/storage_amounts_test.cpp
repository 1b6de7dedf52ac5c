#include "accounting/storage_amounts.hpp"

#include "unit/accounting/job_fixture.hpp"

#include <algorithm>
#include <limits>

namespace site {
namespace {

using namespace test;

constexpr std::uint64_t gibi = 1UL << 30;

Uuid uuid(char digit)
{
    return Uuid::parse(std::string(32, digit)).value();
}

StorageHolder project(const char* group)
{
    return { .group = Name(group) };
}

StorageHolder person(const char* user)
{
    return { .user = Name(user) };
}

/// November's day of that number, read at noon.
StorageDay read(unsigned number, StorageHolder holder, std::uint64_t bytes, std::uint64_t highest = 0,
    const char* volume = "scratch")
{
    const auto on = day(2026, 11, number);
    return { .day = on,
        .volume = volume,
        .level = { .holder = holder, .used_bytes = bytes },
        .read = Instant { on } + std::chrono::hours { 12 },
        .highest_bytes = std::max(bytes, highest) };
}

std::string show(const std::map<StorageHolder, std::uint64_t>& figures)
{
    std::string out;
    for (const auto& [holder, bytes] : figures)
        out += holder.group.text() + "/" + holder.user.text() + "=" + std::to_string(bytes) + " ";
    return out;
}

/// `1 storage=2.00` for each resource, `1 storage mia=2.00` for each user.
std::vector<std::string> show(const StorageAmounts& amounts)
{
    std::vector<std::string> lines;
    for (const auto& [resource, types] : amounts.totals)
        for (const auto& [type, amount] : types)
            lines.push_back(resource.text().substr(0, 1) + " " + type + "=" + amount.text());
    for (const auto& [resource, types] : amounts.users)
        for (const auto& [type, users] : types)
            for (const auto& [user, amount] : users)
                lines.push_back(resource.text().substr(0, 1) + " " + type + " " + user + "=" + amount.text());
    return lines;
}

using Lines = std::vector<std::string>;

StorageComponent component(StorageFigure figure, const char* volume = "scratch", std::uint64_t unit = gibi)
{
    return { .volume = volume, .unit = unit, .figure = figure };
}

TEST(StorageFigures, AreTheLastTheHighestOrTheMeanOfTheDays)
{
    const std::vector days { read(1, project("a"), 10, 90), read(2, project("a"), 50),
        read(3, project("a"), 31, 60), read(3, project("b"), 7), read(3, project("a"), 1000, 0, "home") };
    EXPECT_EQ(show(storage_figures(days, component(StorageFigure::current))), "a/=31 b/=7 ");
    EXPECT_EQ(show(storage_figures(days, component(StorageFigure::highest))), "a/=90 b/=7 ");
    EXPECT_EQ(show(storage_figures(days, component(StorageFigure::mean))), "a/=30 b/=7 "); // 91 / 3
    EXPECT_EQ(show(storage_figures(days, component(StorageFigure::current, "home"))), "a/=1000 ");
    EXPECT_EQ(show(storage_figures(days, component(StorageFigure::current, "tape"))), "");
}

TEST(StorageFigures, AMeanIsRoundedHalfUpAndItsSumMayExceed64Bits)
{
    const auto mean = component(StorageFigure::mean);
    EXPECT_EQ(show(storage_figures({ read(1, project("a"), 1), read(2, project("a"), 2) }, mean)), "a/=2 ");
    EXPECT_EQ(show(storage_figures(
                  { read(1, project("a"), 1), read(2, project("a"), 1), read(3, project("a"), 2) }, mean)),
        "a/=1 ");
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    std::vector<StorageDay> month;
    for (unsigned number = 1; number <= 30; ++number)
        month.push_back(read(number, project("a"), most));
    EXPECT_EQ(show(storage_figures(month, mean)), "a/=" + std::to_string(most) + " ");
}

TEST(StorageFigures, TheLastIsTheOneReadLastWhateverTheOrder)
{
    EXPECT_EQ(show(storage_figures({ read(3, project("a"), 31), read(1, project("a"), 10) },
                  component(StorageFigure::current))),
        "a/=31 ");
}

TEST(StorageFigures, AnUnknownFigureIsLeftOutAndIsNoZeroInAMean)
{
    auto unknown = read(2, project("a"), 0);
    unknown.level.used_bytes.reset();
    EXPECT_EQ(show(storage_figures({ unknown }, component(StorageFigure::current))), "");
    EXPECT_EQ(show(storage_figures({ read(1, project("a"), 10), unknown }, component(StorageFigure::mean))),
        "a/=10 ");
}

class StorageAmountsTest : public testing::Test {
protected:
    StorageAmountsTest() { config_.storage_components["storage"] = component(StorageFigure::current); }
    Lines amounts(const std::vector<StorageDay>& days)
    {
        return show(storage_amounts(days, config_, resources_, members_));
    }

    UsageConfig config_;
    ResourceOf resources_ { { Name("a"), uuid('1') }, { Name("b"), uuid('2') }, { Name("c"), Uuid {} } };
    MembersOf members_ { { Name("a"), { Name("mia") } }, { Name("b"), { Name("mia"), Name("olu") } },
        { Name("c"), { Name("mia"), Name("zoe") } } };
};

TEST_F(StorageAmountsTest, AreInThePortalsUnitRoundedHalfUpOnce)
{
    const std::uint64_t half = gibi / 200; // 0.005 units, a little less
    EXPECT_EQ(amounts({ read(1, project("a"), 3 * gibi + half + 1), read(1, project("b"), half) }),
        (Lines { "1 storage=3.01", "2 storage=0.00" }));
    config_.storage_components["storage"].unit = 1000;
    EXPECT_EQ(amounts({ read(1, project("a"), 1005) }), (Lines { "1 storage=1.01" }));
    config_.storage_components["storage"].unit = 1024;
    EXPECT_EQ(amounts({ read(1, project("a"), std::numeric_limits<std::int64_t>::max()) }),
        (Lines { "1 storage=9007199254740992.00" }));
}

TEST_F(StorageAmountsTest, EachComponentHasItsVolumeAndFigure)
{
    config_.storage_components["peak"] = component(StorageFigure::highest);
    config_.storage_components["home"] = component(StorageFigure::current, "home");
    EXPECT_EQ(amounts({ read(1, project("a"), 8 * gibi), read(2, project("a"), 2 * gibi),
                  read(2, project("a"), gibi, 0, "home") }),
        (Lines { "1 home=1.00", "1 peak=8.00", "1 storage=2.00" }));
}

TEST_F(StorageAmountsTest, WhoHasNoFigureInTheMonthIsLeftOutAndAZeroIsNot)
{
    EXPECT_EQ(amounts({}), Lines {});
    EXPECT_EQ(amounts({ read(1, project("a"), 0) }), (Lines { "1 storage=0.00" }));
}

TEST_F(StorageAmountsTest, WhatBelongsToNoResourceIsToldToNobody)
{
    EXPECT_EQ(amounts({ read(1, project("c"), gibi), read(1, project("unknown"), gibi),
                  read(1, person("zoe"), gibi), read(1, person("stranger"), gibi) }),
        Lines {});
}

TEST_F(StorageAmountsTest, APersonOfSeveralProjectsIsToldOnceWithTheFirstByName)
{
    EXPECT_EQ(amounts({ read(1, person("mia"), gibi), read(1, person("olu"), 2 * gibi) }),
        (Lines { "1 storage mia=1.00", "2 storage olu=2.00" }));
    members_[Name("a")].clear();
    EXPECT_EQ(amounts({ read(1, person("mia"), gibi) }), (Lines { "2 storage mia=1.00" }));
}

TEST_F(StorageAmountsTest, TwoAccountsOfOneResourceAreAddedUpBeforeTheyAreRounded)
{
    resources_[Name("b")] = uuid('1');
    const std::uint64_t third = gibi / 300; // 0.0033 units: two are 0.0067
    EXPECT_EQ(amounts({ read(1, project("a"), gibi + third), read(1, project("b"), 2 * gibi + third) }),
        (Lines { "1 storage=3.01" }));
}

} // namespace
} // namespace site
