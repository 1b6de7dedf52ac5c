#include "reports.hpp"

#include "answers.hpp"
#include "control_data.hpp"
#include "sql.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

constexpr Field usage_fields[] = {
    { "id", Field::Form::number },
    { "year", Field::Form::number },
    { "month", Field::Form::number },
    { "project_identifier" },
    { "resource" },
    { "report", Field::Form::json },
    { "is_complete", Field::Form::boolean },
};
constexpr Field storage_fields[] = {
    { "id", Field::Form::number },
    { "year", Field::Form::number },
    { "month", Field::Form::number },
    { "project_identifier" },
    { "resource" },
    { "report", Field::Form::json },
};

constexpr Filter usage_filters[] = {
    { "year", "year", Filter::Form::number },
    { "month", "month", Filter::Form::number },
    { "project_identifier", "project_identifier" },
    { "resource", "resource" },
    { "is_complete", "is_complete", Filter::Form::boolean },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
};
constexpr Filter storage_filters[] = {
    { "year", "year", Filter::Form::number },
    { "month", "month", Filter::Form::number },
    { "project_identifier", "project_identifier" },
    { "resource", "resource" },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
};

constexpr auto order = R"("year", "month", "project_identifier", "resource")";

/// What of a report is text or a number, and that it is there; the document is an object.
std::string wrong_with(const json::object& report, bool is_usage)
{
    for (const auto* key : { "year", "month" })
        if (!report.contains(key) || !report.at(key).is_int64())
            return std::string("\"") + key + "\" is a number";
    for (const auto* key : { "project_identifier", "resource" })
        if (!report.contains(key) || !report.at(key).is_string())
            return std::string("\"") + key + "\" is a text";
    if (!report.contains("report") || !report.at("report").is_object())
        return "\"report\" is an object";
    if (is_usage && (!report.contains("is_complete") || !report.at("is_complete").is_bool()))
        return "\"is_complete\" is true or false";
    if (report.size() != (is_usage ? 6U : 5U))
        return "there is an unknown setting";
    return {};
}

Response set_report(Database& database, bool is_usage, const json::object& report)
{
    if (const auto wrong = wrong_with(report, is_usage); !wrong.empty())
        return control_error(400, wrong);
    Row values { report.at("year").as_int64(), report.at("month").as_int64(),
        std::string(report.at("project_identifier").as_string()),
        std::string(report.at("resource").as_string()), json::serialize(report.at("report")) };
    if (is_usage)
        values.emplace_back(std::int64_t { report.at("is_complete").as_bool() });
    const auto row = database.row(is_usage ? Sql::put_usage_report : Sql::put_storage_report, values);
    return json_answer(201, json::object { { "id", number_of(row->front()) } });
}

Response drop_report(Database& database, bool is_usage, const json::object& which)
{
    const auto* id = which.if_contains("id");
    if (!id || !id->is_int64() || which.size() != 1)
        return control_error(400, "\"id\" alone is needed");
    if (database.run(is_usage ? Sql::drop_usage_report : Sql::drop_storage_report, { id->get_int64() }) == 0)
        return control_error(404, "no such report");
    return json_answer(200, json::object { { "dropped", id->get_int64() } });
}

} // namespace

// No `field`: always the whole row.
const View usage_reports_view { "usage_report_list", usage_fields, usage_filters, order, {}, false, "id" };
const View storage_reports_view { "storage_report_list", storage_fields, storage_filters, order, {}, false,
    "id" };

void add_report_routes(Routes& routes)
{
    routes.push_back({ "/api/openportal-project-usage-reports/",
        { { "GET", [](const Call& call) { return list(call, usage_reports_view); } } } });
    routes.push_back({ "/api/openportal-project-usage-reports/{id}/",
        { { "GET", [](const Call& call) { return retrieve(call, usage_reports_view); } } } });
    routes.push_back({ "/api/openportal-project-storage-reports/",
        { { "GET", [](const Call& call) { return list(call, storage_reports_view); } } } });
    routes.push_back({ "/api/openportal-project-storage-reports/{id}/",
        { { "GET", [](const Call& call) { return retrieve(call, storage_reports_view); } } } });
}

Response change_report(Database& database, const std::string& what, const json::object& which)
{
    const bool is_usage = what.starts_with("usage_");
    const auto verb = what.substr(what.find('/') + 1);
    if (verb == "set")
        return set_report(database, is_usage, which);
    if (verb == "drop")
        return drop_report(database, is_usage, which);
    return control_error(404, "nothing here");
}

} // namespace site
