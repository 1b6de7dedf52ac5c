#include "simulation/history.hpp"

#include <algorithm>
#include <cstdio>

namespace site::simulation {
namespace {

std::string facts(const CycleSeen& seen)
{
    std::string out;
    const auto count = seen.writes[0].size() + seen.writes[1].size();
    out += std::to_string(count) + " changes";
    if (seen.killed)
        return out + ", killed";
    if (seen.report->error)
        out += ", error: " + seen.report->error->text;
    if (seen.report->portal_error)
        out += ", portal: " + seen.report->portal_error->text;
    for (const auto& trip : seen.report->plan.guards)
        out += ", guard " + trip.guard + " holds " + std::to_string(trip.held.size());
    for (const auto& sick : seen.report->plan.sick)
        out += ", sick: " + sick.plugin;
    return out;
}

} // namespace

History::History(std::uint64_t seed, const Planted& planted, Print print)
    : random_(seed * 0x9E3779B97F4A7C15ULL + 1), print_(print),
      world_(planted, { seed % 16 == 15, static_cast<std::uint32_t>(3 + seed % 10) }), oracle_(world_)
{
}

void History::say(const std::string& line)
{
    told_.push_back(std::to_string(steps_) + ": " + line);
    if (print_ == Print::steps)
        std::printf("%s\n", told_.back().c_str());
}

void History::count(const CycleSeen& seen)
{
    ++happened_[seen.mode == CycleMode::plan ? "plan" : "cycle"];
    if (seen.killed)
        ++happened_["cycle killed"];
    if (seen.report) {
        for (const auto& trip : seen.report->plan.guards)
            ++happened_["guard " + trip.guard];
        const auto& steps = seen.report->plan.steps;
        if (std::any_of(steps.begin(), steps.end(), [](const Step& step) {
                return std::any_of(step.changes.begin(), step.changes.end(),
                    [](const Change& change) { return change.action == Action::remove; });
            }))
            ++happened_["plan with removals"];
        if (!seen.report->plan.allowed.empty())
            ++happened_["guard passed"];
        if (!seen.report->plan.sick.empty())
            ++happened_["plugin sick"];
        if (!seen.report->plan.fresh)
            ++happened_["portal away"];
        if (seen.report->error)
            ++happened_["nothing to act on"];
    }
    for (const auto& writes : seen.writes)
        for (const auto& [change, stood, made_before] : writes) {
            ++happened_[std::string(name(change.action)) + " " + std::string(name(change.key.kind))];
            for (const auto& field : change.fields)
                if (field.release)
                    ++happened_["lift " + field.field.text()];
                else if (change.action == Action::update)
                    ++happened_["set " + field.field.text()
                        + (change.effect == Effect::stops ? " by the ledger" : "")];
            if (seen.report && !seen.report->plan.fresh)
                ++happened_["gate closed while the portal is away"];
        }
}

std::optional<Violation> History::play()
{
    begin();
    const auto count = 8 + below(23);
    while (!over() && steps_ < count) {
        ++steps_;
        step();
    }
    if (!over())
        recover();
    if (over())
        say("rule " + std::to_string(world_.verdict.first()->rule) + ": " + world_.verdict.first()->text);
    return world_.verdict.first();
}

void History::begin()
{
    world_.portal.closes_months = chance(30);
    const auto count = 2 + below(4);
    for (std::size_t i = 0; i < count; ++i) {
        auto& project = add_project();
        for (const auto* person : people)
            if (chance(40))
                join(project, person);
    }
    if (chance(20))
        somebody_is_at_the_site();
    plan();
    reconcile();
    usage();
}

void History::step()
{
    const auto what = below(100);
    if (what < 26)
        reconcile();
    else if (what < 36)
        pass_time();
    else if (what < 44)
        usage();
    else if (what < 47)
        status();
    else if (what < 62)
        portal_changes();
    else if (what < 70)
        portal_lies();
    else if (what < 77)
        site_falls_ill();
    else if (what < 82)
        agent_is_killed();
    else if (what < 88)
        somebody_is_at_the_site();
    else if (what < 92)
        jobs_run();
    else if (what < 94)
        accounting_fails();
    else if (what < 97)
        operator_allows();
    else
        all_is_well_again();
}

void History::plan()
{
    const auto before = world_.store();
    const auto seen = world_.cycle(CycleMode::plan);
    count(seen);
    if (!seen.killed) {
        say("plan: " + std::to_string(seen.report->plan.size()) + " changes");
        oracle_.after_plan(before, seen);
    }
}

CycleSeen History::cycle()
{
    auto seen = world_.cycle(CycleMode::apply);
    count(seen);
    say("cycle: " + facts(seen));
    for (std::size_t i = 0; i < world_.sites.size(); ++i)
        for (const auto& write : seen.writes[i])
            if (print_ == Print::steps)
                say("  " + world_.sites[i].name + ": " + text(write.change));
    if (print_ == Print::steps && seen.report) {
        for (const auto& finding : seen.report->plan.findings)
            say("  found: " + finding.code + " " + finding.subject + ": " + finding.text);
        for (const auto& blocked : seen.report->plan.blocked)
            say("  left alone: " + text(blocked.key) + ": " + blocked.why);
    }
    if (seen.report && !seen.report->plan.guards.empty())
        last_plan_ = seen.report->plan;
    oracle_.after_cycle(seen);
    return seen;
}

void History::reconcile()
{
    const bool mind = !world_.kill_pending();
    if (mind && chance(25) && !over())
        plan();
    const auto seen = cycle();
    if (over())
        return;
    if (mind && oracle_.calm(seen) && chance(25))
        idle();
    if (world_.portal.lie != Lie::none && chance(70)) {
        world_.portal.lie = Lie::none;
        world_.portal.hidden.clear();
        say("the portal is honest again");
    }
}

/// Two calm cycles leave nothing to do.
void History::idle()
{
    if (std::any_of(world_.sites.begin(), world_.sites.end(), [](const Site& site) {
            return site.ill() || !site.fake.refuses.empty() || !site.fake.busy.empty();
        }))
        return;
    for (int i = 0; i < 2; ++i)
        if (!oracle_.calm(cycle()) || over())
            return;
    if (!oracle_.settled())
        return;
    say("an idle cycle");
    ++happened_["idle cycle"];
    oracle_.after_idle(world_.cycle(CycleMode::apply));
}

void History::usage()
{
    const auto seen = world_.usage();
    ++happened_[seen.killed ? "usage killed" : !seen.collected ? "usage not read" : "usage"];
    happened_["figures heard"] += world_.portal.asked.heard.size();
    if (seen.collected && seen.failed_windows > 0)
        ++happened_["usage not whole"];
    if (seen.waiting > 0)
        ++happened_["usage waits"];
    say("usage: "
        + std::string(seen.killed ? "killed"
                : seen.collected  ? "read"
                                  : "not read")
        + ", " + std::to_string(seen.calls) + " calls, " + std::to_string(seen.waiting) + " waiting");
    if (print_ == Print::steps)
        for (const auto& figure : world_.portal.asked.heard)
            say("  heard " + figure);
    oracle_.after_usage(seen);
}

void History::status()
{
    const bool done = world_.status();
    say(done ? "status read" : "status not read");
    if (done)
        oracle_.after_status();
}

void History::operator_allows()
{
    if (!last_plan_)
        return;
    const auto before = world_.store();
    const auto seen = world_.cycle(CycleMode::plan);
    if (seen.killed)
        return;
    oracle_.after_plan(before, seen);
    const auto& plan = seen.report->plan;
    if (plan.guards.empty())
        return;
    AllowRequest request { {}, plan.id };
    for (const auto& trip : plan.guards)
        if (trip.scope == GuardScope::taking_away)
            request.guards.push_back(trip.guard);
    if (request.guards.empty())
        return;
    oracle_.allow(plan);
    const auto done = world_.cycle(CycleMode::apply, request);
    count(done);
    say("allowed " + request.guards.front() + ": " + facts(done));
    oracle_.after_cycle(done);
    last_plan_.reset();
}

void History::pass(Seconds by)
{
    world_.clock.advance(by);
    say(span_text(by) + " pass; it is " + text(world_.clock.plain().now()));
}

void History::pass_time()
{
    const auto now = world_.clock.plain().now();
    const auto turn = start_of(month_of(now) + std::chrono::months { 1 });
    switch (below(7)) {
    case 0:
        pass(Seconds { 600 });
        break;
    case 1:
        pass(Seconds { 2 * 3600 });
        break;
    case 2:
    case 3:
        pass(Seconds { 25 * 3600 });
        break;
    case 4:
        pass(Seconds { 3 * 86400 });
        break;
    case 5:
        pass(Seconds { 8 * 86400 });
        break;
    default:
        pass(turn - now + Seconds { 3600 });
    }
    if (chance(60))
        usage();
    if (chance(60))
        reconcile();
}

/// Everything is well, for long enough that what failed is tried again.
void History::recover()
{
    all_is_well_again();
    status();
    for (int i = 0; i < 3 && !over(); ++i)
        cycle();
    usage();
    for (int i = 0; i < 2 && !over(); ++i) {
        pass(Seconds { 7 * 3600 });
        usage();
        cycle();
    }
    if (over())
        return;
    oracle_.after_recovery();
    idle();
    const auto again = world_.usage();
    if (again.calls > 0 && print_ == Print::steps)
        for (const auto& figure : world_.portal.asked.heard)
            say("  again " + figure);
    if (again.calls > 0)
        world_.verdict.broken(5, "usage is sent again although nothing is new");
}

} // namespace site::simulation
