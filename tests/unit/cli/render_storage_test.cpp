#include "cli/render_storage.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace site {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t gibi = 1UL << 30;
const Instant now = *parse_instant("2026-11-05T08:00:00Z");

StoredLevel level(const char* volume, const char* group, const char* user, std::optional<std::uint64_t> bytes,
    std::optional<std::uint64_t> limit, std::optional<std::uint64_t> files = {},
    std::optional<std::uint64_t> file_limit = {})
{
    return { .volume = volume,
        .level = { { Name(group), Name(user) }, bytes, files, limit, file_limit },
        .seen = now,
        .known = bytes ? std::optional(now - Seconds { 300 }) : std::nullopt };
}

const std::vector<VolumeState> both { { .volume = "home", .tried = now, .read = now },
    { .volume = "scratch", .tried = now, .read = now } };

std::vector<std::string> names(const std::vector<StoredLevel>& levels)
{
    std::vector<std::string> out;
    for (const auto& one : levels)
        out.push_back(one.volume + ":" + one.level.holder.group.text() + one.level.holder.user.text());
    return out;
}

TEST(PercentUsed, IsOfTheNearerLimitAndRoundedDown)
{
    const auto percent
        = [](std::optional<std::uint64_t> bytes, std::optional<std::uint64_t> limit,
              std::optional<std::uint64_t> files = {}, std::optional<std::uint64_t> file_limit = {}) {
              return percent_used(level("v", "a", "", bytes, limit, files, file_limit).level);
          };
    EXPECT_EQ(percent(0, 100), 0U);
    EXPECT_EQ(percent(999, 1000), 99U);
    EXPECT_EQ(percent(1000, 1000), 100U);
    EXPECT_EQ(percent(2500, 1000), 250U);
    EXPECT_EQ(percent(10, 100, 97, 100), 97U);
    EXPECT_EQ(percent(50, 100, 1, 100), 50U);
    EXPECT_EQ(percent({}, 100, 3, 4), 75U);
    EXPECT_EQ(percent(50, {}, 3, 4), 75U);
    EXPECT_EQ(percent({}, 100), std::nullopt);
    EXPECT_EQ(percent(50, {}, 3, {}), std::nullopt);
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(percent(most, most), 100U);
    EXPECT_EQ(percent(most - 1, most), 99U);
}

TEST(ChosenLevels, AreByVolumeTheFullestFirstAndWhoWasNeverReadLast)
{
    EXPECT_THAT(names(chosen({ level("scratch", "full", "", 100, 100), level("home", "b", "", 1, 100),
                                 level("home", "unknown", "", {}, 100), level("home", "large", "", 9000, {}),
                                 level("home", "huge", "", 9001, {}), level("home", "same-b", "", 2, 200),
                                 level("home", "same-a", "", 2, 200), level("home", "a", "", 98, 100),
                                 level("home", "files", "", 1, 100, 99, 100) },
                    both, {})),
        ElementsAre("home:files", "home:a", "home:same-a", "home:same-b", "home:b", "home:huge", "home:large",
            "home:unknown", "scratch:full"));
}

TEST(ChosenLevels, ADifferenceBelowAPercentStillCounts)
{
    EXPECT_THAT(names(chosen({ level("home", "a", "", 9'990, 10'000), level("home", "b", "", 9'991, 10'000) },
                    both, {})),
        ElementsAre("home:b", "home:a"));
}

TEST(ChosenLevels, AreThoseAskedFor)
{
    const std::vector<StoredLevel> all { level("home", "", "mia", 95, 100), level("home", "a", "", 90, 100),
        level("home", "b", "", {}, 100), level("home", "c", "", 50, {}),
        level("home", "d", "", 1, 100, 91, 100), level("scratch", "a", "", 901, 1000),
        level("old", "a", "", 100, 100) };
    EXPECT_THAT(
        names(chosen(all, both, {})), ElementsAre("home:d", "home:a", "home:c", "home:b", "scratch:a"));
    EXPECT_THAT(names(chosen(all, both, { .users = true })),
        ElementsAre("home:mia", "home:d", "home:a", "home:c", "home:b", "scratch:a"));
    EXPECT_THAT(names(chosen(all, both, { .volume = "scratch" })), ElementsAre("scratch:a"));
    EXPECT_THAT(names(chosen(all, both, { .over = 90 })), ElementsAre("home:d", "scratch:a"));
    EXPECT_THAT(names(chosen(all, both, { .users = true, .over = 94 })), ElementsAre("home:mia"));
    EXPECT_THAT(names(chosen(all, both, { .over = 0 })), ElementsAre("home:d", "home:a", "scratch:a"));
}

