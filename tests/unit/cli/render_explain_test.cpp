#include "cli/render_explain.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// One user whose association is shut by somebody else.
struct RenderExplain : testing::Test {
    RenderExplain()
    {
        report.taken = now - Seconds { 7200 };
        Explanation one { "user u001 (mia.climate.brics) in brics.climate (climate)" };
        one.links.push_back({ "portal", LinkState::ok,
            "listed in allocation \"climate\", state OK, active, and a good deal more that takes a second "
            "line",
            { { "listed", "yes" } } });
        one.links.push_back({ "association", LinkState::fails,
            "association of \"u001\" in \"brics.climate\" is shut by somebody else's MaxSubmitJobs=0",
            { { "plugin", "slurm" }, { "MaxSubmitJobs", "0" }, { "finding", "first" },
                { "finding", "second" } },
            "clear MaxSubmitJobs at the site", "the site's admin" });
        one.links.push_back({ "blocked-by", LinkState::unknown, "can't look\n\033[31m" });
        one.verdict = { LinkState::fails, "association", "can't work: it is shut",
            "clear MaxSubmitJobs at the site", "the site's admin" };
        report.explained.push_back(one);
    }

    std::string shown(bool colour = false, std::size_t width = 160)
    {
        std::ostringstream out;
        return explain_text(report, "u001", now, { out, out, Form::text, colour, false, width });
    }
    boost::json::object json() { return boost::json::parse(explain_json(report, "u001", now)).as_object(); }

    Instant now = *parse_instant("2026-11-05T08:00:00Z");
    ExplainReport report;
};

TEST_F(RenderExplain, EachLinkHasItsStateAsAWordAndTheVerdictSaysWhoHasToDoWhat)
{
    EXPECT_EQ(shown(),
        "user u001 (mia.climate.brics) in brics.climate (climate)\n"
        "ok       portal        listed in allocation \"climate\", state OK, active, and a\n"
        "                       good deal more that takes a second line\n"
        "FAILS    association   association of \"u001\" in \"brics.climate\" is shut by\n"
        "                       somebody else's MaxSubmitJobs=0\n"
        "                       - plugin: slurm\n"
        "                       - MaxSubmitJobs: 0\n"
        "                       - finding: first\n"
        "                       - finding: second\n"
        "unknown  blocked-by    can't look??[31m\n"
        "verdict  can't work: it is shut\n"
        "link     association\n"
        "do       clear MaxSubmitJobs at the site\n"
        "who      the site's admin\n");
}

TEST_F(RenderExplain, NoLineIsWiderThan80ColumnsOrTheTerminal)
{
    report.portal_error = Error { Errc::unreachable, "connecting to the portal: connection refused" };
    for (const auto width : { std::size_t { 60 }, std::size_t { 200 } }) {
        std::istringstream lines(shown(false, width));
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(line.size(), std::min<std::size_t>(width, 80)) << line;
    }
}

TEST_F(RenderExplain, ColourIsOnlyWhereTheScreenHasIt)
{
    EXPECT_THAT(shown(true), HasSubstr("\033[31mFAILS\033[0m"));
    EXPECT_THAT(shown(false), Not(HasSubstr("\033")));
}

TEST_F(RenderExplain, WhoCanWorkIsToldInOneLine)
{
    report.explained[0].links.resize(1);
    report.explained[0].verdict = { LinkState::ok, {}, "can work" };
    EXPECT_THAT(shown(), testing::EndsWith("\nverdict  can work\n"));
}

TEST_F(RenderExplain, SeveralProjectsAreCountedAtTheEnd)
{
    report.explained.push_back(report.explained[0]);
    report.explained.back().verdict = { LinkState::ok, {}, "can work" };
    EXPECT_THAT(shown(), testing::EndsWith("\nverdict  can work\n\n1 of 2 can work\n"));
    EXPECT_EQ(json().at("all_hold"), false);
}

TEST_F(RenderExplain, AnAwayPortalIsTheFirstLineWithTheAgeOfItsWord)
{
    report.portal_error = Error { Errc::unreachable, "connection refused" };
    EXPECT_THAT(
        shown(), StartsWith("the portal is away (connection refused): this is what it said 2 h 00 min"));
    EXPECT_EQ(json().at("fresh"), false);
    EXPECT_EQ(json().at("snapshot_age"), 7200);
    EXPECT_EQ(json().at("portal_error"), "connection refused");
}

TEST_F(RenderExplain, AnUnknownNameIsAnsweredWithThoseNearToIt)
{
    report.explained.clear();
    EXPECT_THAT(shown(), StartsWith("nobody bears the name \"u001\""));
    report.nearest = { "u002", "u003" };
    EXPECT_THAT(shown(), HasSubstr("did you mean \"u002\", \"u003\"?"));
    EXPECT_EQ(json().at("nearest").as_array().size(), 2U);
    EXPECT_TRUE(json().at("explained").as_array().empty());
}

TEST_F(RenderExplain, JsonHasStableKeys)
{
    const auto one = json().at("explained").as_array().at(0).as_object();
    EXPECT_EQ(one.at("subject"), "user u001 (mia.climate.brics) in brics.climate (climate)");
    EXPECT_EQ(one.at("sort"), "user");
    const auto& link = one.at("links").as_array().at(1);
    EXPECT_EQ(link.at("link"), "association");
    EXPECT_EQ(link.at("state"), "fails");
    EXPECT_EQ(link.at("details").at("MaxSubmitJobs"), "0");
    EXPECT_EQ(link.at("details").at("finding"), "first\nsecond");
    EXPECT_EQ(one.at("verdict").at("state"), "fails");
    EXPECT_EQ(one.at("verdict").at("link"), "association");
    EXPECT_EQ(one.at("verdict").at("advice"), "clear MaxSubmitJobs at the site");
    EXPECT_EQ(one.at("verdict").at("who"), "the site's admin");
}

} // namespace
} // namespace site
