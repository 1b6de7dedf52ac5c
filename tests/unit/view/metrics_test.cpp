#include "view/metrics.hpp"

#include "unit/view/view_fixture.hpp"

#include <fstream>
#include <iterator>
#include <set>

namespace site {
namespace {

using test::view_time;
using testing::HasSubstr;
using testing::Not;

struct MetricsText : test::ViewFixture {
    std::string text() { return metrics_text(situation, &month, config, view_time()); }
    void used(const char* account, std::uint64_t seconds, std::optional<std::uint64_t> limit = {})
    {
        UsageLine line;
        line.account = Name { account };
        line.projection.used = seconds;
        line.projection.limit = limit;
        month.lines.push_back(line);
    }
    MonthUsage month;
};

TEST_F(MetricsText, TellsHowTheLastCycleWas)
{
    cycle(R"({"allocations":2,"associations":5,"outcomes":{"done":3,"failed":1},
        "guards":[{"guard":"taking-away","text":"","held":6}],"sick":[{"plugin":"slurm","error":"x"}],
        "findings":[{"code":"no-resource"},{"code":"no-resource"}]})");
    const auto all = text();
    for (const auto* line : { "site_agent_ready{cluster=\"c1\"} 0\n",
             "site_agent_last_cycle_timestamp_seconds{cluster=\"c1\"} 1793879940\n",
             "site_agent_associations{cluster=\"c1\"} 5\n",
             "site_agent_guard_held_changes{cluster=\"c1\",guard=\"taking-away\"} 6\n",
             "site_agent_guard_held_changes{cluster=\"c1\",guard=\"clock\"} -1\n",
             "site_agent_plugin_out{cluster=\"c1\",plugin=\"slurm\"} 1\n",
             "site_agent_findings{cluster=\"c1\",code=\"no-resource\"} 2\n",
             "site_agent_changes{cluster=\"c1\",outcome=\"failed\"} 1\n",
             "site_agent_outbox_oldest_age_seconds{cluster=\"c1\"} -1\n" })
        EXPECT_THAT(all, HasSubstr(line));
}

TEST_F(MetricsText, TellsHowLongTheOldestReportWaits)
{
    situation.outbox
        = { { .measured = view_time() - Seconds { 30 } }, { .measured = view_time() - Seconds { 90 } } };
    EXPECT_THAT(text(), HasSubstr("site_agent_outbox_oldest_age_seconds{cluster=\"c1\"} 90\n"));
    EXPECT_THAT(text(), HasSubstr("site_agent_outbox_rows{cluster=\"c1\"} 2\n"));
}

TEST_F(MetricsText, HasNoMoreProjectsThanItMay)
{
    used("small", 10);
    used("large", 5000, 3600);
    used("middle", 500);
    config.endpoint.metrics_projects = 2;
    EXPECT_THAT(
        text(), HasSubstr("site_agent_project_used_node_seconds{cluster=\"c1\",project=\"large\"} 5000\n"));
    EXPECT_THAT(
        text(), HasSubstr("site_agent_project_limit_node_seconds{cluster=\"c1\",project=\"large\"} 3600\n"));
    EXPECT_THAT(text(), HasSubstr("project=\"middle\"} 500\n"));
    EXPECT_THAT(text(), Not(HasSubstr("small")));
    config.endpoint.metrics_projects = 0;
    EXPECT_THAT(text(), Not(HasSubstr("project=")));
}

TEST_F(MetricsText, KeepsEveryNumberWhole)
{
    used("a", 9'007'199'254'740'991);
    EXPECT_THAT(text(), HasSubstr("project=\"a\"} 9007199254740991\n"));
}

TEST(MetricNames, AreEachInTheDocuments)
{
    std::ifstream file(SITE_DOCS_DIR "/metrics.md");
    const std::string page { std::istreambuf_iterator<char>(file), {} };
    ASSERT_FALSE(page.empty());
    std::set<std::string> names;
    for (const auto& name : metric_names()) {
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_THAT(page, HasSubstr("`" + name + "`"));
    }
    EXPECT_GT(names.size(), 20U);
}

} // namespace
} // namespace site
