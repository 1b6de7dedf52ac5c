#include "accounting_summary.hpp"

namespace site {
namespace {

using enum Field::Form;

constexpr Field fields[] = {
    { "project_uuid", hex },
    { "project_name" },
    { "customer_uuid", hex },
    { "customer_name" },
    { "start_date" },
    { "end_date" },
    { "total_credits", decimal },
    { "total_spend", decimal },
    { "current_month_spend", decimal },
};

constexpr Filter filters[] = {
    { "customer_uuid", "customer_uuid", Filter::Form::uuid },
    { "is_active", "is_active", Filter::Form::boolean },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
};

// `total_spend` is what came before this month.
constexpr std::string_view table = R"((SELECT p.uuid, p.uuid AS project_uuid, p.name AS project_name,
    c.uuid AS customer_uuid, c.name AS customer_name, p.start_date, p.end_date,
    p.end_date IS NULL OR p.end_date > {today} AS is_active,
    (SELECT 100 * COALESCE(SUM(MAX(node_limit, 0)), 0) FROM allocations WHERE project_uuid = p.uuid)
      AS total_credits,
    (SELECT COALESCE(SUM(u.usage), 0) FROM resources r JOIN component_usages u ON u.resource_uuid = r.uuid
      JOIN components k ON k.uuid = u.component_uuid AND k.type = 'node'
      WHERE r.project_uuid = p.uuid AND u.billing_period < {month}) AS total_spend,
    (SELECT COALESCE(SUM(u.usage), 0) FROM resources r JOIN component_usages u ON u.resource_uuid = r.uuid
      JOIN components k ON k.uuid = u.component_uuid AND k.type = 'node'
      WHERE r.project_uuid = p.uuid AND u.billing_period = {month}) AS current_month_spend
  FROM projects p JOIN customers c ON c.uuid = p.customer_uuid WHERE NOT p.is_removed))";

} // namespace

const View accounting_summary_view { table, fields, filters, R"("project_name", "uuid")", {}, false };

void add_accounting_summary_routes(Routes& routes)
{
    routes.push_back({ "/api/openportal-accounting-summary/",
        { { "GET", [](const Call& call) { return list(call, accounting_summary_view); } } } });
    routes.push_back({ "/api/openportal-accounting-summary/{uuid}/",
        { { "GET", [](const Call& call) { return retrieve(call, accounting_summary_view); } } } });
}

} // namespace site
