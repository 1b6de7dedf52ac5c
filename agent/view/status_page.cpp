#include "view/status_page.hpp"

#include "view/health.hpp"
#include "view/html.hpp"
#include "view/sparkline.hpp"

#include <algorithm>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::string_view style
    = R"(:root{color-scheme:light dark;--back:#ffffff;--text:#1f2328;--faint:#57606a;--line:#d0d7de;
--card:#f6f8fa;--good:#1a7f37;--warn:#7d4e00;--bad:#b3151f;--bar:#0969da}
@media (prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--faint:#9da7b3;--line:#30363d;
--card:#161b22;--good:#56d364;--warn:#e3b341;--bad:#ff7b72;--bar:#58a6ff}}
*{box-sizing:border-box}
body{margin:0;padding:1rem;background:var(--back);color:var(--text);font:15px/1.45 system-ui,sans-serif}
main{max-width:70rem;margin:auto}
h1{font-size:1.3rem;margin:0 0 .5rem}
h2{font-size:1.05rem;margin:1.6rem 0 .5rem}
.state{border:1px solid var(--line);border-left:.4rem solid var(--good);background:var(--card);padding:.6rem .8rem}
.state.bad{border-left-color:var(--bad)}
.state p{margin:.2rem 0}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.faint{color:var(--faint)}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.4rem 1rem;margin:.8rem 0}
dl div{border-top:1px solid var(--line);padding-top:.3rem}
dt{color:var(--faint);font-size:.85rem}
dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--faint);font-weight:600;font-size:.85rem}
td.number{text-align:right;white-space:nowrap}
ul{padding-left:1.2rem;margin:.3rem 0}
li{overflow-wrap:anywhere}
meter{width:7rem;height:.8rem}
.spark{display:block}
.curve{fill:none;stroke:var(--bar);stroke-width:1.5}
.spark .limit{stroke:var(--bad);stroke-width:1;stroke-dasharray:3 2}
@media (max-width:40rem){thead{position:absolute;left:-99rem}
tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}
td,td.number{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.1rem 0;text-align:right}
td::before{content:attr(data-head);color:var(--faint);flex:none}}
)";

