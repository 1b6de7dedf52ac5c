#include "accounting/stored_reports.hpp"

#include "accounting/storage_document.hpp"
#include "accounting/usage_document.hpp"

namespace site {
namespace {

constexpr std::chrono::months one_month { 1 };

/// What was read since belongs to another month.
void leave_at_its_end(PortalStorageReport& report)
{
    std::erase_if(report.reports, [](const auto& one) { return one.second.daily_reports.empty(); });
    for (auto& [project, one] : report.reports) {
        const auto last = std::prev(one.daily_reports.end());
        one.newest = std::move(last->second);
        one.daily_reports.erase(last);
    }
}

} // namespace

ReportScope report_scope(const Config& config)
{
    const auto& cluster = config.clusters.front();
    return { Name { cluster.name }, config.portal_of(cluster).identifier, cluster.usage.zone_offset };
}

Result<PortalUsageReport> stored_usage_report(
    const Database& database, const ReportScope& scope, Month month, Instant now)
{
    const auto known = PortalMemory(database).remembered(scope.cluster);
    if (!known)
        return known.error();
    const Ledger ledger(database);
    const Day first { month / 1 };
    const Day next { (month + one_month) / 1 };
    const auto days = ledger.days(scope.cluster, first, next);
    if (!days)
        return days.error();
    const auto rows = ledger.by_day(scope.cluster, first, next);
    if (!rows)
        return rows.error();
    return usage_document(scope.portal, *known, *rows, *days, month, now);
}

Result<PortalStorageReport> stored_storage_report(
    const Database& database, const ReportScope& scope, Month month, Instant now)
{
    const StorageLevels stored(database);
    const auto known = PortalMemory(database).known(scope.cluster);
    if (!known)
        return known.error();
    const bool over = month < month_of(now, scope.zone_offset);
    const auto newest
        = over ? Result<std::vector<StoredLevel>>(std::vector<StoredLevel> {}) : stored.newest(scope.cluster);
    if (!newest)
        return newest.error();
    const auto days = stored.month(scope.cluster, month);
    if (!days)
        return days.error();
    auto report = storage_document(scope.portal, *known, *newest, *days, now);
    if (over)
        leave_at_its_end(report);
    return report;
}

} // namespace site
