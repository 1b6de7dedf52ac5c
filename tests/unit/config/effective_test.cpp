#include "unit/config/sample.hpp"

#include <algorithm>

namespace site::test {
namespace {

std::string line_of(const std::string& yaml, const std::string& key)
{
    for (const auto& setting : effective(yaml, "a.yaml"))
        if (setting.key == key)
            return setting.value + " | " + setting.source;
    return "";
}

TEST(Effective, MarksWhereEachSettingComesFrom)
{
    const auto yaml = sample + "mode: audit\nlog:\n  level: warn\n";
    EXPECT_EQ(line_of(yaml, "mode"), "audit | a.yaml:12");
    EXPECT_EQ(line_of(yaml, "log.level"), "warn | a.yaml:14");
    EXPECT_EQ(line_of(yaml, "log.format"), "text | default");
    EXPECT_EQ(line_of(yaml, "portals[0].token_file"), "/etc/site-agent/token | a.yaml:5");
    EXPECT_EQ(line_of(yaml, "portals[0].retries"), "4 | default");
    EXPECT_EQ(line_of(yaml, "clusters[0].slurm.qos"), "[] | default");
    EXPECT_EQ(line_of(yaml, "clusters[0].slurm.cap_tolerance"), "1% | default");
    EXPECT_EQ(line_of(yaml, "clusters[0].usage.components"), "{} | default");
}

TEST(Effective, ShowsValuesAsTheyAreKept)
{
    const auto yaml = sample_with("https://portal.example.org/", "https://Portal.example.org/api/")
        + "guards: {protected_names: [alice, bob]}\nstate_dir: \"/srv/a b\"\n";
    EXPECT_EQ(line_of(yaml, "portals[0].url"), "https://portal.example.org | a.yaml:3");
    EXPECT_EQ(line_of(yaml, "guards.protected_names"), "[alice, bob] | a.yaml:12");
    EXPECT_EQ(line_of(yaml, "state_dir"), "\"/srv/a b\" | a.yaml:13");
    EXPECT_EQ(
        line_of(yaml, "clusters[0].allocations.offerings"), "[6b3f2a1c58d04e7b9c410d2e8f6a7b15] | a.yaml:9");
}

TEST(Effective, LeavesOutWhatDoesNotHold)
{
    const auto yaml = sample + "mode: adit\nlog: {levl: info}\n";
    EXPECT_EQ(line_of(yaml, "mode"), "");
    EXPECT_EQ(line_of(yaml, "log.levl"), "");
    EXPECT_EQ(line_of(yaml, "portals[0].ca_file"), "");
    EXPECT_THAT(effective("mode: [", "a.yaml"), testing::IsEmpty());
}

TEST(Effective, NamesEveryKeyOnce)
{
    auto settings = effective(sample, "a.yaml");
    const auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
    std::sort(settings.begin(), settings.end(), by_key);
    const auto same = [](const auto& a, const auto& b) { return a.key == b.key; };
    EXPECT_EQ(std::adjacent_find(settings.begin(), settings.end(), same), settings.end());
    EXPECT_GT(settings.size(), 40U);
}

} // namespace
} // namespace site::test
