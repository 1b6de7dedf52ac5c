#include "unit/config/sample.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::StartsWith;

std::string read(const std::string& path)
{
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string example()
{
    return read(SITE_CONFIG_DIR "/site-agent.yaml");
}

/// The example with the settings that have no default put in force: lines of a bare # and a key.
std::string example_in_full()
{
    std::istringstream lines(example());
    const std::regex setting(R"(^( *)#([a-z_.]+:.*)$)");
    std::string out;
    for (std::string line; std::getline(lines, line);)
        out += std::regex_replace(line, setting, "$1$2") + "\n";
    return out;
}

/// `clusters[0].slurm.nodes.gpu.cpus` as the table has it: `clusters[].slurm.nodes.*.cpus`.
std::string pattern_of(const std::string& key)
{
    const auto lists = std::regex_replace(key, std::regex(R"(\[\d+\])"), "[]");
    const auto named
        = std::regex_replace(lists, std::regex(R"((\.nodes|\.components|\.storage)\.(?!\*)[^.]+)"), "$1.*");
    return std::regex_replace(named, std::regex(R"(\.overrides\.[^.]+\.[^.]+)"), ".overrides.*");
}

/// A key and the sections it lies in.
void add_with_sections(std::set<std::string>& keys, std::string key)
{
    while (!key.empty()) {
        const auto entry = key.size() > 2 && (key.ends_with("[]") || key.ends_with(".*"));
        keys.insert(entry ? key.substr(0, key.size() - 2) : key);
        const auto dot = key.rfind('.');
        key = dot == std::string::npos ? "" : key.substr(0, dot);
    }
}

bool required(const KeyDoc& doc)
{
    return doc.help.starts_with("Required. ");
}

bool section(const KeyDoc& doc)
{
    return doc.type.find("section") != std::string::npos;
}

TEST(Example, LoadsWithoutAProblem)
{
    EXPECT_THAT(texts(load_config(SITE_CONFIG_DIR "/site-agent.yaml").problems), IsEmpty());
    for (const auto& file : std::filesystem::directory_iterator(SITE_CONFIG_DIR "/examples"))
        if (file.path().extension() == ".yaml") {
            EXPECT_THAT(texts(load_config(file.path()).problems), IsEmpty()) << file.path();
        }
}

TEST(Example, HasEveryDocumentedKeyAndNoOther)
{
    std::set<std::string> found;
    for (const auto& setting : effective(example_in_full(), "example")) {
        EXPECT_THAT(setting.source, StartsWith("example:")) << setting.key << " is not in the example";
        add_with_sections(found, pattern_of(setting.key));
    }
    std::set<std::string> documented;
    for (const auto& doc : documented_keys())
        EXPECT_TRUE(documented.insert(doc.key).second) << doc.key;
    EXPECT_THAT(found, ElementsAreArray(documented));
}

TEST(Example, WithEverySettingInForceHasOnlyTheProblemsOfItsAlternatives)
{
    std::vector<std::string> found;
    for (const auto& problem : parse_config(example_in_full(), "example").problems)
        found.push_back(problem.key + ": " + problem.text.substr(0, problem.text.find(',')));
    EXPECT_THAT(found,
        ElementsAre("endpoint.token_credential: is given beside token_file",
            "portals[0].token_credential: is given beside token_file",
            "portals[0].oidc: is given beside token_file",
            "portals[0].oidc.client_secret_credential: is given beside client_secret_file",
            "clusters[0].unix_groups: is there", "clusters[0].unix_groups.root: is given beside prefix",
            "clusters[0].ldap: is there", "clusters[0].ldap: keeps groups beside unix_groups",
            "clusters[0].exec: is there", "clusters[0].exec.records: keeps groups beside unix_groups",
            "clusters[0].storage: is there",
            "clusters[0].storage.scratch.device: is given with the engine linux",
            "clusters[0].storage.scratch.program: is given with the engine linux",
            "clusters[0].storage.scratch.arguments: is given with the engine linux",
            "clusters[0].storage.scratch.projects.quota: is given without quota_by",
            "clusters[0].storage.scratch.projects.files: is given without quota_by",
            "clusters[0].storage.scratch.projects.most_quota: is given without quota_by",
            "clusters[0].storage.scratch.projects.most_files: is given without quota_by",
            "clusters[0].storage.scratch.projects.soft: is given without quota_by",
            "clusters[0].storage.scratch.users.quota: is given without quota_by",
            "clusters[0].storage.scratch.users.files: is given without quota_by",
            "clusters[0].storage.scratch.users.soft: is given without quota_by",
            "clusters[0].storage.scratch.overrides: is given",
            "clusters[0].storage.scratch.granted_by: is given"));
}

TEST(Example, ShowsEveryDefaultAsItIs)
{
    std::map<std::string, std::string> shown;
    for (const auto& setting : effective(example(), "example"))
        if (setting.source != "default")
            shown[pattern_of(setting.key)] = setting.value;
    // The sections of the plugins that it does not list are comments as a whole.
    for (const auto& setting : effective(example_in_full(), "example"))
        shown.try_emplace(pattern_of(setting.key), setting.value);
    for (const auto& doc : documented_keys())
        if (!section(doc) && !doc.fallback.empty() && doc.key != "plugin_dir"
            && doc.key != "clusters[].allocations.service_settings") {
            EXPECT_THAT(shown[doc.key], testing::AnyOf(doc.fallback, '"' + doc.fallback + '"')) << doc.key;
        }
}

TEST(Example, MarksEveryRequiredKey)
{
    std::istringstream lines(example());
    std::set<std::string> marked;
    bool mark = false;
    for (std::string line; std::getline(lines, line);) {
        auto text = line.substr(std::min(line.find_first_not_of(" -"), line.size()));
        if (text.size() > 1 && text[0] == '#' && text[1] != ' ')
            text.erase(0, 1); // a setting of a section that is left out
        if (text.starts_with("#")) {
            mark = mark || text.find("REQUIRED") != std::string::npos;
            continue;
        }
        if (mark)
            marked.insert(text.substr(0, text.find(':')));
        mark = false;
    }
    for (const auto& doc : documented_keys()) {
        const auto word = doc.key.substr(doc.key.rfind('.') + 1);
        if (required(doc) && !doc.key.starts_with("portals[].oidc.")) {
            EXPECT_EQ(marked.count(word), 1U) << doc.key;
        }
    }
}

TEST(DocumentedKeys, HaveDefaultsThatTheReaderTakes)
{
    std::map<std::string, std::string> held;
    for (const auto& setting : effective(sample, "a.yaml"))
        if (setting.source == "default")
            held[pattern_of(setting.key)] = setting.value;
    for (const auto& doc : documented_keys()) {
        EXPECT_FALSE(doc.type.empty()) << doc.key;
        EXPECT_FALSE(doc.help.empty()) << doc.key;
        EXPECT_FALSE(required(doc) && !doc.fallback.empty()) << doc.key;
        if (const auto found = held.find(doc.key); found != held.end() && doc.key != "plugin_dir") {
            EXPECT_EQ(found->second, doc.fallback) << doc.key;
        }
    }
}

/// A row of the reference, as docs/configuration.md must have it.
std::string row(const KeyDoc& doc)
{
    const std::string begin = "Required. ";
    const auto fallback = required(doc) ? "**required**"
        : doc.fallback.empty()          ? std::string("none")
                                        : "`" + doc.fallback + "`";
    const auto help = required(doc) ? doc.help.substr(begin.size()) : doc.help;
    return "| `" + doc.key + "` | " + doc.type + " | " + fallback + " | " + help + " |";
}

TEST(Reference, HasEveryDocumentedKeyAndNoOther)
{
    std::vector<std::string> wanted;
    for (const auto& doc : documented_keys())
        wanted.push_back(row(doc));
    std::vector<std::string> found;
    std::istringstream lines(read(SITE_DOCS_DIR "/configuration.md"));
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("| `"))
            found.push_back(line);
    EXPECT_THAT(found, ElementsAreArray(wanted));
}

} // namespace
} // namespace site::test