class PageText {
public:
    void raw(std::string_view text) { out_ += text; }
    void text(std::string_view text) { out_ += html_text(text); }
    void tag(std::string_view tag, std::string_view inner, std::string_view kind = {})
    {
        out_ += "<" + std::string(tag)
            + (kind.empty() ? std::string {} : " class=\"" + std::string(kind) + "\"") + ">"
            + html_text(inner) + "</" + std::string(tag) + ">\n";
    }
    void pair(std::string_view name, std::string_view value, std::string_view kind = {})
    {
        raw("<div>");
        tag("dt", name);
        tag("dd", value, kind);
        raw("</div>\n");
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

std::string ago(std::optional<Instant> at, Instant now)
{
    return at ? span_text(now - *at) + " ago" : "never";
}

/// Node-hours with one decimal, rounded half up.
std::string hours(std::uint64_t seconds)
{
    const auto tenths = (seconds + 180) / 360;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

void state(const StatusView& view, PageText& page)
{
    const auto missing = not_ready(view.situation, view.config, view.now);
    const auto& guards = member_array(view.situation.cycle, "guards");
    page.raw(missing.empty() ? "<div class=\"state\">" : "<div class=\"state bad\">");
    if (missing.empty())
        page.tag("p", "Ready: the last cycle was good and recent.", "good");
    else
        page.tag("p", "Not ready:", "bad");
    for (const auto& line : missing)
        page.tag("p", line, "bad");
    for (const auto& one : guards)
        if (const auto* guard = one.if_object())
            page.tag("p",
                "Guard " + member_text(*guard, "guard") + " holds "
                    + std::to_string(member_number(*guard, "held"))
                    + " changes: " + member_text(*guard, "text"),
                "warn");
    page.raw("</div>\n");
}

void figures(const StatusView& view, PageText& page)
{
    const auto& now = view.situation;
    const auto& cycle = now.cycle;
    page.raw("<dl>\n");
    page.pair("Mode", view.config.mode == OperatingMode::audit ? "audit: nothing is changed" : "enforce");
    page.pair("Service", now.daemon.empty() ? "not running" : "running", now.daemon.empty() ? "bad" : "");
    page.pair("Last cycle", ago(now.cycle_at, view.now));
    page.pair("Portal read whole", ago(now.snapshot_at, view.now));
    page.pair("Allocations, associations",
        std::to_string(member_number(cycle, "allocations")) + ", "
            + std::to_string(member_number(cycle, "associations")));
    page.pair("Usage counted up to",
        now.newest_day ? ago(now.newest_day->read, view.now) + (now.newest_day->whole ? "" : ", not whole")
                       : "never",
        now.newest_day && now.newest_day->whole ? "" : "warn");
    page.pair("Outbox", now.outbox.empty() ? "empty" : std::to_string(now.outbox.size()) + " reports wait",
        now.outbox.empty() ? "" : "warn");
    for (const auto& volume : now.volumes)
        page.pair("Volume " + volume.volume, text(volume, view.now), volume.error.empty() ? "" : "bad");
    page.pair("Newest backup", ago(now.newest_backup, view.now));
    page.raw("</dl>\n");
}

void cell(PageText& page, std::string_view head, std::string_view value, bool number = false)
{
    page.raw(number ? "<td class=\"number\" data-head=\"" : "<td data-head=\"");
    page.text(head);
    page.raw("\">");
    page.text(value);
    page.raw("</td>");
}

void project(const UsageLine& line, Month month, PageText& page)
{
    const auto& projected = line.projection;
    page.raw("<tr>");
    cell(page, "Project", line.account.text());
    page.raw("<td data-head=\"Of the limit\">");
    if (projected.percent) {
        const auto shown = std::to_string(std::min<std::uint64_t>(*projected.percent, 100));
        page.raw("<span><meter min=\"0\" max=\"100\" low=\"80\" high=\"95\" optimum=\"0\" value=\"" + shown
            + "\"></meter> " + std::to_string(*projected.percent) + "%</span>");
    } else {
        page.text(projected.limit ? "the limit is 0" : "no limit known");
    }
    page.raw("</td>");
    cell(page, "Used", hours(projected.used), true);
    cell(page, "Limit", projected.limit ? hours(*projected.limit) : "-", true);
    cell(page, "Left", projected.left ? hours(*projected.left) : "-", true);
    cell(page, "At the month's end", projected.at_end ? hours(*projected.at_end) : "-", true);
    page.raw("<td data-head=\"Month\">" + sparkline(line.by_day, projected.limit, month) + "</td></tr>\n");
}

void projects(const StatusView& view, PageText& page)
{
    page.tag("h2", "Projects in " + text(view.month.month) + ", in node-hours");
    if (view.month.lines.empty()) {
        page.tag("p", "No usage and no limit is known yet.", "faint");
        return;
    }
    if (!view.month.whole)
        page.tag("p", "Days are missing: the figures are not whole.", "warn");
    auto lines = view.month.lines;
    std::stable_sort(lines.begin(), lines.end(), [](const UsageLine& a, const UsageLine& b) {
        return a.projection.percent.value_or(0) > b.projection.percent.value_or(0);
    });
    constexpr std::size_t most = 500;
    page.raw("<div class=\"wide\"><table><thead><tr><th scope=\"col\">Project</th><th scope=\"col\">Of the "
             "limit</th>"
             "<th scope=\"col\">Used</th><th scope=\"col\">Limit</th><th scope=\"col\">Left</th>"
             "<th scope=\"col\">At the month's end</th><th scope=\"col\">Month</th></tr></thead><tbody>\n");
    for (std::size_t i = 0; i < std::min(most, lines.size()); ++i)
        project(lines[i], view.month.month, page);
    page.raw("</tbody></table></div>\n");
    if (lines.size() > most)
        page.tag("p", "and " + std::to_string(lines.size() - most) + " more: site-agent usage", "faint");
}

void list(
    PageText& page, std::string_view title, const std::vector<std::string>& lines, std::string_view none)
{
    constexpr std::size_t most = 100;
    page.tag("h2", title);
    if (lines.empty()) {
        page.tag("p", none, "faint");
        return;
    }
    page.raw("<ul>\n");
    for (std::size_t i = 0; i < std::min(most, lines.size()); ++i)
        page.tag("li", lines[i]);
    page.raw("</ul>\n");
    if (lines.size() > most)
        page.tag("p", "and " + std::to_string(lines.size() - most) + " more: site-agent status", "faint");
}

std::vector<std::string> waiting(const StatusView& view)
{
    const auto& now = view.situation;
    std::vector<std::string> lines;
    for (const auto& one : member_array(now.cycle, "blocked"))
        if (const auto* blocked = one.if_object())
            lines.push_back(member_text(*blocked, "key") + ": " + member_text(*blocked, "why"));
    for (const auto& [allocation, member] : now.gone) {
        const auto& blocked = member ? member->blocked : allocation->blocked;
        const auto span = member ? view.config.member_grace : view.config.allocation_grace;
        lines.push_back(allocation->group.text() + (member ? "/" + member->user.text() : "")
            + ": gone from the portal, "
            + (blocked ? "closed, kept until " + text(*blocked + span) : "its closing is not confirmed yet"));
    }
    for (const auto& [resource, trouble] : now.troubles)
        lines.push_back("resource " + resource.text() + ": " + trouble.text);
    return lines;
}

std::vector<std::string> plan_of(const StatusView& view)
{
    std::vector<std::string> lines;
    for (const auto& one : member_array(view.situation.cycle, "plan_changes"))
        if (const auto* change = one.if_string())
            lines.emplace_back(change->data(), change->size());
    return lines;
}

std::vector<std::string> findings_of(const StatusView& view)
{
    std::vector<std::string> lines;
    for (const auto& one : member_array(view.situation.cycle, "findings"))
        if (const auto* finding = one.if_object())
            lines.push_back(member_text(*finding, "severity") + " " + member_text(*finding, "code") + ": "
                + member_text(*finding, "subject") + ": " + member_text(*finding, "text"));
    return lines;
}

std::vector<std::string> changes_of(const StatusView& view)
{
    std::vector<std::string> lines;
    for (const auto& entry : view.changes)
        lines.push_back(text(entry.at) + " " + std::string(name(entry.outcome)) + ": " + text(entry.change)
            + (entry.said.empty() ? "" : "; " + entry.said) + " (" + entry.change.reason + ")");
    return lines;
}

} // namespace

std::string_view status_page_policy()
{
    return "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'none'";
}

std::string status_page(const StatusView& view)
{
    const auto& cluster = view.config.clusters.front();
    PageText page;
    page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
             "<meta http-equiv=\"refresh\" content=\"60\">");
    page.tag("title", "site-agent: " + cluster.name);
    page.raw("<style>");
    page.raw(style);
    page.raw("</style></head><body><main>\n");
    page.tag("h1", "Cluster " + cluster.name + " and portal " + view.config.portal_of(cluster).name);
    state(view, page);
    figures(view, page);
    projects(view, page);
    list(page, "What waits, and why", waiting(view), "Nothing waits.");
    list(page, "What the plan would do", plan_of(view),
        view.config.mode == OperatingMode::audit ? "Nothing: the site is as the portal says."
                                                 : "Nothing is left over from the last cycle.");
    list(page, "Findings", findings_of(view), "None.");
    list(page, "Last changes", changes_of(view), "None yet.");
    page.raw("<p class=\"faint\">");
    page.text("As of " + text(view.now) + ". This page only shows; it loads itself anew every minute.");
    page.raw("</p></main></body></html>\n");
    return page.take();
}

} // namespace site