TEST(StorageTable, HasALineAHolderWithSizesForPeople)
{
    const auto levels
        = chosen({ level("home", "brics.climate", "", 3 * gibi / 2, 3 * gibi, 12, 50),
                     level("home", "brics.ocean", "", {}, gibi),
                     level("home", "brics.plasma", "", 512, {}, 3), level("home", "", "u001", 0, gibi) },
            both, { .users = true });
    EXPECT_EQ(storage_table(levels, true, now, 120),
        "VOLUME  PROJECT        USER     USED      LIMIT  PERCENT  FILES  AGE\n"
        "home    brics.climate        1.5 GiB    3.0 GiB      50%  12/50  5 min\n"
        "home                   u001      0 B    1.0 GiB       0%         5 min\n"
        "home    brics.plasma           512 B  unlimited               3  5 min\n"
        "home    brics.ocean          unknown    1.0 GiB\n");
    EXPECT_EQ(storage_table({ levels[0] }, false, now, 120),
        "VOLUME  PROJECT           USED    LIMIT  PERCENT  FILES  AGE\n"
        "home    brics.climate  1.5 GiB  3.0 GiB      50%  12/50  5 min\n");
    EXPECT_EQ(storage_table({}, false, now, 120), "");
}

TEST(StorageJson, HasBytesAndNullForWhatIsNotKnown)
{
    EXPECT_EQ(boost::json::serialize(
                  levels_json({ level("home", "a", "", 5, 10, 2, 4), level("home", "", "mia", {}, {}) })),
        R"([{"volume":"home","project":"a","user":"","used_bytes":5,"limit_bytes":10,"used_files":2,)"
        R"("limit_files":4,"percent":50,"read":"2026-11-05T07:55:00Z"},)"
        R"({"volume":"home","project":"","user":"mia","used_bytes":null,"limit_bytes":null,)"
        R"("used_files":null,"limit_files":null,"percent":null,"read":null}])");
}

TEST(VolumeStates, AreThoseOfTheConfigurationByName)
{
    std::vector<VolumeSettings> configured(3);
    configured[0].name = "scratch";
    configured[1].name = "home";
    configured[2].name = "new";
    const std::vector<StoredVolume> stored { { "home", now - Seconds { 60 }, now - Seconds { 60 }, "" },
        { "old", now, now, "gone for good" }, { "scratch", now - Seconds { 180 }, {}, "no such device" } };
    const auto states = volume_states(configured, stored);
    ASSERT_EQ(states.size(), 3U);
    EXPECT_EQ(text(states[0], now), "read 60 s ago");
    EXPECT_EQ(text(states[1], now), "not read yet");
    EXPECT_EQ(text(states[2], now), "the last reading failed 3 min ago: no such device; never read whole");
    EXPECT_EQ(text(VolumeState { "home", now, now - Seconds { 7200 }, "a deadline" }, now),
        "the last reading failed 0 s ago: a deadline; read whole 2 h 00 min ago");
    EXPECT_TRUE(any_failed(states));
    EXPECT_FALSE(any_failed({ states[0], states[1] }));
    EXPECT_EQ(boost::json::serialize(volumes_json({ states[1], states[2] })),
        R"([{"volume":"new","tried":null,"read":null,"error":""},{"volume":"scratch",)"
        R"("tried":"2026-11-05T07:57:00Z","read":null,"error":"no such device"}])");
}

} // namespace
} // namespace site
