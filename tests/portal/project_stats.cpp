#include "project_stats.hpp"

#include "answers.hpp"
#include "sql_projects.hpp"
#include "unmanaged_projects.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

Response project_stats(const Call& call)
{
    if (auto refusal = hidden_project(call))
        return *refusal;
    const auto wanted = call.query.last("for_current_month").value_or("");
    const auto month = wanted == "true" || wanted == "True" ? call.zone.month(call.now) : std::string();
    json::array components;
    for (const auto& row : call.database.rows(ProjectSql::component_stats, { call.uuid, month })) {
        const auto billing = text_of(row.at(3));
        const auto usage = number_of(row.at(6));
        components.push_back(json::object { { "type", text_of(row.at(0)) }, { "name", text_of(row.at(1)) },
            { "description", "" }, { "measured_unit", text_of(row.at(2)) }, { "billing_type", billing },
            { "usage", usage }, { "limit_usage", billing == "limit" ? usage : 0 },
            { "limit", number_of(row.at(7)) }, { "offering_name", text_of(row.at(4)) },
            { "offering_uuid", text_of(row.at(5)) } });
    }
    return json_answer(200, json::object { { "components", components } });
}

} // namespace site
