#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CrossCheck, WantsExactlyOneSourceOfTheToken)
{
    EXPECT_THAT(problems_of(sample_with("    token_file: /etc/site-agent/token\n", "")),
        ElementsAre("a.yaml:2:5: portals[0]: has no token, allowed is exactly one of token_file, "
                    "token_credential or oidc"));
    EXPECT_THAT(problems_of(sample_with("clusters:", "    token_credential: portal-token\nclusters:")),
        ElementsAre(
            "a.yaml:6:5: portals[0].token_credential: is given beside token_file, allowed is exactly one of "
            "token_file, token_credential or oidc"));
    EXPECT_THAT(problems_of(sample_with("clusters:",
                    "    oidc: {token_url: https://x.org, client_id: a, client_secret_file: /a}\nclusters:")),
        ElementsAre(
            "a.yaml:6:5: portals[0].oidc: is given beside token_file, allowed is exactly one of token_file, "
            "token_credential or oidc"));
}

TEST(CrossCheck, WantsExactlyOneSourceOfTheClientSecret)
{
    EXPECT_THAT(problems_of(sample_with(
                    "token_file: /etc/site-agent/token", "oidc: {token_url: https://x.org, client_id: a}")),
        ElementsAre(
            "a.yaml:5:5: portals[0].oidc: has no secret, allowed is exactly one of client_secret_file or "
            "client_secret_credential"));
    EXPECT_THAT(problems_of(sample_with("token_file: /etc/site-agent/token",
                    "oidc: {token_url: https://x.org, client_id: a, client_secret_file: /a, "
                    "client_secret_credential: b}")),
        ElementsAre(
            "a.yaml:5:76: portals[0].oidc.client_secret_credential: is given beside client_secret_file, "
            "allowed is exactly one of client_secret_file or client_secret_credential"));
}

TEST(CrossCheck, WantsATokenWhereOtherMachinesCanReachTheEndpoint)
{
    for (const std::string open : { "0.0.0.0:9470", "10.1.2.3:80", "[::]:9470", "[2001:db8::1]:9470" })
        EXPECT_THAT(problems_of("endpoint: {listen: \"" + open + "\"}\n" + sample),
            ElementsAre(
                "a.yaml:1:12: endpoint.listen: can be reached from other machines and has no token, "
                "allowed is a loopback address, a socket, or token_file or token_credential beside it"))
            << open;
    for (const std::string good : { "127.0.0.1:9470", "localhost:9470", "[::1]:9470", "127.8.0.1:1",
             "unix:/run/e", "0.0.0.0:9470\", token_file: \"/t", "[::]:9470\", token_credential: \"t" })
        EXPECT_THAT(problems_of("endpoint: {listen: \"" + good + "\"}\n" + sample), IsEmpty()) << good;
}

TEST(CrossCheck, WantsTheEndpointsSettingsToFitWhereItListens)
{
    EXPECT_THAT(problems_of("endpoint: {listen: \"127.0.0.1:9470\", group: reports}\n" + sample),
        ElementsAre(
            "a.yaml:1:38: endpoint.group: is given, but listen is no socket, allowed is only beside unix:"));
    EXPECT_THAT(problems_of("endpoint: {token_file: /t, hosts: [a]}\n" + sample),
        ElementsAre("a.yaml:1:12: endpoint.token_file: is given, but nothing listens, allowed is only beside "
                    "listen",
            "a.yaml:1:28: endpoint.hosts: is given, but nothing listens, allowed is only beside listen"));
    EXPECT_THAT(
        problems_of("endpoint: {listen: \"unix:/e\", token_file: /t, token_credential: t}\n" + sample),
        ElementsAre(
            "a.yaml:1:47: endpoint.token_credential: is given beside token_file, allowed is at most one "
            "of token_file or token_credential"));
    EXPECT_THAT(problems_of("endpoint: {listen: \"unix:/e\", token_file: /etc/site-agent/token}\n" + sample),
        ElementsAre(
            "a.yaml:1:31: endpoint.token_file: is the portal's token, allowed is a token of its own"));
}

TEST(CrossCheck, WantsThePortalOfTheCluster)
{
    EXPECT_THAT(problems_of(sample_with("portal: main", "portal: maine")),
        ElementsAre(
            "a.yaml:8:5: clusters[0].portal: \"maine\" is not a portal of this file, allowed is main"));
}

