#include "core/cycle_summary.hpp"

#include <boost/json.hpp>

#include <map>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::size_t most_listed = 200;
constexpr std::size_t most_planned = 2000;

json::object finding(const Finding& found)
{
    return { { "severity", name(found.severity) }, { "code", found.code }, { "subject", found.subject },
        { "text", found.text }, { "advice", found.advice } };
}

json::array guards(const Plan& plan)
{
    json::array out;
    for (const auto& trip : plan.guards)
        out.push_back(
            json::object { { "guard", trip.guard }, { "text", trip.text }, { "held", trip.held.size() } });
    return out;
}

json::array allowed(const Plan& plan)
{
    json::array out;
    for (const auto& trip : plan.allowed)
        out.push_back(json::object { { "guard", trip.guard }, { "text", trip.text },
            { "passed", trip.held.size() }, { "by", trip.allowed_by } });
    return out;
}

json::array findings(const Plan& plan)
{
    json::array out;
    for (const auto& found : plan.findings)
        if (out.size() < most_listed)
            out.push_back(finding(found));
    return out;
}

json::array blocked(const Plan& plan)
{
    json::array out;
    for (const auto& one : plan.blocked)
        if (out.size() < most_listed)
            out.push_back(
                json::object { { "key", text(one.key) }, { "why", one.why }, { "waits", one.waits } });
    return out;
}

/// What would have been done, for an audit: the text of each change with its reason.
json::array planned(const Plan& plan)
{
    json::array out;
    for (const auto& step : plan.steps)
        for (const auto& change : step.changes)
            if (out.size() < most_planned)
                out.emplace_back(text(change) + " (" + change.reason + ")");
    return out;
}

json::object outcomes(const CycleReport& report)
{
    std::map<std::string, std::size_t> counts;
    json::array not_done;
    for (const auto& one : report.outcomes) {
        ++counts[one.outcome];
        if (one.outcome != "done" && not_done.size() < most_listed)
            not_done.push_back(json::object {
                { "change", text(one.change) }, { "outcome", one.outcome }, { "said", one.said } });
    }
    json::object out;
    for (const auto* outcome : { "done", "failed", "later", "open" })
        out[outcome] = counts[outcome];
    out["not_done"] = std::move(not_done);
    return out;
}

} // namespace

std::string summary(const CycleReport& report, std::string_view by)
{
    const auto& plan = report.plan;
    json::object out {
        { "cluster", plan.cluster.text() },
        { "at", text(plan.at) },
        { "by", by },
        { "fresh", plan.fresh },
        { "plan", plan.id },
        { "changes", plan.size() },
        { "allocations", report.allocations },
        { "associations", report.associations },
        { "without_names", report.without_names },
        { "waiting", report.waiting },
        { "foreign_allocations", report.foreign_allocations },
        { "foreign_associations", report.foreign_associations },
        { "outcomes", outcomes(report) },
        { "guards", guards(plan) },
        { "allowed", allowed(plan) },
        { "blocked_count", plan.blocked.size() },
        { "blocked", blocked(plan) },
        { "findings_count", plan.findings.size() },
        { "findings", findings(plan) },
        { "stopped", report.stopped },
    };
    if (report.outcomes.empty())
        out["plan_changes"] = planned(plan);
    json::array sick;
    for (const auto& one : plan.sick)
        sick.push_back(json::object { { "plugin", one.plugin }, { "error", one.error.text } });
    out["sick"] = std::move(sick);
    if (report.portal_error)
        out["portal_error"] = report.portal_error->text;
    if (report.error)
        out["error"] = report.error->text;
    return json::serialize(out);
}

} // namespace site
