#include "accounting/stored_month.hpp"

#include "accounting/collect.hpp"
#include "model/identifier.hpp"
#include "portal/portal.hpp"
#include "store/portal_memory.hpp"

#include <algorithm>
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

} // namespace

Result<MonthUsage> stored_month_usage(
    const Database& database, const ClusterConfig& cluster, Instant now, const MonthWish& wish)
{
    const Name name { cluster.name };
    const auto month = wish.month.value_or(month_of(now, cluster.usage.zone_offset));
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
    UsageChoice choice { .by_user = wish.by_user, .user = wish.user };
    if (!wish.project.empty()) {
        auto account = account_of(wish.project, *known, *limited, *rows);
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

} // namespace site
