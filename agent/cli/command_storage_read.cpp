#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

boost::json::object json(const StorageReport& report)
{
    boost::json::array volumes;
    for (const auto& one : report.volumes) {
        boost::json::array findings;
        for (const auto& finding : one.findings)
            findings.push_back(boost::json::object {
                { "code", finding.code }, { "subject", finding.subject }, { "text", finding.text } });
        volumes.push_back(boost::json::object { { "volume", one.volume }, { "levels", one.levels },
            { "error", one.error ? one.error->text : "" }, { "findings", std::move(findings) } });
    }
    return { { "volumes", std::move(volumes) }, { "queued", report.queued } };
}

} // namespace

int command_storage_read(Desk& desk)
{
    auto agent = Agent::open(desk.config, Agent::Purpose::act, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    if (!(*agent)->keeps_volumes())
        return desk.fail({ Errc::invalid, "this cluster keeps no volumes" });
    const auto& screen = desk.screen;
    const bool text = screen.form != Form::json;
    const auto report = (*agent)->read_levels([&](const VolumeRead& one) {
        if (!text)
            return;
        screen.out << "volume " << one.volume << ": "
                   << (one.error ? screen.tinted(Tint::bad, one.error->text)
                                 : std::to_string(one.levels) + " levels")
                   << "\n";
        for (const auto& finding : one.findings)
            screen.out << "  " << finding.code << ": " << finding.subject << ": " << finding.text << "\n";
    });
    if (!report)
        return desk.fail(report.error());
    for (const auto& finding : report->findings)
        screen.messages << name(finding.severity) << " " << finding.code << ": " << finding.subject << ": "
                        << finding.text << "\n";
    if (text)
        screen.out << report->queued << " reports queued\n";
    else
        screen.out << boost::json::serialize(json(*report)) << "\n";
    bool failed = desk.signals.stop_requested();
    for (const auto& one : report->volumes)
        failed = failed || one.error.has_value();
    return failed ? exit_code::error : exit_code::ok;
}

} // namespace site
