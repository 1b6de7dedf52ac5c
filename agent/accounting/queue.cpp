#include "accounting/queue.hpp"

#include "accounting/collect.hpp"
#include "accounting/report.hpp"
#include "accounting/storage_amounts.hpp"
#include "store/ledger.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"
#include "store/released_usage.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::chrono::months one_month { 1 };

/// Whose usage goes where.
struct Listed {
    ResourceOf resource_of;
    MembersOf members_of;
};

Result<Listed> listed(const Database& database, Name cluster, std::vector<Finding>& findings)
{
    auto known = PortalMemory(database).known(cluster);
    if (!known)
        return known.error();
    Listed out;
    for (const auto& [uuid, allocation] : *known) {
        if (allocation.shares)
            continue; // what the account used is the holder's
        for (const auto& member : allocation.members)
            if (!allocation.gone && !member.gone)
                out.members_of[allocation.group].insert(member.user);
        if (!allocation.resource.is_nil())
            out.resource_of.try_emplace(allocation.group, allocation.resource);
        else
            findings.push_back({ Severity::warning, "no-resource", allocation.name,
                "the allocation has no marketplace resource: its usage can't be reported", {} });
    }
    return out;
}

/// The rows of one month that are not yet on their way. Of one that is `over` only what brings an
/// account to its end that was begun before: a month that was never reported is not begun so late.
Result<Reports> changed_rows(const Database& database, Name cluster, const UsageConfig& usage,
    const Listed& listed, Month month, Instant at, bool over, bool whole, const std::set<Uuid>& released)
{
    const Outbox outbox(database);
    auto reported = outbox.reported(month);
    if (!reported)
        return reported.error();
    auto waiting = outbox.rows();
    if (!waiting)
        return waiting.error();
    const bool begun = !reported->empty()
        || std::any_of(
            waiting->begin(), waiting->end(), [&](const OutboxRow& row) { return row.month == month; });
    if (over && !begun)
        return Reports {};
    std::optional<std::vector<LedgerRow>> spent;
    if (whole) {
        auto rows = Ledger(database).month(cluster, month);
        if (!rows)
            return rows.error();
        spent = std::move(*rows);
    }
    StorageAmounts stored;
    if (!usage.storage_components.empty()) {
        const auto days = StorageLevels(database).month(cluster, month);
        if (!days)
            return days.error();
        stored = storage_amounts(*days, usage, listed.resource_of, listed.members_of);
    }
    return rows_to_report(spent, month, at, listed.resource_of, usage, *reported, *waiting, stored, released);
}

std::string account_of(const Listed& listed, Uuid resource)
{
    for (const auto& [account, of] : listed.resource_of)
        if (of == resource)
            return account.text();
    return resource.text();
}

Finding held_back(const Fewer& fewer, Month month, const std::string& account)
{
    return { Severity::warning, "usage-fewer", account,
        fewer.type + " of " + text(month) + " comes to " + fewer.now.text()
            + " by our ledger, and the portal has " + fewer.portal.text() + ": the portal keeps it",
        "find out why (usage explain, usage recompute), then `site-agent usage release " + account
            + " --month " + text(month) + "`" };
}

} // namespace

Result<std::size_t> queue_reports(Database& database, Name cluster, const UsageConfig& usage,
    Instant measured, std::vector<Finding>& findings)
{
    if (usage.components.empty() && usage.storage_components.empty())
        return 0U;
    const auto this_month = month_of(measured, usage.zone_offset);
    const auto who = listed(database, cluster, findings);
    if (!who)
        return who.error();
    std::size_t queued = 0;
    // The month that ended is reported once more, however late its last days were read or booked.
    for (const auto month : { this_month - one_month, this_month }) {
        const auto end = start_of(month + one_month, usage.zone_offset);
        const auto at = std::min(measured, end - Seconds { 1 });
        const auto whole = usage.components.empty()
            ? Result<std::optional<std::map<Name, Spent>>>(std::nullopt)
            : month_spent(database, cluster, month, at, usage);
        const bool known = whole && whole->has_value();
        if (!known && !usage.components.empty()) {
            if (month == this_month)
                findings.push_back({ Severity::warning, "month-incomplete", text(month),
                    whole ? "not every day of the month was read whole: nothing of its usage is reported"
                          : whole.error().text,
                    {} });
            if (usage.storage_components.empty())
                continue;
        }
        const bool over = end + usage.close_after <= measured;
        const auto released = ReleasedUsage(database).of(cluster, month);
        if (!released)
            return released.error();
        const auto changed = changed_rows(database, cluster, usage, *who, month, at, over, known, *released);
        if (!changed)
            return changed.error();
        for (const auto& fewer : changed->fewer)
            findings.push_back(held_back(fewer, month, account_of(*who, fewer.resource)));
        if (changed->rows.empty() && changed->agreed.empty())
            continue;
        auto done = database.commit("queueing the usage reports", [&](Transaction& transaction) {
            Outbox outbox(database);
            for (const auto& row : changed->rows)
                outbox.put(transaction, row, measured);
            for (const auto resource : changed->agreed)
                ReleasedUsage(database).drop(transaction, cluster, resource, month);
        });
        if (!done)
            return done.error();
        queued += changed->rows.size();
    }
    return queued;
}

} // namespace site
