#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A value in the last line of the file, and what is said of it.
struct Refused {
    std::string value;
    std::string problem;
};

/// Puts each value after `before`, which is text of the sample's last line or lines, and compares.
void expect_refused(const std::string& before, const std::string& after, const std::string& key,
    const std::string& allowed, const std::vector<Refused>& cases)
{
    const auto column
        = before.size() - (before.rfind('\n') == std::string::npos ? 0 : before.rfind('\n') + 1) + 1;
    const auto line = sample_lines + 1 + std::count(before.begin(), before.end(), '\n');
    for (const auto& [value, problem] : cases)
        EXPECT_THAT(problems_of(sample + before + value + after + "\n"),
            ElementsAre("a.yaml:" + std::to_string(line) + ":" + std::to_string(column) + ": " + key + ": "
                + problem + ", allowed is " + allowed));
}

TEST(Values, DurationsHaveAUnitAndBounds)
{
    expect_refused("lock_wait: ", "", "lock_wait", "a duration from 0s to 1d, a whole number of s, m, h or d",
        { { "10", "\"10\" is not a duration" }, { "5 m", "\"5 m\" is not a duration" },
            { "5min", "\"5min\" is not a duration" }, { "-5m", "\"-5m\" is not a duration" },
            { "1.5h", "\"1.5h\" is not a duration" }, { "1h30m", "\"1h30m\" is not a duration" },
            { "5M", "\"5M\" is not a duration" }, { "m", "\"m\" is not a duration" },
            { "9999999999s", "\"9999999999s\" is not a duration" }, { "2d", "\"2d\" is too long" },
            { "86401s", "\"86401s\" is too long" } });
    expect_refused("grace: {members: ", "}", "grace.members",
        "a duration from 1s to 365d, a whole number of s, m, h or d",
        { { "0s", "\"0s\" is too short" }, { "366d", "\"366d\" is too long" } });
}

TEST(Values, CountsAreWholeNumbersWithinBounds)
{
    expect_refused("guards: {lowest_uid: ", "}", "guards.lowest_uid", "a whole number from 1 to 4294967293",
        { { "0", "\"0\" is too small" }, { "-1", "\"-1\" is too small" },
            { "4294967294", "\"4294967294\" is too large" }, { "1e3", "\"1e3\" is not a whole number" },
            { "0x10", "\"0x10\" is not a whole number" }, { "+5", "\"+5\" is not a whole number" },
            { "1_000", "\"1_000\" is not a whole number" }, { "1000.0", "\"1000.0\" is not a whole number" },
            { "99999999999999999999", "\"99999999999999999999\" is not a whole number" },
            { "many", "\"many\" is not a whole number" } });
}

TEST(Values, PercentagesAreWholeWhereTheKeySaysSo)
{
    expect_refused("guards: {most_taken_share: ", "}", "guards.most_taken_share",
        "a percentage from 0 to 100, whole",
        { { "101", "\"101\" is too large" }, { "101%", "\"101%\" is too large" },
            { "2.5%", "\"2.5%\" is not a whole percentage" }, { "\"%\"", "\"%\" is not a percentage" },
            { "-1", "\"-1\" is not a percentage" }, { "10 %", "\"10 %\" is not a percentage" },
            { "10%%", "\"10%%\" is not a percentage" } });
    for (const auto& [value, wrong] :
        std::vector<Refused> { { "50.1%", "is too large" }, { "1.25%", "is not a percentage" } })
        EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {cap_tolerance: " + value + "}")),
            ElementsAre("a.yaml:11:28: clusters[0].slurm.cap_tolerance: \"" + value + "\" " + wrong
                + ", allowed is a percentage from 0 to 50, at most one decimal"));
}

TEST(Values, SizesHaveABinaryUnitAndBounds)
{
    const auto problems = [](const std::string& value) {
        return problems_of(sample_with("clusters:", "    most_body: " + value + "\nclusters:"));
    };
    const auto told = [](const std::string& what) {
        return "a.yaml:6:16: portals[0].most_body: " + what
            + ", allowed is a size from 64KiB to 1GiB, a whole number of KiB, MiB or GiB";
    };
    EXPECT_THAT(problems("1GiB"), IsEmpty());
    EXPECT_THAT(problems("16777216"), ElementsAre(told("\"16777216\" is not a size")));
    EXPECT_THAT(problems("16MB"), ElementsAre(told("\"16MB\" is not a size")));
    EXPECT_THAT(problems("63KiB"), ElementsAre(told("\"63KiB\" is too small")));
    EXPECT_THAT(problems("2GiB"), ElementsAre(told("\"2GiB\" is too large")));
    EXPECT_THAT(problems("999999999GiB"), ElementsAre(told("\"999999999GiB\" is too large")));
}

