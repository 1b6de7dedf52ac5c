#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Keys, NamesTheNearestKnownKey)
{
    EXPECT_THAT(problems_of(sample + "mdoe: audit\n"),
        ElementsAre("a.yaml:12:1: mdoe: is not a known key, did you mean \"mode\"?"));
    EXPECT_THAT(problems_of(sample + "log: {levle: info}\n"),
        ElementsAre("a.yaml:12:7: log.levle: is not a known key, did you mean \"level\"?"));
    EXPECT_THAT(problems_of(sample_with("    slurm: {}", "    slurm: {on_exausted: kill}")),
        ElementsAre("a.yaml:11:13: clusters[0].slurm.on_exausted: is not a known key, did you mean "
                    "\"on_exhausted\"?"));
}

TEST(Keys, NamesWhereAKeyOfAnotherSectionBelongs)
{
    EXPECT_THAT(problems_of(sample + "max_age: 7d\n"),
        ElementsAre("a.yaml:12:1: max_age: is not a known key here, there is snapshot.max_age"));
}

TEST(Keys, ListsTheKnownKeysWhereNoneIsNear)
{
    EXPECT_THAT(problems_of(sample + "log: {colour: red}\n"),
        ElementsAre("a.yaml:12:7: log.colour: is not a known key, allowed are level, format"));
}

TEST(Keys, MakesNoKeyOfAnUnprintableOrEndlessOne)
{
    EXPECT_THAT(problems_of(sample + "\"log\\n\\e[1m\": 1\n"),
        ElementsAre(HasSubstr("a.yaml:12:1: log??[1m: is not a known key")));
    const auto found = problems_of(sample + std::string(900, 'k') + ": 1\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(
        found.front(), HasSubstr(": " + std::string(64, 'k') + "...: is not a known key, allowed are "));
}

TEST(Keys, RefusesADoubledKeyWhereverItIs)
{
    EXPECT_THAT(problems_of(sample + "mode: audit\nmode: enforce\nmode: audit\n"),
        ElementsAre("a.yaml:13:1: mode: is given twice, first in line 12",
            "a.yaml:14:1: mode: is given twice, first in line 12"));
    EXPECT_THAT(problems_of(sample_with("    plugins:", "    portal: main\n    plugins:")),
        ElementsAre("a.yaml:10:5: clusters[0].portal: is given twice, first in line 8"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {nodes: {gpu: {cpus: 1}, gpu: {cpus: 2}}}")),
        ElementsAre("a.yaml:11:37: clusters[0].slurm.nodes.gpu: is given twice, first in line 11"));
}

TEST(Keys, RefusesAKeyWithoutAValue)
{
    const std::string allowed = "a duration from 0s to 1d, a whole number of s, m, h or d";
    EXPECT_THAT(problems_of(sample + "lock_wait:\n"),
        ElementsAre("a.yaml:12:1: lock_wait: has no value, allowed is " + allowed));
    EXPECT_THAT(problems_of(sample + "lock_wait: ~\n"),
        ElementsAre("a.yaml:12:1: lock_wait: has no value, allowed is " + allowed));
    EXPECT_THAT(problems_of(sample + "lock_wait: null\n"),
        ElementsAre("a.yaml:12:1: lock_wait: has no value, allowed is " + allowed));
    EXPECT_THAT(problems_of(sample + "lock_wait: \"\"\n"),
        ElementsAre("a.yaml:12:12: lock_wait: is empty, allowed is " + allowed));
    EXPECT_THAT(problems_of(sample + "log:\n"),
        ElementsAre("a.yaml:12:1: log: has no value, allowed is a section of keys"));
    EXPECT_THAT(problems_of(sample + "guards: {protected_names: }\n"),
        ElementsAre(
            "a.yaml:12:10: guards.protected_names: has no value, allowed is a list, each the name of a "
            "user or group: at most 32 of a-z, 0-9, _ . -, a letter or _ first"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {nodes: {gpu: }}")),
        ElementsAre("a.yaml:11:21: clusters[0].slurm.nodes.gpu: has no value, allowed is a section of keys"));
}

TEST(Keys, RefusesAValueOfTheWrongShape)
{
    EXPECT_THAT(problems_of(sample + "mode: [audit]\n"),
        ElementsAre("a.yaml:12:7: mode: is a list, allowed is enforce or audit"));
    EXPECT_THAT(problems_of(sample + "mode: {audit: true}\n"),
        ElementsAre("a.yaml:12:7: mode: is a section of keys, allowed is enforce or audit"));
    EXPECT_THAT(problems_of(sample + "log: info\n"),
        ElementsAre("a.yaml:12:6: log: is a single value, allowed is a section of keys"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {qos: normal}")),
        ElementsAre(
            "a.yaml:11:18: clusters[0].slurm.qos: is a single value, allowed is a list, each a name as "
            "Slurm keeps it: at most 64 of a-z, 0-9, _ . -"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {qos: [[normal]]}")),
        ElementsAre(
            "a.yaml:11:19: clusters[0].slurm.qos[0]: is a list, allowed is a name as Slurm keeps it: at "
            "most 64 of a-z, 0-9, _ . -"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {nodes: {gpu: 4}}")),
        ElementsAre(
            "a.yaml:11:26: clusters[0].slurm.nodes.gpu: is a single value, allowed is a section of keys"));
    EXPECT_THAT(problems_of("portals: {main: 1}\nclusters: [c1]\n"),
        ElementsAre(
            "a.yaml:1:10: portals: is a section of keys, allowed is a list of sections, exactly one for now",
            "a.yaml:2:12: clusters[0]: is a single value, allowed is a section of keys"));
}

TEST(Keys, RefusesAMissingRequiredOneAtItsSection)
{
    EXPECT_THAT(problems_of("mode: audit\n"),
        ElementsAre("a.yaml:1:1: portals: is missing, allowed is a list of sections, exactly one for now",
            "a.yaml:1:1: clusters: is missing, allowed is a list of sections, exactly one for now"));
    EXPECT_THAT(problems_of(sample_with("    portal: main\n", "")),
        ElementsAre(
            "a.yaml:7:5: clusters[0].portal: is missing, allowed is a name of at most 64 letters, digits, _ "
            ". -, a letter or digit first"));
    EXPECT_THAT(problems_of(sample_with(
                    "    slurm: {}", "    slurm: {}\n    usage: {components: {node: {unit: hours}}}")),
        ElementsAre(
            "a.yaml:12:32: clusters[0].usage.components.node.measure: is missing, allowed is node, cpu, "
            "gpu, memory, billing or tres"));
}

TEST(Keys, RefusesMoreThanOnePortalOrClusterForNow)
{
    EXPECT_THAT(problems_of(sample_with("clusters:", R"(  - name: second
    url: https://second.example.org
    identifier: other
    token_credential: second
clusters:)")),
        ElementsAre(
            "a.yaml:2:3: portals: has 2 entries, allowed is a list of sections, exactly one for now"));
    EXPECT_THAT(problems_of(sample + R"(  - name: c2
    portal: main
    allocations: {offerings: [7b3f2a1c-58d0-4e7b-9c41-0d2e8f6a7b15]}
    plugins: [exec]
)"),
        ElementsAre(
            "a.yaml:7:3: clusters: has 2 entries, allowed is a list of sections, exactly one for now"));
    EXPECT_THAT(problems_of("portals: []\nclusters: []\n"),
        ElementsAre("a.yaml:1:10: portals: is empty, allowed is a list of sections, exactly one for now",
            "a.yaml:2:11: clusters: is empty, allowed is a list of sections, exactly one for now"));
}

} // namespace
} // namespace site::test
