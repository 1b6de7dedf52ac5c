#include "accounting/report.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "model/rational.hpp"
#include "portal/portal.hpp"
#include "store/ledger.hpp"
#include "store/portal_memory.hpp"

#include <boost/json.hpp>

#include <map>

namespace site {
namespace {

/// A line of the table: an account, or one of its users.
struct Line {
    Name account;
    Name user;
    Spent spent;
    std::uint64_t jobs = 0;
    std::optional<std::uint64_t> limit; ///< node-seconds
};

std::string hours(std::uint64_t seconds)
{
    return to_decimal(Rational(seconds, 3600)).text();
}

std::string percent(const Line& line)
{
    if (!line.limit || *line.limit == 0)
        return "";
    return std::to_string(static_cast<std::uint64_t>(Rational(line.spent.node_seconds) * 100 / *line.limit))
        + "%";
}

/// Limits by account, from the last whole snapshot; a past month has none.
std::map<Name, std::uint64_t> limits(const Desk& desk, Database& database, Month month)
{
    const auto& cluster = desk.config.clusters.front();
    std::map<Name, std::uint64_t> found;
    auto stored = PortalMemory(database).snapshot(Name { cluster.name });
    if (!stored || !*stored || month_of((*stored)->taken, cluster.usage.zone_offset) != month)
        return found;
    auto listing = from_snapshot_text((*stored)->text, cluster.allocations);
    if (!listing)
        return found;
    for (const auto& row : listing->allocations)
        if (row.groupname && row.node_limit && *row.node_limit >= 0)
            found[Name { *row.groupname }] = static_cast<std::uint64_t>(*row.node_limit) * cluster.limit_unit;
    return found;
}

std::vector<Line> lines(
    const std::vector<LedgerRow>& rows, const std::map<Name, std::uint64_t>& limit_of, bool by_user)
{
    std::map<std::pair<Name, Name>, Line> sums;
    for (const auto& [account, limit] : limit_of)
        if (!by_user)
            sums[{ account, Name {} }] = { account, {}, {}, 0, limit };
    for (const auto& row : rows) {
        const auto user = by_user ? row.user : Name {};
        auto& line = sums[{ row.account, user }];
        line.account = row.account;
        line.user = user;
        line.spent.node_seconds += row.spent.node_seconds;
        line.spent.cpu_seconds += row.spent.cpu_seconds;
        line.spent.gpu_seconds += row.spent.gpu_seconds;
        line.spent.memory_mb_seconds += row.spent.memory_mb_seconds;
        line.spent.billing_seconds += row.spent.billing_seconds;
        line.jobs += row.jobs;
    }
    std::vector<Line> all;
    for (auto& [key, line] : sums)
        all.push_back(std::move(line));
    return all;
}

void print(const std::vector<Line>& all, Month month, bool whole, const Desk& desk)
{
    const auto& screen = desk.screen;
    if (screen.form == Form::json) {
        boost::json::array out;
        for (const auto& line : all) {
            boost::json::object one { { "account", line.account.text() }, { "jobs", line.jobs },
                { "node_seconds", line.spent.node_seconds }, { "cpu_seconds", line.spent.cpu_seconds },
                { "gpu_seconds", line.spent.gpu_seconds },
                { "memory_mb_seconds", line.spent.memory_mb_seconds },
                { "billing_seconds", line.spent.billing_seconds } };
            if (!line.user.empty())
                one["user"] = line.user.text();
            if (line.limit)
                one["limit_node_seconds"] = *line.limit;
            out.push_back(std::move(one));
        }
        screen.out << boost::json::serialize(
            boost::json::object { { "month", text(month) }, { "whole", whole }, { "usage", std::move(out) } })
                   << "\n";
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& line : all)
        rows.push_back({ line.account.text(), line.user.text(), std::to_string(line.jobs),
            hours(line.spent.node_seconds), line.limit ? hours(*line.limit) : "", percent(line),
            hours(line.spent.cpu_seconds), hours(line.spent.gpu_seconds),
            hours(line.spent.memory_mb_seconds / 1024) });
    screen.out << "usage of " << text(month) << " in hours, by our ledger\n";
    screen.out << table({ "ACCOUNT", "USER", "JOBS", "NODE-H", "LIMIT", "USED", "CPU-H", "GPU-H", "GB-H" },
        rows, { 2, 3, 4, 5, 6, 7, 8 }, screen.width);
    if (rows.empty())
        screen.out << "no usage\n";
    if (!whole)
        screen.out << "not every day of this month was read whole: these figures are not reported\n";
}

} // namespace

int command_usage_show(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const auto& cluster = desk.config.clusters.front();
    const Name name { cluster.name };
    const auto now = desk.clock.now();
    const auto month = desk.arguments.month.value_or(month_of(now, cluster.usage.zone_offset));
    auto rows = Ledger(**database).month(name, month);
    if (!rows)
        return desk.fail(rows.error());
    const auto end = start_of(month + std::chrono::months { 1 }, cluster.usage.zone_offset) - Seconds { 1 };
    auto whole = month_spent(**database, name, month, std::min(now, end), cluster.usage);
    if (!whole)
        return desk.fail(whole.error());
    print(lines(*rows, limits(desk, **database, month), desk.arguments.by_user), month, whole->has_value(),
        desk);
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
