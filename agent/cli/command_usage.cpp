#include "accounting/month_usage.hpp"
#include "cli/commands.hpp"
#include "cli/draw_usage.hpp"
#include "cli/exit_code.hpp"
#include "cli/render_usage.hpp"
#include "model/identifier.hpp"
#include "store/portal_memory.hpp"
#include "system/atomic_file.hpp"

#include <boost/json.hpp>

#include <limits>

namespace site {
namespace {

/// From the last whole snapshot; a past month has none. An account is limited by the allocation that holds
/// its name, not by those that share it.
Result<Limits> limits(
    const ClusterConfig& cluster, const PortalMemory& memory, const Known& known, Month month)
{
    Limits found;
    auto stored = memory.snapshot(Name { cluster.name });
    if (!stored)
        return stored.error();
    if (!*stored || month_of((*stored)->taken, cluster.usage.zone_offset) != month)
        return found;
    auto listing = from_snapshot_text((*stored)->text, cluster.allocations);
    if (!listing)
        return listing.error();
    const auto most = std::numeric_limits<std::uint64_t>::max() / 1000000 / cluster.limit_unit;
    for (const auto& row : listing->allocations) {
        const auto before = known.find(row.uuid);
        if (!row.groupname || !row.node_limit || *row.node_limit < 0
            || static_cast<std::uint64_t>(*row.node_limit) > most
            || (before != known.end() && before->second.shares))
            continue;
        found.emplace(
            Name { *row.groupname }, static_cast<std::uint64_t>(*row.node_limit) * cluster.limit_unit);
    }
    return found;
}

/// The account that a name stands for: its own, or that of a project's identifier.
Result<Name> account_of(
    const std::string& wanted, const Known& known, const Limits& limits, const std::vector<LedgerRow>& rows)
{
    for (const auto& [uuid, allocation] : known)
        if (allocation.identifier == wanted || allocation.group.text() == wanted)
            return allocation.group;
    const Name name { wanted };
    if (limits.contains(name)
        || std::any_of(rows.begin(), rows.end(), [&](const LedgerRow& row) { return row.account == name; }))
        return name;
    return Error { Errc::not_found, "no project " + cited(wanted) + " is known" };
}

Result<MonthUsage> month_usage_of(const Desk& desk, Database& database)
{
    const auto& cluster = desk.config.clusters.front();
    const auto& arguments = desk.arguments;
    const Name name { cluster.name };
    const auto now = desk.clock.now();
    const auto month = arguments.month.value_or(month_of(now, cluster.usage.zone_offset));
    const auto begin = start_of(month, cluster.usage.zone_offset);
    const auto end = start_of(month + std::chrono::months { 1 }, cluster.usage.zone_offset);
    const Ledger ledger(database);
    auto rows = ledger.month_by_day(name, month);
    if (!rows)
        return rows.error();
    auto days = ledger.days(name, day_of(begin), day_of(end) + std::chrono::days { 1 });
    if (!days)
        return days.error();
    const PortalMemory memory(database);
    auto known = memory.known(name);
    if (!known)
        return known.error();
    auto limited = limits(cluster, memory, *known, month);
    if (!limited)
        return limited.error();
    UsageChoice choice { .by_user = arguments.by_user, .user = Name { arguments.user } };
    if (!arguments.project.empty()) {
        auto account = account_of(arguments.project, *known, *limited, *rows);
        if (!account)
            return account.error();
        choice.account = *account;
    }
    auto whole = month_spent(database, name, month, std::min(now, end - Seconds { 1 }), cluster.usage);
    if (!whole)
        return whole.error();
    auto usage = month_usage(month, *rows, *limited, month_count(month, *days, now, cluster.usage), choice);
    usage.whole = whole->has_value();
    return usage;
}

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
    const auto usage = month_usage_of(desk, **database);
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