TEST(Values, MemoryHasAUnitOfSlurm)
{
    const auto problems = [](const std::string& value) {
        return problems_of(sample_with("slurm: {}", "slurm: {default_node: {memory: " + value + "}}"));
    };
    const auto told = [](const std::string& what) {
        return "a.yaml:11:36: clusters[0].slurm.default_node.memory: " + what
            + ", allowed is memory from 1M to 1024T, with a unit K, M, G or T";
    };
    EXPECT_THAT(problems("1.5T"), IsEmpty());
    EXPECT_THAT(problems("512000"), ElementsAre(told("\"512000\" is not an amount of memory")));
    EXPECT_THAT(problems("500GB"), ElementsAre(told("\"500GB\" is not an amount of memory")));
    EXPECT_THAT(problems("-1G"), ElementsAre(told("\"-1G\" is not an amount of memory")));
    EXPECT_THAT(problems("1023K"), ElementsAre(told("\"1023K\" is too small")));
    EXPECT_THAT(problems("8589934592P"), ElementsAre(told("\"8589934592P\" is too large")));
}

TEST(Values, TruthIsTrueOrFalse)
{
    for (const std::string value : { "yes", "True", "1", "on" })
        EXPECT_THAT(problems_of(sample + "    resolve_people: " + value + "\n"),
            ElementsAre("a.yaml:12:21: clusters[0].resolve_people: \"" + value
                + "\" is neither true nor false, allowed is true or false"));
}

TEST(Values, ZonesAreOffsetsFromUtc)
{
    expect_refused("    usage: {zone: ", "}", "clusters[0].usage.zone",
        "an offset from UTC from -12:00 to +14:00",
        { { "UTC", "\"UTC\" is not an offset from UTC" },
            { "Europe/London", "\"Europe/London\" is not an offset from UTC" },
            { "+1:00", "\"+1:00\" is not an offset from UTC" },
            { "+01:60", "\"+01:60\" is not an offset from UTC" },
            { "+0a:00", "\"+0a:00\" is not an offset from UTC" },
            { "+14:01", "\"+14:01\" is too far from UTC" }, { "-12:30", "\"-12:30\" is too far from UTC" } });
}

TEST(Values, PathsAreAbsoluteAndPlain)
{
    expect_refused("state_dir: ", "", "state_dir", "an absolute path",
        { { "var/lib", "\"var/lib\" is not an absolute path" }, { "/", "\"/\" is the root folder" },
            { "//", "\"//\" is the root folder" }, { "/a/../b", "\"/a/../b\" has a . or .. in it" },
            { "/a/.", "\"/a/.\" has a . or .. in it" },
            { "\"/a\\nb\"", "\"/a?b\" has a line break or a tab in it" } });
    EXPECT_EQ(good(sample + "state_dir: /srv/with space/.x/..y\n").state, "/srv/with space/.x/..y");
}

TEST(Values, SlurmNamesHaveNothingThatACommandWouldMisread)
{
    for (const std::string value : { "a,b", "a=b", "a b", "a'b", "a;b", "a/b", "a|b", "a%b", "a+b", "ä" })
        EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {parent_account: \"" + value + "\"}")),
            ElementsAre(
                testing::EndsWith(" has a character that isn't allowed, allowed is a name as Slurm keeps it: "
                                  "at most 64 of a-z, 0-9, _ . -")))
            << value;
    for (const std::string value : { "-a", ".a", "_a" })
        EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {partitions: [\"" + value + "\"]}")),
            ElementsAre("a.yaml:11:26: clusters[0].slurm.partitions[0]: \"" + value
                + "\" begins with a character that isn't allowed there, allowed is the name of a partition: "
                  "at most "
                  "64 letters, digits, _ . -"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {qos: [High]}")),
        ElementsAre(
            "a.yaml:11:19: clusters[0].slurm.qos[0]: \"High\" has an upper-case letter, allowed is a name as "
            "Slurm keeps it: at most 64 of a-z, 0-9, _ . -"));
    EXPECT_THAT(problems_of(sample_with("slurm: {}", "slurm: {nodes: {\"a,b\": {cpus: 1}}}")),
        ElementsAre(
            "a.yaml:11:21: clusters[0].slurm.nodes.a,b: the name \"a,b\" has a character that isn't allowed, "
            "allowed is the name of a partition: at most 64 letters, digits, _ . -"));
    EXPECT_THAT(problems_of(sample_with("name: c1", "name: " + std::string(41, 'c'))),
        ElementsAre("a.yaml:7:11: clusters[0].name: \"" + std::string(41, 'c')
            + "\" is longer than 40 characters, allowed is Slurm's ClusterName in lower case: at most 40 of "
              "a-z, "
              "0-9, _ -"));
}

