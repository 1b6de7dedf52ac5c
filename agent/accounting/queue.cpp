#include "accounting/queue.hpp"

#include "accounting/collect.hpp"
#include "accounting/report.hpp"
#include "store/ledger.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::chrono::months one_month { 1 };

Result<ResourceOf> resources_of(const Database& database, Name cluster, std::vector<Finding>& findings)
{
    auto known = PortalMemory(database).known(cluster);
    if (!known)
        return known.error();
    ResourceOf resource_of;
    for (const auto& [uuid, allocation] : *known) {
        if (allocation.shares)
            continue; // what the account used is the holder's
        if (!allocation.resource.is_nil())
            resource_of.try_emplace(allocation.group, allocation.resource);
        else
            findings.push_back({ Severity::warning, "no-resource", allocation.name,
                "the allocation has no marketplace resource: its usage can't be reported", {} });
    }
    return resource_of;
}

/// The rows of one whole month that are not yet on their way. Of one that is `over` only what brings an
/// account to its end that was begun before: a month that was never reported is not begun so late.
Result<std::vector<OutboxRow>> changed_rows(const Database& database, Name cluster, const UsageConfig& usage,
    const ResourceOf& resource_of, Month month, Instant at, bool over)
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
        return std::vector<OutboxRow> {};
    auto rows = Ledger(database).month(cluster, month);
    if (!rows)
        return rows.error();
    return rows_to_report(*rows, month, at, resource_of, usage, *reported, *waiting);
}

} // namespace

Result<std::size_t> queue_reports(Database& database, Name cluster, const UsageConfig& usage,
    Instant measured, std::vector<Finding>& findings)
{
    if (usage.components.empty())
        return 0U;
    const auto this_month = month_of(measured, usage.zone_offset);
    const auto resource_of = resources_of(database, cluster, findings);
    if (!resource_of)
        return resource_of.error();
    std::size_t queued = 0;
    // The month that ended is reported once more, however late its last days were read or booked.
    for (const auto month : { this_month - one_month, this_month }) {
        const auto end = start_of(month + one_month, usage.zone_offset);
        const auto at = std::min(measured, end - Seconds { 1 });
        auto whole = month_spent(database, cluster, month, at, usage);
        if (!whole || !*whole) {
            if (month == this_month)
                findings.push_back({ Severity::warning, "month-incomplete", text(month),
                    whole ? "not every day of the month was read whole: nothing is reported"
                          : whole.error().text,
                    {} });
            continue;
        }
        const bool over = end + usage.close_after <= measured;
        const auto changed = changed_rows(database, cluster, usage, *resource_of, month, at, over);
        if (!changed)
            return changed.error();
        if (changed->empty())
            continue;
        auto done = database.commit("queueing the usage reports", [&](Transaction& transaction) {
            Outbox outbox(database);
            for (const auto& row : *changed)
                outbox.put(transaction, row, measured);
        });
        if (!done)
            return done.error();
        queued += changed->size();
    }
    return queued;
}

} // namespace site
