#include "accounting/stored_month.hpp"
#include "cli/commands.hpp"
#include "cli/draw_usage.hpp"
#include "cli/exit_code.hpp"
#include "cli/render_usage.hpp"
#include "system/atomic_file.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

/// Whose usage a picture shows.
std::string whose(const Desk& desk)
{
    const auto& arguments = desk.arguments;
    const auto projects = arguments.project.empty() ? "all projects on " + desk.config.clusters.front().name
                                                    : arguments.project;
    return arguments.user.empty() ? projects : arguments.user + ", " + projects;
}

} // namespace

int command_usage_show(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const auto& arguments = desk.arguments;
    const auto usage = stored_month_usage(**database, desk.config.clusters.front(), desk.clock.now(),
        { .month = arguments.month,
            .by_user = arguments.by_user,
            .project = arguments.project,
            .user = Name { arguments.user } });
    if (!usage)
        return desk.fail(usage.error());
    if (!desk.arguments.svg.empty())
        if (auto put = write_atomically(desk.arguments.svg, usage_svg(*usage, whose(desk)), 0640); !put)
            return desk.fail(put.error());
    const auto& screen = desk.screen;
    switch (screen.form) {
    case Form::json:
        screen.out << boost::json::serialize(usage_json(*usage)) << "\n";
        break;
    case Form::csv:
        screen.out << usage_csv(*usage);
        break;
    case Form::yaml: // refused with the command line
    case Form::text:
        screen.out << usage_table(*usage, screen);
    }
    return exit_code::ok;
}

int command_usage_collect(Desk& desk)
{
    auto agent = Agent::open(desk.config, Agent::Purpose::act, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    std::size_t days = 0;
    auto report = (*agent)->collect([&](const LedgerDay& day) {
        ++days;
        if (desk.screen.terminal)
            desk.screen.messages << "\r\033[K" << text(day.day) << ": " << day.job_rows << " job records"
                                 << std::flush;
    });
    if (desk.screen.terminal)
        desk.screen.messages << "\r\033[K" << std::flush;
    if (!report)
        return desk.fail(report.error());
    Drained drained;
    if (!desk.arguments.no_send) {
        auto sent = (*agent)->send(Due::all);
        if (!sent)
            return desk.fail(sent.error());
        drained = std::move(*sent);
    }
    const bool bad = drained.failed > 0
        || std::any_of(report->findings.begin(), report->findings.end(),
            [](const Finding& finding) { return finding.severity == Severity::error; });
    if (desk.screen.form == Form::json) {
        desk.screen.out << boost::json::serialize(boost::json::object { { "days", days },
            { "job_records", report->collected.job_rows }, { "queued", report->queued },
            { "sent", drained.sent }, { "failed", drained.failed }, { "refused", drained.refused } })
                        << "\n";
        return bad ? exit_code::error : exit_code::ok;
    }
    for (const auto& finding : report->findings)
        desk.screen.messages << name(finding.severity) << " " << finding.code << ": " << finding.subject
                             << ": " << finding.text << "\n";
    for (const auto& error : drained.errors)
        desk.screen.messages << error << "\n";
    desk.screen.out << report->collected.job_rows << " job records of " << days << " days read; "
                    << report->queued << " reports queued, " << drained.sent << " sent, " << drained.failed
                    << " failed, " << drained.refused << " refused\n";
    return bad ? exit_code::error : exit_code::ok;
}

} // namespace site
