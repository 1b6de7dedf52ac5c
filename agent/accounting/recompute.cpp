#include "accounting/recompute.hpp"

#include "accounting/day_sheet.hpp"
#include "store/portal_memory.hpp"
#include "store/released_usage.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };

bool same(const Spent& left, const Spent& right)
{
    return left.node_seconds == right.node_seconds && left.cpu_seconds == right.cpu_seconds
        && left.gpu_seconds == right.gpu_seconds && left.memory_mb_seconds == right.memory_mb_seconds
        && left.billing_seconds == right.billing_seconds && left.extra == right.extra;
}

bool falls(const Correction& one)
{
    return one.after.node_seconds < one.before.node_seconds || one.after.cpu_seconds < one.before.cpu_seconds
        || one.after.gpu_seconds < one.before.gpu_seconds
        || one.after.memory_mb_seconds < one.before.memory_mb_seconds
        || one.after.billing_seconds < one.before.billing_seconds;
}

/// Resources by account.
Result<std::map<Name, Uuid>> resources(const Database& database, Name cluster)
{
    const auto known = PortalMemory(database).known(cluster);
    if (!known)
        return known.error();
    std::map<Name, Uuid> found;
    for (const auto& [uuid, allocation] : *known)
        if (!allocation.shares && !allocation.resource.is_nil())
            found.try_emplace(allocation.group, allocation.resource);
    return found;
}

} // namespace

std::vector<Correction> differences(const std::vector<LedgerRow>& had, const std::vector<LedgerRow>& now)
{
    std::map<std::tuple<Month, Name, Name>, std::pair<Spent, Spent>> both;
    const auto key = [](const LedgerRow& row) { return std::tuple(row.month, row.account, row.user); };
    for (const auto& row : had)
        both[key(row)].first = row.spent;
    for (const auto& row : now)
        both[key(row)].second = row.spent;
    const auto day = !had.empty() ? had.front().day : now.empty() ? Day {} : now.front().day;
    std::vector<Correction> all;
    for (auto& [of, spent] : both) {
        if (same(spent.first, spent.second))
            continue;
        const auto& [month, account, user] = of;
        all.push_back({ .made = {},
            .by = {},
            .reason = {},
            .day = day,
            .month = month,
            .account = account,
            .user = user,
            .before = std::move(spent.first),
            .after = std::move(spent.second) });
    }
    return all;
}

Result<Recomputation> recompute(JobSource& source, Database& database, Name cluster,
    const UsageConfig& config, Instant now, Day from, Day to, const std::function<bool()>& go_on,
    const std::function<void(Day)>& progress)
{
    const Ledger ledger(database);
    const auto known = ledger.days(cluster, from, std::min(to, day_of(now) + one_day));
    if (!known)
        return known.error();
    if (known->empty())
        return Error { Errc::not_found,
            "no day from " + text(from) + " to " + text(to)
                + " is in the ledger; `usage backfill` reads days"
                  " for the first time" };
    Recomputation all;
    for (const auto& had : *known) {
        if (&had != &known->front() && go_on && !go_on()) {
            all.stopped = true;
            return all;
        }
        // A book of its own, which knows of no final day before this.
        DayBook book(source, database, cluster, config, {});
        auto reading = book.read(had.day, now);
        if (!reading)
            return reading.error();
        if (progress)
            progress(had.day);
        all.findings.insert(all.findings.end(), reading->findings.begin(), reading->findings.end());
        if (auto lost = lost_records(had, reading->day)) {
            lost->severity = Severity::warning; // whoever asked for it decides
            lost->text += ", until the recomputed ones are stored";
            all.findings.push_back(std::move(*lost));
        }
        if (!reading->day.whole)
            continue;
        const auto rows = ledger.day(cluster, had.day);
        if (!rows)
            return rows.error();
        reading->day.final = had.final || reading->day.final;
        const auto next = ledger.days(cluster, had.day + one_day, had.day + 2 * one_day);
        if (!next)
            return next.error();
        const bool last_final = reading->day.final && (next->empty() || !next->front().final);
        reading->day.carried = had.carried || last_final;
        auto differing = differences(*rows, reading->rows);
        all.days.push_back({ std::move(*reading), std::move(differing), last_final });
    }
    return all;
}

Result<std::size_t> book_recomputed(JobSource& source, Database& database, Name cluster,
    const UsageConfig& config, const Recomputation& recomputed, const std::string& by,
    const std::string& reason, Instant now)
{
    const auto resource_of = resources(database, cluster);
    if (!resource_of)
        return resource_of.error();
    std::size_t made = 0;
    std::set<std::pair<Uuid, Month>> lower;
    DayBook book(source, database, cluster, config, {});
    for (const auto& [reading, differing, last_final] : recomputed.days) {
        if (differing.empty())
            continue;
        auto corrections = differing;
        for (auto& one : corrections) {
            one.made = now;
            one.by = by;
            one.reason = reason;
            const auto resource = resource_of->find(one.account);
            if (falls(one) && resource != resource_of->end())
                lower.emplace(resource->second, one.month);
        }
        if (auto done = book.correct(reading, corrections, last_final); !done)
            return done.error();
        made += corrections.size();
    }
    if (lower.empty())
        return made;
    auto released = database.commit("releasing what was recomputed", [&](Transaction& transaction) {
        ReleasedUsage releases(database);
        for (const auto& [resource, month] : lower)
            releases.add(transaction, cluster, resource, month, by, now);
    });
    if (!released)
        return released.error();
    return made;
}

} // namespace site
