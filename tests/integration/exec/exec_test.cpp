#include "program_site.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

namespace site {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string nothing = "cat >/dev/null; echo '{\"end\":{\"lines\":0}}'\n";
// Says yes to each change.
const std::string yes = R"(cat >"$0.question"
sed -n 's/^{"change":{"id":\([0-9]*\),.*/{"result":{"id":\1,"ok":true}}/p' "$0.question"
echo "{\"end\":{\"lines\":$(grep -c '^{"change"' "$0.question")}}"
)";

TEST(Exec, IsOneProcessALookWhateverTheNumberOfNames)
{
    ProgramSite site(R"(lines=$(wc -l)
echo "{\"finding\":{\"severity\":\"info\",\"code\":\"lines\",\"text\":\"$1 $lines\"}}"
echo '{"end":{"lines":1}}'
)");
    for (const std::size_t names : { 1U, 5000U }) {
        site.interest.names.clear();
        for (std::size_t i = 0; i < names; ++i)
            site.interest.names.emplace_back("g" + std::to_string(100000 + i));
        const auto before = site.runner.started();
        const auto read = site.observed();
        ASSERT_TRUE(read) << read.error().text;
        EXPECT_EQ(site.runner.started() - before, 1U);
        EXPECT_EQ(read->findings.at(0).text, "observed " + std::to_string(names + 2));
    }
}

TEST(Exec, MakesTenThousandChangesInOneProcess)
{
    ProgramSite site(yes);
    std::vector<Change> changes;
    for (int i = 0; i < 10000; ++i)
        changes.push_back(make_member("u" + std::to_string(i)));
    const auto results = site.plugin().apply(changes);
    ASSERT_EQ(results.size(), changes.size());
    for (const auto& result : results)
        ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(site.runner.started(), 1U);
}

TEST(Exec, ShowsTheCommandAndTheVeryLinesThatItReads)
{
    ProgramSite site(yes);
    site.settings.arguments = { "--db", "a b" };
    auto plugin = site.plugin();
    const std::vector changes { make_member("mia"), make_member("-r"), make_member("zoe") };
    const auto shown = plugin.commands(changes);
    ASSERT_EQ(shown.size(), 3U);
    EXPECT_EQ(shown[0], site.settings.program + " --db 'a b' apply");
    EXPECT_EQ(site.runner.started(), 0U);
    const auto results = plugin.apply(changes);
    EXPECT_EQ(site.runner.question,
        R"({"site_agent":1,"verb":"apply","cluster":"c1","kinds":["group","group_member"]})"
        "\n" + shown[1]
            + "\n" + shown[2] + "\n{\"end\":{\"lines\":3}}\n");
    EXPECT_TRUE(results.at(0));
    EXPECT_THAT(results.at(1).error().text, HasSubstr("must begin with"));
    EXPECT_TRUE(results.at(2));
}

TEST(Exec, StartsNothingForNoChange)
{
    ProgramSite site(yes);
    const std::vector unfit { make_member("-r") };
    EXPECT_FALSE(site.plugin().apply(unfit).at(0));
    EXPECT_TRUE(site.plugin().apply({}).empty());
    EXPECT_TRUE(site.plugin().commands(unfit).empty());
    EXPECT_EQ(site.runner.started(), 0U);
}

TEST(Exec, EndsAProgramAtItsDeadline)
{
    ProgramSite site("exec sleep 60\n");
    site.settings.read_deadline = Seconds { 1 };
    site.settings.change_deadline = Seconds { 1 };
    const auto read = site.observed();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::timed_out);
    EXPECT_THAT(read.error().text, HasSubstr("no end within 1000 ms"));
    const std::vector changes { make_member("mia") };
    EXPECT_EQ(site.plugin().apply(changes).at(0).error().code, Errc::timed_out);
}

TEST(Exec, StopsAProgramThatSaysTooMuch)
{
    ProgramSite site("exec yes '{\"id\":{\"gid\":1,\"name\":\"a\"}}'\n");
    site.settings.most_output = 1 << 20;
    EXPECT_THAT(site.error(), HasSubstr("its output is more than 1048576 bytes"));
}

TEST(Exec, RefusesALineBeyondItsBound)
{
    ProgramSite site("head -c 70000 /dev/zero | tr '\\0' x\n");
    EXPECT_THAT(site.error(), HasSubstr("a line of its output is longer than 64 KiB"));
}

TEST(Exec, TriesLaterWhenTheProgramSaysSo)
{
    ProgramSite site("echo 'the database is in backup' >&2; exit 75\n");
    const auto read = site.observed();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::unreachable);
    EXPECT_THAT(read.error().text,
        HasSubstr("asks to try later (exit status 75); it said \"the database is in backup\""));
    const std::vector changes { make_member("mia"), make_member("zoe") };
    for (const auto& result : site.plugin().apply(changes))
        EXPECT_EQ(result.error().code, Errc::unreachable);
}

