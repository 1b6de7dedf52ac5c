#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/render_plan.hpp"
#include "core/cycle_summary.hpp"

#include <boost/json.hpp>

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace site {
namespace {

Result<std::vector<std::string>> commands(Agent& agent, const Plan& plan)
{
    std::vector<std::string> all;
    for (const auto& step : plan.steps)
        for (auto* backend : agent.backends()) {
            if (backend->name() != step.plugin)
                continue;
            auto lines = backend->commands(step.changes);
            if (!lines)
                return lines.error();
            all.insert(all.end(), lines->begin(), lines->end());
        }
    return all;
}

} // namespace

void end_progress(const Screen& screen)
{
    if (screen.terminal)
        screen.messages << "\r\033[K" << std::flush;
}

std::string asker(std::string_view verb)
{
    const auto* account = ::getpwuid(::getuid());
    std::string who = account ? account->pw_name : "uid " + std::to_string(::getuid());
    const auto* person = std::getenv("SUDO_USER");
    if (person && *person)
        who += " (sudo by " + std::string(person).substr(0, 32) + ")";
    return std::string(verb) + " by " + who;
}

int command_plan(Desk& desk)
{
    auto agent = Agent::open(desk.config, Agent::Purpose::look, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    auto report = (*agent)->plan(desk.arguments.snapshot);
    end_progress(desk.screen);
    if (!report)
        return desk.fail(report.error());
    PlanView view { *report, {} };
    if (desk.arguments.commands) {
        auto lines = commands(**agent, report->plan);
        if (!lines)
            return desk.fail(lines.error());
        view.commands = std::move(*lines);
    }
    desk.screen.out << (desk.screen.form == Form::json ? plan_json(view) : plan_text(view, desk.screen));
    return report->exit_code();
}

int command_apply(Desk& desk)
{
    if (desk.config.mode == OperatingMode::audit)
        return desk.fail(
            { Errc::refused, "the configuration says `mode: audit`: nothing is changed; see `plan`" });
    auto agent = Agent::open(desk.config, Agent::Purpose::act, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    std::optional<AllowRequest> allow;
    if (!desk.arguments.allow.empty())
        allow = AllowRequest { desk.arguments.allow, desk.arguments.plan };
    auto report = (*agent)->apply(asker("apply"), allow);
    end_progress(desk.screen);
    if (!report)
        return desk.fail(report.error());
    if (desk.screen.form == Form::json)
        desk.screen.out << summary(*report, "apply") << "\n";
    else
        desk.screen.out << apply_text(*report, desk.screen);
    return report->exit_code();
}

} // namespace site
