#include "cli/render_plan.hpp"

#include "core/cycle_summary.hpp"
#include "core/guard.hpp"

#include <boost/json.hpp>

#include <map>
#include <set>

namespace site {
namespace {

namespace json = boost::json;

std::string count(std::size_t number, const std::string& noun)
{
    return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string sign(const Change& change, const Screen& screen)
{
    switch (change.action) {
    case Action::create:
        return screen.tinted(Tint::good, "+");
    case Action::update:
        return screen.tinted(change.effect == Effect::gives ? Tint::warn : Tint::bad, "~");
    case Action::remove:
        break;
    }
    return screen.tinted(Tint::bad, "-");
}

std::string change_text(const Change& change, const Screen& screen)
{
    return "  " + sign(change, screen) + " " + text(change) + "\n      "
        + screen.tinted(Tint::faint, "because: " + change.reason) + "\n";
}

/// How a person who has looked at the plan lets it pass.
std::string allow_text(const Plan& plan)
{
    std::string command = "site-agent apply";
    std::set<std::string> named;
    for (const auto& trip : plan.guards) {
        if (!may_be_allowed(trip.guard))
            return {};
        if (named.insert(trip.guard).second)
            command += " --allow " + trip.guard;
    }
    return "to let just these changes happen, once: " + command + " --plan " + plan.id + "\n";
}

std::string guards_text(const Plan& plan, const Screen& screen)
{
    std::string out;
    for (const auto& trip : plan.guards) {
        out += screen.tinted(Tint::bad, "guard " + trip.guard + ": " + trip.text) + "\n";
        if (!trip.held.empty())
            out += "held by it:\n";
        for (const auto& held : trip.held)
            out += change_text(held.change, screen);
    }
    for (const auto& trip : plan.allowed)
        out += screen.tinted(Tint::warn, "guard " + trip.guard + " passed by " + trip.allowed_by) + ": "
            + trip.text + "\n";
    return out + (plan.guards.empty() ? "" : allow_text(plan));
}

std::string troubles_text(const CycleReport& report, const Screen& screen)
{
    std::string out;
    const auto& plan = report.plan;
    if (report.error)
        out += screen.tinted(Tint::bad, "error: " + report.error->text) + "\n";
    if (report.portal_error)
        out += screen.tinted(Tint::bad,
                   "the portal is away, so only gates may close, from our own ledger: "
                       + report.portal_error->text)
            + "\n";
    for (const auto& sick : plan.sick)
        out += screen.tinted(Tint::bad, "plugin " + sick.plugin + " is out of this cycle: " + sick.error.text)
            + "\n";
    out += guards_text(plan, screen);
    for (const auto& blocked : plan.blocked)
        out += screen.tinted(Tint::warn, blocked.waits ? "waits:    " : "not ours: ") + text(blocked.key)
            + ": " + blocked.why + "\n";
    for (const auto& finding : plan.findings)
        out += screen.tinted(tint(finding.severity), std::string(name(finding.severity)) + " " + finding.code)
            + ": " + (finding.subject.empty() ? "" : finding.subject + ": ") + finding.text
            + (finding.advice.empty() ? "" : " (" + finding.advice + ")") + "\n";
    return out;
}

json::array fields_json(const Change& change)
{
    json::array fields;
    const auto value = [](const Value& held) -> json::value {
        if (held.unset())
            return nullptr;
        if (const auto number = held.number())
            return *number;
        return json::string(held.text());
    };
    for (const auto& field : change.fields)
        fields.push_back(json::object { { "field", field.field.text() }, { "before", value(field.before) },
            { "after", value(field.after) } });
    return fields;
}

json::object change_json(const Change& change)
{
    return { { "action", name(change.action) }, { "kind", name(change.key.kind) },
        { "cluster", change.key.cluster.text() }, { "name", change.key.name.text() },
        { "member", change.key.member.text() }, { "part", change.key.part.text() },
        { "takes_away", change.effect == Effect::takes_away }, { "fields", fields_json(change) },
        { "reason", change.reason } };
}

} // namespace

std::string plan_text(const PlanView& view, const Screen& screen)
{
    const auto& report = view.report;
    const auto& plan = report.plan;
    std::string out = "cluster " + plan.cluster.text() + ": " + count(report.allocations, "allocation")
        + " and " + count(report.associations, "association") + " of this cluster; "
        + std::to_string(report.foreign_allocations) + " and " + std::to_string(report.foreign_associations)
        + " of others set aside\n";
    for (const auto& step : plan.steps) {
        out += "\n" + screen.tinted(Tint::strong, step.plugin + ", " + std::string(name(step.phase))) + " ("
            + count(step.changes.size(), "change") + ")\n";
        for (const auto& change : step.changes)
            out += change_text(change, screen);
    }
    if (!view.commands.empty()) {
        out += "\ncommands that would run:\n";
        for (const auto& command : view.commands)
            out += "  " + command + "\n";
    }
    const auto troubles = troubles_text(report, screen);
    out += troubles.empty() ? "" : "\n" + troubles;
    if (report.waiting > 0)
        out += "waiting for a Unix user: " + count(report.waiting, "member") + "\n";
    if (report.without_names > 0)
        out += "without a local name yet: " + count(report.without_names, "association") + "\n";
    out += "\n";
    std::size_t held = 0;
    for (const auto& trip : plan.guards)
        held += trip.held.size();
    if (plan.size() + held > 0)
        out += "plan " + plan.id + ": " + count(plan.size(), "change")
            + (held > 0 ? ", and " + std::to_string(held) + " held by guards" : "") + "\n";
    else if (report.exit_code() == 0)
        out += screen.tinted(Tint::good, "nothing to do") + "\n";
    else
        out += "nothing that may be done\n";
    return out;
}

std::string plan_json(const PlanView& view)
{
    const auto& report = view.report;
    auto out = json::parse(summary(report, "plan")).as_object();
    json::array steps;
    for (const auto& step : report.plan.steps) {
        json::array changes;
        for (const auto& change : step.changes)
            changes.push_back(change_json(change));
        steps.push_back(json::object {
            { "plugin", step.plugin }, { "phase", name(step.phase) }, { "changes", std::move(changes) } });
    }
    json::array held;
    for (const auto& trip : report.plan.guards)
        for (const auto& change : trip.held)
            held.push_back(change_json(change.change));
    json::array commands;
    for (const auto& command : view.commands)
        commands.emplace_back(command);
    out["steps"] = std::move(steps);
    out["held"] = std::move(held);
    out["commands"] = std::move(commands);
    out["exit_code"] = report.exit_code();
    return json::serialize(out) + "\n";
}

std::string apply_text(const CycleReport& report, const Screen& screen)
{
    std::map<std::string, std::size_t> counts;
    std::string out;
    for (const auto& one : report.outcomes) {
        ++counts[one.outcome];
        if (one.outcome == "done")
            out += "  " + sign(one.change, screen) + " " + text(one.change) + "\n";
        else
            out += "  " + screen.tinted(one.outcome == "later" ? Tint::warn : Tint::bad, one.outcome) + " "
                + text(one.change) + (one.said.empty() ? "" : ": " + one.said) + "\n";
    }
    out += troubles_text(report, screen);
    if (report.stopped)
        out += "ended early because it was asked to; apply again goes on where this stopped\n";
    if (report.outcomes.empty())
        return out
            + (report.exit_code() == 0 ? screen.tinted(Tint::good, "nothing to do") : "nothing was done")
            + "\n";
    std::string line;
    for (const auto& [outcome, number] : counts)
        line += (line.empty() ? "" : ", ") + std::to_string(number) + " " + outcome;
    return out + count(report.outcomes.size(), "change") + ": " + line + "\n";
}

} // namespace site