TEST(Exec, TellsTheLastWordOfAProgramThatFails)
{
    ProgramSite site(nothing + "printf 'one\\ntw\\033o\\n\\n' >&2; exit 3\n");
    EXPECT_THAT(site.error(), HasSubstr("/program\" ended with exit status 3; it said \"tw?o\""));
    const std::vector changes { make_member("mia") };
    EXPECT_EQ(site.plugin().apply(changes).at(0).error().code, Errc::refused);
    ProgramSite silent("exit 1\n");
    EXPECT_THAT(silent.error(), HasSubstr("it said nothing on standard error"));
    ProgramSite killed("kill -9 $$\n");
    EXPECT_THAT(killed.error(), HasSubstr("was ended by signal 9"));
}

TEST(Exec, TellsTheExitStatusRatherThanTheLineThatIsOdd)
{
    ProgramSite site("echo Traceback; echo 'no such table' >&2; exit 1\n");
    EXPECT_THAT(site.error(), HasSubstr("it said \"no such table\""));
}

TEST(Exec, IsNoAnswerUntilItIsWhole)
{
    const auto said = [](const std::string& script) { return ProgramSite(script).error(); };
    EXPECT_EQ(said(nothing), "");
    EXPECT_THAT(said("cat >/dev/null\n"), HasSubstr("observed: its answer is not whole: no end line"));
    EXPECT_THAT(said("echo '{\"end\":{\"lines\":1}}'\n"), HasSubstr("it counts 1 lines before it"));
    EXPECT_THAT(said("echo hello\n"), HasSubstr("line 1 of its answer: \"hello\" is not JSON"));
    EXPECT_THAT(said("printf '{\"end\":{\"lines\":0}}\\n\\n'\n"), HasSubstr("more after the end line"));
    EXPECT_THAT(said("echo '{\"record\":{\"kind\":\"group\",\"name\":\"other\",\"fields\":{\"gid\":1}}}'\n"),
        HasSubstr("name \"other\" was not asked for"));
    EXPECT_EQ(said("printf '{\"end\":{\"lines\":0}}'\n"), ""); // a last line needs no newline
}

TEST(Exec, BelievesNoResultOfAnAnswerThatIsOdd)
{
    const auto said = [](const std::string& script) {
        const std::vector changes { make_member("mia"), make_member("zoe") };
        std::string out;
        for (const auto& result : ProgramSite(script).plugin().apply(changes))
            out += result ? "ok\n" : result.error().text + "\n";
        return out;
    };
    const std::string first = R"(echo '{"result":{"id":0,"ok":true}}')"
                              "\n";
    EXPECT_EQ(said(first + "echo '{\"end\":{\"lines\":1}}'\n"),
        "ok\ngroup_member c1/brics.x/zoe: not answered by the program\n");
    EXPECT_THAT(said(first + first + "echo '{\"end\":{\"lines\":2}}'\n"),
        AllOf(HasSubstr("mia: line 2 of its answer: result: id 0 is there twice\n"),
            HasSubstr("zoe: line 2 of its answer: result: id 0 is there twice\n")));
    EXPECT_THAT(said(first + "echo '{\"result\":{\"id\":2,\"ok\":true}}'\n"),
        HasSubstr("mia: line 2 of its answer: result: id 2 was not asked for\n"));
    EXPECT_THAT(said(first), HasSubstr("mia: its answer is not whole: no end line after 1 lines\n"));
}

TEST(Exec, GivesTheProgramACleanEnvironmentAndItsArgumentsAsTheyAre)
{
    ASSERT_EQ(::setenv("SITE_SECRET", "hush", 1), 0);
    ProgramSite site(
        "tr '\\0' '\\n' </proc/$$/environ | sort >\"$0.env\"; printf '%s\\n' \"$@\" >\"$0.args\"\n"
        + nothing);
    site.settings.arguments = { "; touch here", "$(id)", "" };
    EXPECT_EQ(site.error(), "");
    ::unsetenv("SITE_SECRET");
    EXPECT_EQ(read_file(site.file("program.env")),
        "LC_ALL=C.UTF-8\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nSLURM_TIME_FORMAT=%s\nTZ=UTC\n");
    EXPECT_EQ(read_file(site.file("program.args")), "; touch here\n$(id)\n\nobserved\n");
}

TEST(Exec, AnswersACheck)
{
    ProgramSite site(R"(cat >"$0.question"
echo '{"finding":{"severity":"warning","code":"disk","text":"the disk is nearly full"}}'
echo '{"end":{"lines":1}}'
)");
    const auto findings = site.plugin().check();
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].code, "site-disk");
    EXPECT_EQ(findings[1].code, "exec-answers");
    EXPECT_THAT(findings[1].text, HasSubstr("it keeps group, group_member"));
    EXPECT_THAT(site.runner.question, HasSubstr("{\"end\":{\"lines\":1}}"));

    ProgramSite ill("echo 'no database' >&2; exit 1\n");
    const auto told = ill.plugin().check();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].code, "exec-no-answer");
    EXPECT_THAT(told[0].text, HasSubstr("no database"));
}

} // namespace
} // namespace site
