#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/render_explain.hpp"

namespace site {

int command_explain(Desk& desk)
{
    const auto& arguments = desk.arguments;
    auto agent = Agent::open(desk.config, Agent::Purpose::look, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    ExplainRequest request { arguments.name, {} };
    if (arguments.as_user)
        request.sort = SubjectSort::user;
    if (arguments.as_project)
        request.sort = SubjectSort::project;
    const auto report = (*agent)->explain(request);
    end_progress(desk.screen);
    if (!report)
        return desk.fail(report.error());
    if (report->error)
        return desk.fail(*report->error);
    const auto now = desk.clock.now();
    desk.screen.out << (desk.screen.form == Form::json
            ? explain_json(*report, arguments.name, now)
            : explain_text(*report, arguments.name, now, desk.screen));
    if (report->explained.empty())
        return exit_code::error;
    return report->all_hold() ? exit_code::ok : exit_code::changes;
}

} // namespace site
