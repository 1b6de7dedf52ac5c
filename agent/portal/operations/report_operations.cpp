#include "portal/operations/families.hpp"

namespace site {
namespace {

using Answer = PortalOperation::Answer;

constexpr PortalField project_accounting_summary_fields[] = {
    { .name = "project_uuid", .kind = PortalKind::uuid, .required = true },
    { .name = "project_name", .required = true },
    { .name = "customer_uuid", .kind = PortalKind::uuid, .required = true },
    { .name = "customer_name", .required = true },
    { .name = "start_date", .kind = PortalKind::date, .required = true, .nullable = true },
    { .name = "end_date", .kind = PortalKind::date, .required = true, .nullable = true },
    { .name = "total_credits", .kind = PortalKind::decimal, .required = true },
    { .name = "total_spend", .kind = PortalKind::decimal, .required = true },
    { .name = "current_month_spend", .kind = PortalKind::decimal, .required = true },
};
constexpr PortalShape project_accounting_summary { .name = "ProjectAccountingSummary",
    .fields = project_accounting_summary_fields };

constexpr PortalField cached_project_storage_report_fields[] = {
    { .name = "id", .kind = PortalKind::integer, .required = true },
    { .name = "year", .kind = PortalKind::integer, .required = true },
    { .name = "month", .kind = PortalKind::integer, .required = true },
    { .name = "project_identifier", .required = true },
    { .name = "resource", .required = true },
    { .name = "report", .kind = PortalKind::json, .required = true },
};
constexpr PortalShape cached_project_storage_report { .name = "CachedProjectStorageReport",
    .fields = cached_project_storage_report_fields };

constexpr PortalField cached_project_usage_report_fields[] = {
    { .name = "id", .kind = PortalKind::integer, .required = true },
    { .name = "year", .kind = PortalKind::integer, .required = true },
    { .name = "month", .kind = PortalKind::integer, .required = true },
    { .name = "project_identifier", .required = true },
    { .name = "resource", .required = true },
    { .name = "report", .kind = PortalKind::json, .required = true },
    { .name = "is_complete", .kind = PortalKind::boolean },
};
constexpr PortalShape cached_project_usage_report { .name = "CachedProjectUsageReport",
    .fields = cached_project_usage_report_fields };

constexpr PortalField list_query[] = {
    { .name = "customer_uuid", .kind = PortalKind::uuid },
    { .name = "is_active", .kind = PortalKind::boolean },
    { .name = "project_uuid", .kind = PortalKind::uuid },
};

constexpr PortalField one_accounting_summary[] = {
    { .name = "uuid", .kind = PortalKind::uuid, .required = true },
};

constexpr PortalField list_query_[] = {
    { .name = "month", .kind = PortalKind::integer },
    { .name = "project_identifier", .help = "project.portal" },
    { .name = "project_uuid", .kind = PortalKind::uuid },
    { .name = "resource", .help = "The OpenPortal destination" },
    { .name = "year", .kind = PortalKind::integer },
};

constexpr PortalField one_storage_report[] = {
    { .name = "id", .kind = PortalKind::integer, .required = true },
};

constexpr PortalField list_query__[] = {
    { .name = "is_complete", .kind = PortalKind::boolean, .help = "Only closed months, or only open ones" },
    { .name = "month", .kind = PortalKind::integer },
    { .name = "project_identifier", .help = "project.portal" },
    { .name = "project_uuid", .kind = PortalKind::uuid },
    { .name = "resource", .help = "The OpenPortal destination" },
    { .name = "year", .kind = PortalKind::integer },
};

constexpr PortalOperation rows[] = {
    { .id = "openportal_accounting_summary_list",
        .family = "accounting-summary",
        .verb = "list",
        .path = "/api/openportal-accounting-summary/",
        .query = list_query,
        .answer = Answer::list,
        .shape = &project_accounting_summary,
        .paged = true,
        .columns = "project_uuid,total_credits,total_spend,current_month_spend,customer_name,project_name",
        .help = "Credits and spending, project by project" },
    { .id = "openportal_accounting_summary_count",
        .family = "accounting-summary",
        .verb = "count",
        .method = HttpMethod::head,
        .path = "/api/openportal-accounting-summary/",
        .query = list_query,
        .answer = Answer::count,
        .paged = true,
        .published = false,
        .help = "How many projects the summary has" },
    { .id = "openportal_accounting_summary_retrieve",
        .family = "accounting-summary",
        .verb = "show",
        .path = "/api/openportal-accounting-summary/{uuid}/",
        .places = one_accounting_summary,
        .answer = Answer::object,
        .shape = &project_accounting_summary,
        .help = "Credits and spending of one project" },
    { .id = "openportal_project_usage_reports_list",
        .family = "usage-reports",
        .verb = "list",
        .path = "/api/openportal-project-usage-reports/",
        .query = list_query__,
        .answer = Answer::list,
        .shape = &cached_project_usage_report,
        .paged = true,
        .columns = "id,year,month,is_complete,project_identifier,resource",
        .help = "Projects' usage documents, a month each" },
    { .id = "openportal_project_usage_reports_count",
        .family = "usage-reports",
        .verb = "count",
        .method = HttpMethod::head,
        .path = "/api/openportal-project-usage-reports/",
        .query = list_query__,
        .answer = Answer::count,
        .paged = true,
        .published = false,
        .help = "How many usage documents there are" },
    { .id = "openportal_project_usage_reports_retrieve",
        .family = "usage-reports",
        .verb = "show",
        .path = "/api/openportal-project-usage-reports/{id}/",
        .places = one_storage_report,
        .answer = Answer::object,
        .shape = &cached_project_usage_report,
        .help = "One usage document" },
    { .id = "openportal_project_storage_reports_list",
        .family = "storage-reports",
        .verb = "list",
        .path = "/api/openportal-project-storage-reports/",
        .query = list_query_,
        .answer = Answer::list,
        .shape = &cached_project_storage_report,
        .paged = true,
        .columns = "id,year,month,project_identifier,resource",
        .help = "Projects' storage documents, a month each" },
    { .id = "openportal_project_storage_reports_count",
        .family = "storage-reports",
        .verb = "count",
        .method = HttpMethod::head,
        .path = "/api/openportal-project-storage-reports/",
        .query = list_query_,
        .answer = Answer::count,
        .paged = true,
        .published = false,
        .help = "How many storage documents there are" },
    { .id = "openportal_project_storage_reports_retrieve",
        .family = "storage-reports",
        .verb = "show",
        .path = "/api/openportal-project-storage-reports/{id}/",
        .places = one_storage_report,
        .answer = Answer::object,
        .shape = &cached_project_storage_report,
        .help = "One storage document" },
};

} // namespace

std::span<const PortalOperation> report_operations()
{
    return rows;
}

} // namespace site
