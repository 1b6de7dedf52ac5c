#include "view/status_page.hpp"

#include "unit/view/view_fixture.hpp"
#include "view/html.hpp"

#include <regex>

namespace site {
namespace {

using test::view_time;
using testing::HasSubstr;
using testing::Not;

struct StatusPage : test::ViewFixture {
    StatusPage() { month.month = parse_month("2026-11").value(); }
    std::string page() { return status_page({ situation, month, changes, config, view_time() }); }

    MonthUsage month;
    std::vector<JournalEntry> changes;
};

/// What is wrong with the nesting of a page's elements; empty: nothing.
std::string nesting(const std::string& page)
{
    static const std::regex tag("<(/?)([a-z0-9]+)[^>]*?(/?)>");
    static const std::set<std::string> alone { "meta", "br" };
    std::vector<std::string> open;
    for (std::sregex_iterator at(page.begin(), page.end(), tag), end; at != end; ++at) {
        const auto name = (*at)[2].str();
        if (alone.contains(name) || (*at)[3].length() > 0)
            continue;
        if ((*at)[1].length() == 0) {
            open.push_back(name);
        } else if (open.empty() || open.back() != name) {
            return "</" + name + "> where " + (open.empty() ? "nothing" : open.back()) + " is open";
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back() + " stays open";
}

TEST_F(StatusPage, StandsAlone)
{
    const auto html = page();
    EXPECT_EQ(nesting(html), "");
    for (const auto* foreign : { "<script", "src=", "href=", "url(", "@import", "http:", "https:" })
        EXPECT_THAT(html, Not(HasSubstr(foreign)));
    EXPECT_THAT(html, HasSubstr("<html lang=\"en\">"));
    EXPECT_THAT(html, HasSubstr("name=\"viewport\""));
    EXPECT_THAT(html, HasSubstr("prefers-color-scheme:dark"));
    EXPECT_THAT(html, HasSubstr("http-equiv=\"refresh\" content=\"60\""));
    EXPECT_THAT(std::string(status_page_policy()), HasSubstr("default-src 'none'"));
}

TEST_F(StatusPage, SaysThatAllIsWell)
{
    EXPECT_THAT(page(), HasSubstr("Ready: the last cycle was good and recent."));
    EXPECT_THAT(page(), HasSubstr("Nothing waits."));
}

TEST_F(StatusPage, SaysWhatIsWrong)
{
    cycle(R"({"portal_error":"no route","guards":[{"guard":"taking-away","text":"6 of 7 members","held":6}],
        "blocked":[{"key":"account a","why":"waits for its group","waits":true}],
        "plan_changes":["create account b"],
        "findings":[{"severity":"warning","code":"no-resource","subject":"a","text":"has none"}]})");
    situation.daemon.clear();
    const auto html = page();
    EXPECT_EQ(nesting(html), "");
    for (const auto* words : { "Not ready:", "portal: no route",
             "Guard taking-away holds 6 changes: 6 of 7 members", "account a: waits for its group",
             "create account b", "warning no-resource: a: has none", "not running" })
        EXPECT_THAT(html, HasSubstr(words));
}

TEST_F(StatusPage, ShowsProjectsTheFullestFirst)
{
    for (const auto& [name, percent] : { std::pair { "half", 50U }, std::pair { "over", 130U } }) {
        UsageLine line;
        line.account = Name { name };
        line.projection = { .used = percent * 3600, .limit = 360000, .left = 0, .percent = percent };
        month.lines.push_back(line);
    }
    UsageLine none;
    none.account = Name { "unlimited" };
    month.lines.push_back(none);
    const auto html = page();
    EXPECT_EQ(nesting(html), "");
    EXPECT_LT(html.find(">over<"), html.find(">half<"));
    EXPECT_THAT(html, HasSubstr("value=\"100\"></meter> 130%"));
    EXPECT_THAT(html, HasSubstr("no limit known"));
    EXPECT_THAT(html, HasSubstr(">130.0<"));
}

TEST_F(StatusPage, NothingOfOthersIsMarkup)
{
    const std::string evil = "<script>alert(1)</script>\" onload='x'";
    cycle(R"({"portal_error":"<script>alert(1)</script>\" onload='x'",
        "blocked":[{"key":"<b>","why":"</li></ul>"}],"findings":[{"subject":"<img>","text":"&"}]})");
    config.clusters.front().name = evil;
    UsageLine line;
    line.account = Name { evil };
    month.lines.push_back(line);
    changes = { { .at = view_time(), .said = "<i>said</i>" } };
    const auto html = page();
    EXPECT_EQ(nesting(html), "");
    for (const auto* foreign : { "<script", "<img", "<b>", "<i>", "onload='" })
        EXPECT_THAT(html, Not(HasSubstr(foreign)));
}

TEST_F(StatusPage, StaysSmallHoweverMuchThereIs)
{
    for (int i = 0; i < 3000; ++i) {
        UsageLine line;
        line.account = Name { "p" + std::to_string(i) };
        month.lines.push_back(line);
    }
    EXPECT_THAT(page(), HasSubstr("and 2500 more"));
    EXPECT_LT(page().size(), 500'000U);
}

TEST(HtmlText, LeavesNothingThatIsMarkup)
{
    EXPECT_EQ(html_text("<a b=\"c\" d='e'>&\n\x1b"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp; ?");
}

} // namespace
} // namespace site
