#pragma once

#include "portal/storage_report.hpp"
#include "unit/portal/document_words.hpp"

#include <utility>

namespace site {

/// The example of docs/formats/storage-report.md.
inline ProjectStorageReport storage_sample()
{
    constexpr std::uint64_t gib = std::uint64_t { 1 } << 30;
    ProjectStorageReport report;
    report.newest.project = "climate.brics";
    report.newest.generated_at = *parse_instant("2026-03-05T11:02:33Z");
    report.newest.project_quotas["projects"] = { 10240 * gib, 999'999'999'999 };
    report.newest.project_quotas["scratch"] = { std::nullopt, 0 };
    report.newest.user_quotas["mia.climate.brics"]["home"] = { 100 * gib, gib };
    report.newest.user_quotas["olu.climate.brics"]["home"] = { 100 * gib, std::nullopt };
    report.users = { { "mia.climate.brics", "mia.climate" }, { "olu.climate.brics", "olu.climate" },
        { "pat.climate.brics", "pat.climate" } };
    auto& older = report.daily_reports[*parse_day("2026-03-03")];
    older.project = report.newest.project;
    older.generated_at = *parse_instant("2026-03-03T23:59:01Z");
    older.project_quotas["projects"] = { 10240 * gib, 900 * gib };
    return report;
}

/// A snapshot of the sample's project, to be told from others by what it says is stored.
inline DailyStorageReport snapshot_at(std::string_view instant, std::uint64_t stored)
{
    return { "climate.brics", *parse_instant(instant), { { "projects", { std::nullopt, stored } } }, {} };
}

} // namespace site