TEST(Values, WordsThatYamlCallsTruthsOrNumbersAreStillNames)
{
    const auto config = good(sample_with("slurm: {}", "slurm: {partitions: [no, 1, 1e3, true, \"null\"]}"));
    EXPECT_THAT(config.clusters.front().slurm->partitions, ElementsAre("no", "1", "1e3", "true", "null"));
}

TEST(Values, OtherNamesKeepToTheirRules)
{
    EXPECT_THAT(problems_of(sample_with("identifier: brics", "identifier: 1brics")),
        ElementsAre(
            "a.yaml:4:17: portals[0].identifier: \"1brics\" does not begin with a letter, allowed is the "
            "portal part of its identifiers: a letter, then at most 63 letters, digits, _ -"));
    EXPECT_THAT(problems_of(sample_with("identifier: brics", "identifier: a.b")),
        ElementsAre(
            "a.yaml:4:17: portals[0].identifier: \"a.b\" has a character that isn't allowed, allowed is the "
            "portal part of its identifiers: a letter, then at most 63 letters, digits, _ -"));
    EXPECT_THAT(problems_of(sample + "guards: {protected_names: [Root]}\n"),
        ElementsAre("a.yaml:12:28: guards.protected_names[0]: \"Root\" is not the name of a user or group, "
                    "allowed is "
                    "the name of a user or group: at most 32 of a-z, 0-9, _ . -, a letter or _ first"));
    EXPECT_THAT(problems_of(sample_with("[slurm]", "[slurm, ../evil]")),
        ElementsAre("a.yaml:10:22: clusters[0].plugins[1]: \"../evil\" has a character that isn't allowed, "
                    "allowed is "
                    "the name of a plugin: at most 64 of a-z, 0-9, _ -"));
    EXPECT_THAT(problems_of(sample_with("plugins: [slurm]\n    slurm: {}", "plugins: []")),
        ElementsAre(
            "a.yaml:10:14: clusters[0].plugins: is empty, allowed is a list, not empty, each the name of a "
            "plugin: at most 64 of a-z, 0-9, _ -"));
    EXPECT_THAT(problems_of(sample + "log: {level: trace}\n"),
        ElementsAre(
            "a.yaml:12:14: log.level: \"trace\" is not a level, allowed is debug, info, warn or error"));
}

TEST(Values, UuidsAreWholeAndOnce)
{
    const auto problems = [](const std::string& list) {
        return problems_of(sample_with("[6b3f2a1c-58d0-4e7b-9c41-0d2e8f6a7b15]", list));
    };
    EXPECT_THAT(problems("[6b3f]"),
        ElementsAre(
            "a.yaml:9:31: clusters[0].allocations.offerings[0]: \"6b3f\" is not a UUID, allowed is a UUID, "
            "with or without dashes"));
    EXPECT_THAT(problems("[00000000000000000000000000000000]"),
        ElementsAre(
            "a.yaml:9:31: clusters[0].allocations.offerings[0]: \"00000000000000000000000000000000\" is all "
            "zeros, allowed is a UUID, with or without dashes"));
    EXPECT_THAT(problems("[6b3f2a1c-58d0-4e7b-9c41-0d2e8f6a7b15, 6B3F2A1C58D04E7B9C410D2E8F6A7B15]"),
        ElementsAre(
            "a.yaml:9:69: clusters[0].allocations.offerings[1]: \"6b3f2a1c58d04e7b9c410d2e8f6a7b15\" is "
            "listed twice"));
}

std::string url_of(const std::string& url)
{
    const auto loaded = parse_config(sample_with("https://portal.example.org/", url), "a.yaml");
    return loaded.problems.empty() ? loaded.config.portals.front().url : loaded.problems.front().text;
}

