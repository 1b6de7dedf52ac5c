#include "accounting/stored_month.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "view/metrics.hpp"

namespace site {

int command_metrics(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const auto now = desk.clock.now();
    auto seen = situation(desk.config, desk.clock, **database, "site-agent metrics");
    if (!seen)
        return desk.fail(seen.error());
    auto month = stored_month_usage(**database, desk.config.clusters.front(), now, {});
    if (!month)
        return desk.fail(month.error());
    desk.screen.out << metrics_text(*seen, &*month, desk.config, now);
    return exit_code::ok;
}

} // namespace site
