#include "unit/config/sample.hpp"

#include <fstream>
#include <random>
#include <sstream>

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Yaml, SyntaxErrorsAreOneLineAndNothingElse)
{
    EXPECT_THAT(
        problems_of("mode: audit\n bad: x\n"), ElementsAre("a.yaml:2:5: is not YAML: illegal map value"));
    EXPECT_THAT(problems_of("mode: [audit\n"),
        ElementsAre("a.yaml:2:1: is not YAML: end of sequence flow not found"));
    EXPECT_THAT(
        problems_of("mode: \"audit\n"), ElementsAre("a.yaml:2:1: is not YAML: a quoted value has no end"));
    EXPECT_THAT(problems_of("mode: @audit\n"), ElementsAre("a.yaml:1:7: is not YAML: unknown token"));
    EXPECT_THAT(problems_of("}"), ElementsAre("a.yaml:1:1: is not YAML: illegal flow end"));
}

TEST(Yaml, AnEmptyFileIsAProblem)
{
    for (const std::string yaml : { "", "\n\n", "# nothing\n", "---\n", "~\n" })
        EXPECT_THAT(problems_of(yaml),
            ElementsAre(
                "a.yaml:1:1: the file is empty, allowed is a section of keys: state_dir, runtime_dir, "
                "plugin_dir, mode, log, intervals, grace, snapshot, lock_wait, "
                "backup, reports, journal, changed_by_hand, erred_after, guards, endpoint, portals, "
                "clusters"))
            << yaml;
}

TEST(Yaml, AFileThatIsNoSectionIsAProblem)
{
    EXPECT_THAT(problems_of("- mode\n"),
        ElementsAre(HasSubstr("a.yaml:1:1: is a list, allowed is a section of keys: ")));
    EXPECT_THAT(problems_of("mode\n"),
        ElementsAre(HasSubstr("a.yaml:1:1: is a single value, allowed is a section of keys: ")));
}

TEST(Yaml, AliasesAndAnchorsAreRefused)
{
    EXPECT_THAT(problems_of(sample + "state_dir: &a /x\nruntime_dir: *a\n"),
        ElementsAre("a.yaml:12:12: anchors are not allowed, write the value out",
            "a.yaml:13:14: aliases are not allowed, write the value out"));
    EXPECT_THAT(problems_of(sample + "runtime_dir: *nowhere\n"),
        ElementsAre("a.yaml:12:14: aliases are not allowed, write the value out"));
}

TEST(Yaml, ABillionLaughsStayOneLaugh)
{
    std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int n = 0; n < 8; ++n)
            yaml += ", " + before;
        yaml += "]\n";
    }
    const auto found = problems_of(yaml);
    EXPECT_THAT(found, testing::Contains("a.yaml:1:5: anchors are not allowed, write the value out"));
    EXPECT_LT(found.size(), 200U);
}

TEST(Yaml, TagsAreRefused)
{
    EXPECT_THAT(problems_of(sample + "mode: !!str audit\n"),
        ElementsAre("a.yaml:12:7: tags are not allowed, leave it out"));
    EXPECT_THAT(problems_of(sample + "log: !x {level: info}\n"),
        ElementsAre("a.yaml:12:6: tags are not allowed, leave it out"));
    EXPECT_THAT(problems_of(sample_with("[slurm]", "[!x slurm]")),
        ElementsAre("a.yaml:10:15: tags are not allowed, leave it out"));
}

TEST(Yaml, ASecondDocumentIsRefused)
{
    EXPECT_THAT(problems_of(sample + "---\nmode: audit\n"),
        ElementsAre("a.yaml:12:1: a second document begins, allowed is one"));
    EXPECT_THAT(problems_of("---\n" + sample + "...\n"), IsEmpty());
}

TEST(Yaml, AKeyMustBeAWord)
{
    EXPECT_THAT(problems_of(sample + "[mode]: audit\n"), ElementsAre("a.yaml:12:1: a key is not a word"));
    EXPECT_THAT(problems_of(sample + "~: audit\n"), ElementsAre(HasSubstr(": a key is not a word")));
    EXPECT_THAT(problems_of(sample + "<<: {mode: audit}\n"),
        ElementsAre(HasSubstr("a.yaml:12:1: <<: is not a known key")));
}