TEST(Urls, LoseAnExactApiSegmentAndSlashesAtTheEnd)
{
    EXPECT_EQ(url_of("https://portal.example.org"), "https://portal.example.org");
    EXPECT_EQ(url_of("https://portal.example.org/api"), "https://portal.example.org");
    EXPECT_EQ(url_of("https://portal.example.org/api/"), "https://portal.example.org");
    EXPECT_EQ(url_of("https://portal.example.org/waldur/api/"), "https://portal.example.org/waldur");
    EXPECT_EQ(url_of("https://portal.example.org/api/api/"), "https://portal.example.org/api");
    EXPECT_EQ(url_of("HTTPS://Portal.Example.org:8443/"), "https://portal.example.org:8443");
}

TEST(Urls, KeepLettersThatOnlyLookLikeApi)
{
    EXPECT_EQ(url_of("https://openapi"), "https://openapi");
    EXPECT_EQ(url_of("https://api/"), "https://api");
    EXPECT_EQ(url_of("https://portal.example.org/myapi/"), "https://portal.example.org/myapi");
    EXPECT_EQ(url_of("https://portal.example.org/papi"), "https://portal.example.org/papi");
    EXPECT_EQ(url_of("https://portal.example.org/API"), "https://portal.example.org/API");
}

TEST(Urls, MayBePlainHttpOnlyForALoopbackHost)
{
    for (const std::string url :
        { "http://localhost:8000", "http://127.0.0.1:8000", "http://127.8.9.1", "http://[::1]:80" })
        EXPECT_EQ(url_of(url), url);
    for (const std::string url :
        { "http://portal.example.org", "http://128.0.0.1", "http://localhost.example.org", "http://[::2]",
            "http://127.1", "http://0.0.0.0", "http://[::ffff:127.0.0.1]" })
        EXPECT_THAT(
            url_of(url), testing::StartsWith("is not https, and its host is not a loopback one, allowed is"))
            << url;
}

TEST(Urls, AreRefusedWithAnythingButHostAndPath)
{
    const std::vector<std::pair<std::string, std::string>> cases { { "https://user:pw@portal.example.org",
                                                                       "has credentials in it" },
        { "https://user@portal.example.org", "has credentials in it" },
        { "https://@portal.example.org", "has credentials in it" },
        { "https://portal.example.org/?x-auth-token=1", "has a ? or # part" },
        { "\"https://portal.example.org/#a\"", "has a ? or # part" },
        { "portal.example.org", "is not a URL" }, { "https:portal", "is not a URL" },
        { "\"https://portal.example.org/a b\"", "is not a URL" },
        { "ftp://portal.example.org", "is not https" }, { "https:///api", "has no proper host" },
        { "http://127.0.0.1.example.org", "has no proper host" },
        { "http://127.0.0.1x:80/", "has no proper host" },
        { "http://[::1].example.org", "has no proper host" }, { "https://%2e%2e/", "has no proper host" },
        { "https://-x.example.org", "has no proper host" },
        { "https://portal.example.org:0", "has no proper port" },
        { "https://portal.example.org:99999", "has no proper port" },
        { "https://portal.example.org/a/../b", "has a . or .. in its path" },
        { "https://portal.example.org/a/%2e%2E/b", "has a . or .. in its path" },
        { "\"https://portal.example.org/a\\r\\nHost: x\"", "is not a URL" },
        { "https://" + std::string(1100, 'a'), "is longer than 1024 characters" } };
    for (const auto& [url, wrong] : cases)
        EXPECT_EQ(url_of(url),
            wrong
                + ", allowed is an https URL such as https://portal.example.org/ (http only for a loopback "
                  "host)")
            << url;
}

TEST(Urls, OfAProxyAreHostAndPort)
{
    const auto problem_of = [](const std::string& url) {
        const auto problems
            = parse_config(sample_with("clusters:", "    proxy: " + url + "\nclusters:"), "a.yaml").problems;
        return problems.empty() ? std::string() : text(problems.front());
    };
    EXPECT_EQ(problem_of("http://proxy.example.org:3128"), "");
    const std::vector<std::pair<std::string, std::string>> cases { { "https://p.example.org:1",
                                                                       "is not http" },
        { "http://p.example.org", "has no port" }, { "http://p.example.org:80/x", "has a path" },
        { "http://u:p@p.example.org:80", "has credentials in it" }, { "p.example.org:80", "is not a URL" } };
    for (const auto& [url, wrong] : cases)
        EXPECT_EQ(
            problem_of(url), "a.yaml:6:12: portals[0].proxy: " + wrong + ", allowed is http://HOST:PORT");
}

} // namespace
} // namespace site::test