TEST(CrossCheck, LeavesANameThatIsAlreadyWrongAlone)
{
    EXPECT_THAT(problems_of(sample_with("name: main", "name: -main")),
        ElementsAre("a.yaml:2:11: portals[0].name: \"-main\" begins with a character that isn't allowed "
                    "there, allowed "
                    "is a name of at most 64 letters, digits, _ . -, a letter or digit first"));
}

TEST(CrossCheck, WantsAtLeastOneAllocationFilter)
{
    for (const std::string filter : { "{}", "{offerings: []}", "{offerings: [], service_settings: []}" })
        EXPECT_THAT(problems_of(sample_with("{offerings: [6b3f2a1c-58d0-4e7b-9c41-0d2e8f6a7b15]}", filter)),
            ElementsAre("a.yaml:9:5: clusters[0].allocations: says of no allocation that it is this "
                        "cluster's, allowed "
                        "is at least one entry in service_settings or offerings"));
    EXPECT_THAT(problems_of(sample_with("{offerings:", "{service_settings:")), IsEmpty());
}

TEST(CrossCheck, WantsTheSlurmSectionIfAndOnlyIfItsPluginIsListed)
{
    EXPECT_THAT(problems_of(sample_with("    slurm: {}\n", "")),
        ElementsAre(
            "a.yaml:10:5: clusters[0].plugins: lists slurm, but there is no section slurm, allowed is slurm: "
            "{} for its defaults"));
    EXPECT_THAT(problems_of(sample_with("[slurm]", "[other]")),
        ElementsAre("a.yaml:11:5: clusters[0].slurm: is there, but plugins does not list slurm, allowed is "
                    "only what a "
                    "listed plugin reads"));
    EXPECT_THAT(problems_of(sample_with("plugins: [slurm]\n    slurm: {}", "plugins: [other]")), IsEmpty());
}

TEST(CrossCheck, WantsTheDefaultQosAmongTheListedOnes)
{
    EXPECT_THAT(
        problems_of(sample_with("slurm: {}", "slurm: {qos: [a, b], default_qos: c, downscaled_qos: d}")),
        ElementsAre(
            "a.yaml:11:26: clusters[0].slurm.default_qos: \"c\" is not in qos, allowed is one of a, b",
            "a.yaml:11:42: clusters[0].slurm.downscaled_qos: \"d\" is not in qos, allowed is one of a, b"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {default_qos: c}")), IsEmpty());
}

TEST(CrossCheck, WantsSomethingThatCountsInANodesShape)
{
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {default_node: {}, nodes: {gpu: {gpus: 0}}}")),
        ElementsAre("a.yaml:11:13: clusters[0].slurm.default_node: has nothing that counts, allowed is at "
                    "least one of "
                    "cpus, gpus, memory, billing",
            "a.yaml:11:39: clusters[0].slurm.nodes.gpu: has nothing that counts, allowed is at least one of "
            "cpus, "
            "gpus, memory, billing"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {default_node: {memory: 5}}")),
        ElementsAre("a.yaml:11:36: clusters[0].slurm.default_node.memory: \"5\" is not an amount of memory, "
                    "allowed is "
                    "memory from 1M to 1024T, with a unit K, M, G or T"));
}

TEST(CrossCheck, WantsAUnitThatFitsTheMeasure)
{
    const auto problems = [](const std::string& measure, const std::string& unit) {
        return problems_of(
            sample + "    usage: {components: {x: {unit: " + unit + ", measure: " + measure + "}}}\n");
    };
    const std::string begin = "a.yaml:12:30: clusters[0].usage.components.x.unit: ";
    for (const std::string measure : { "node", "cpu", "gpu", "billing" }) {
        for (const std::string unit : { "seconds", "minutes", "hours", "days" })
            EXPECT_THAT(problems(measure, unit), IsEmpty());
        for (const std::string unit : { "mb-hours", "gb-hours" })
            EXPECT_THAT(problems(measure, unit),
                ElementsAre(begin + "\"" + unit
                    + "\" is not a unit of the measure, allowed is seconds, minutes, hours or days"));
    }
    EXPECT_THAT(problems("memory", "gb-hours"), IsEmpty());
    EXPECT_THAT(problems("memory", "hours"),
        ElementsAre(begin + "\"hours\" is not a unit of the measure, allowed is mb-hours or gb-hours"));
    EXPECT_THAT(problems("memory", "gib"),
        ElementsAre(
            "a.yaml:12:36: clusters[0].usage.components.x.unit: \"gib\" is not known, allowed is seconds, "
            "minutes, hours, days, mb-hours or gb-hours"));
}

} // namespace
} // namespace site::test
