#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

#include <boost/json.hpp>

namespace site {

int command_usage_release(Desk& desk)
{
    const auto month = desk.arguments.month.value_or(
        month_of(desk.clock.now(), desk.config.clusters.front().usage.zone_offset));
    if (!desk.confirmed("Let the portal's figures of " + desk.arguments.name + " in " + text(month)
            + " fall to those of our ledger?"))
        return exit_code::error;
    auto agent = Agent::open(desk.config, Agent::Purpose::act, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    const auto released = (*agent)->release_usage(desk.arguments.name, month, asker("usage release"));
    if (!released)
        return desk.fail(released.error());
    if (desk.screen.form == Form::json)
        desk.screen.out << boost::json::serialize(boost::json::object { { "released", *released } }) << "\n";
    else
        desk.screen.out << "released; the next reading of the usage sends them\n";
    return exit_code::ok;
}

} // namespace site
