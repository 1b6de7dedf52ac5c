#pragma once

#include "portal/usage_report.hpp"
#include "unit/portal/document_words.hpp"

namespace site {

/// The example of docs/formats/usage-report.md.
inline ProjectUsageReport usage_sample()
{
    ProjectUsageReport report;
    report.project = "climate.brics";
    auto& full = report.reports[day("2026-03-04")];
    full.reports = { { "mia.climate", 3600 }, { "olu.climate", 41 }, { "unknown", 7 } };
    full.components["cpu"] = { { "mia.climate", 460'800 }, { "olu.climate", 1280 } };
    full.components["gpu"] = { { "mia.climate", 14'400 } };
    full.components["memory"] = { { "mia.climate", 943'718'400 } };
    full.user_job_counts = { { "mia.climate", 1 }, { "olu.climate", 2 } };
    full.user_wait_seconds = { { "mia.climate", 95 }, { "olu.climate", 0 } };
    full.num_jobs = 3;
    full.total_wait_seconds = 95;
    full.is_complete = true;
    report.reports[day("2026-03-05")].reports = { { "mia.climate", 1800 } };
    report.users = { { "mia.climate.brics", "mia.climate" } };
    return report;
}

} // namespace site