TEST(Yaml, BytesThatAreNoTextAreRefusedWhereTheyAre)
{
    for (const auto& bytes :
        { std::string("\0", 1), std::string("\x04"), std::string("\x1b"), std::string("\x7f"),
            std::string("\xff"), std::string("\xc3("), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
            std::string("\xc2\x85"), std::string("\xf4\x90\x80\x80"), std::string("\xe2\x82") })
        EXPECT_THAT(problems_of("# first\nmode: a" + bytes),
            ElementsAre("a.yaml:2:8: a byte is not printable text, allowed is UTF-8"));
    EXPECT_THAT(problems_of(sample + "# \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\n"), IsEmpty());
}

TEST(Yaml, WindowsLineEndsAndAByteOrderMarkAreNoProblem)
{
    std::string yaml = "\xef\xbb\xbf";
    for (const char c : sample)
        yaml += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_THAT(problems_of(yaml), IsEmpty());
}

TEST(Yaml, DepthIsBounded)
{
    EXPECT_THAT(problems_of("log: " + std::string(200, '[') + std::string(200, ']')),
        ElementsAre("a.yaml:1:21: is nested too deeply, allowed are 16 levels"));
    EXPECT_THAT(problems_of("log: " + std::string(200'000, '[')),
        ElementsAre(testing::EndsWith("is nested too deeply, allowed are 16 levels")));
    EXPECT_THAT(problems_of("- - - - - - - - - - - - - - - - - x\n"),
        ElementsAre("a.yaml:1:33: is nested too deeply, allowed are 16 levels"));
}

TEST(Yaml, SizeIsBounded)
{
    EXPECT_THAT(problems_of(sample + std::string((1U << 20) - sample.size(), '\n')), IsEmpty());
    EXPECT_THAT(problems_of(sample + std::string((1U << 20) - sample.size() + 1, '\n')),
        ElementsAre("a.yaml: is larger than 1 MiB, allowed is at most that"));
}

TEST(Yaml, TheNumberOfValuesIsBounded)
{
    std::string yaml;
    for (int i = 0; i < 100'000; ++i)
        yaml += "- x\n";
    EXPECT_THAT(problems_of(yaml),
        ElementsAre("a.yaml:20000:3: more values begin here than allowed, which is 20000 in all"));
}

/// Small wounds everywhere, the same on every run: whatever comes of them is a problem with a place, or none.
TEST(Yaml, WoundedFilesNeverThrow)
{
    std::ifstream file(SITE_CONFIG_DIR "/examples/slurm-only.yaml");
    std::stringstream text;
    text << file.rdbuf();
    const auto whole = text.str();
    ASSERT_THAT(whole, Not(IsEmpty()));
    const std::string pieces[] = { "", "\n", ":", "- ", "[", "{", "}", "]", "\"", "'", "!", "&a ", "*a", "|",
        ">", "? ", "%", "---\n", "#", "~", "\t", ",", "\\x", "!<", "999999999999", "  ", "\xc3" };
    std::mt19937 random(20261105); // NOLINT: the same wounds on every run
    for (int round = 0; round < 1500; ++round) {
        auto wounded = whole;
        for (auto wounds = random() % 4; wounds < 4; ++wounds) {
            const auto at = random() % wounded.size();
            wounded.replace(at, random() % 4, pieces[random() % std::size(pieces)]);
        }
        for (const auto& problem : parse_config(wounded, "a.yaml").problems) {
            EXPECT_GT(problem.line, 0) << wounded;
            EXPECT_GT(problem.column, 0) << wounded;
            EXPECT_THAT(problem.text, Not(IsEmpty()));
            EXPECT_EQ(site::text(problem).find('\n'), std::string::npos);
        }
    }
}

} // namespace
} // namespace site::test
