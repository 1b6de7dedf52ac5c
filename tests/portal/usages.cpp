#include "usages.hpp"

#include "answers.hpp"
#include "body.hpp"
#include "resources.hpp"
#include "sql.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

#include <map>
#include <set>

namespace site {
namespace json = boost::json;

namespace {

using Form = Field::Form;

constexpr Field fields[] = {
    { "uuid", Form::hex },
    { "created", Form::instant },
    { "description" },
    { "type" },
    { "name" },
    { "measured_unit" },
    { "usage", Form::decimal },
    { "date", Form::instant },
    { "missing_usage_policy" },
    { "recurring", Form::boolean },
    { "resource_name" },
    { "resource_uuid", Form::dashed },
    { "offering_name" },
    { "offering_uuid", Form::dashed },
    { "project_name" },
    { "project_uuid", Form::hex },
    { "customer_name" },
    { "customer_uuid", Form::hex },
    { "billing_period" },
    { "modified_by", Form::number },
};

constexpr std::string_view policies[] = { "none", "reuse", "zero" };

constexpr Filter filters[] = {
    { "billing_period", "billing_period", Filter::Form::date },
    { "billing_period_month", "billing_period_month", Filter::Form::number },
    { "billing_period_year", "billing_period_year", Filter::Form::number },
    { "customer_uuid", "customer_uuid", Filter::Form::uuid },
    { "date_after", "date", Filter::Form::date_from },
    { "date_before", "date", Filter::Form::date_until },
    { "missing_usage_policy", "missing_usage_policy", Filter::Form::words, policies },
    { "offering_uuid", "offering_uuid", Filter::Form::uuid },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
    { "resource", "resource_uuid", Filter::Form::url },
    { "resource_uuid", "resource_uuid", Filter::Form::uuid },
    { "type", "type" },
};

constexpr std::string_view orderings[] = { "billing_period", "missing_usage_policy", "usage" };

struct Item {
    std::string type;
    Decimal amount;
    std::string description;
    std::string policy = "none";
};

struct Report {
    std::string resource;
    Instant date;
    std::vector<Item> items;
};

struct Component {
    std::string uuid;
    bool billed_by_use = false;
};
using Components = std::map<std::string, Component>;

std::string policy_of(Fields& given, const json::object& item)
{
    const auto* recurring = item.if_contains("recurring");
    const auto policy = given.text("missing_usage_policy", { .need = Fields::Need::optional, .longest = 0 });
    if (!policy)
        return recurring && recurring->is_bool() && recurring->get_bool() ? "reuse" : "none";
    if (*policy != "none" && *policy != "reuse" && *policy != "zero")
        given.wrong("missing_usage_policy", "\"" + *policy + "\" is not a valid choice.");
    return *policy;
}

/// One entry of `usages`; what is wrong with it goes into `errors`, an empty object when nothing is.
Item item_from(const json::value& value, json::array& errors)
{
    const auto* object = value.if_object();
    if (!object) {
        errors.push_back(json::object { { "non_field_errors",
            texts(
                "Invalid data. Expected a dictionary, but got " + std::string(python_type(value)) + ".") } });
        return {};
    }
    Fields given(*object);
    Item item;
    item.type = given.text("type", {}).value_or("");
    item.amount = given.decimal("amount", Fields::Need::required).value_or(Decimal {});
    item.description
        = given.text("description", { .need = Fields::Need::optional, .longest = 0, .blank = true })
              .value_or("");
    item.policy = policy_of(given, *object);
    errors.push_back(given.errors);
    return item;
}

std::vector<Item> items_from(Fields& given)
{
    std::vector<Item> items;
    const auto* usages = given.any("usages", Fields::Need::required);
    if (!usages)
        return items;
    const auto* list = usages->if_array();
    if (!list) {
        given.errors["usages"] = json::object { { "non_field_errors",
            texts("Expected a list of items but got type \"" + std::string(python_type(*usages)) + "\".") } };
        return items;
    }
    json::array errors;
    for (const auto& value : *list)
        items.push_back(item_from(value, errors));
    for (const auto& error : errors)
        if (!error.get_object().empty())
            given.errors["usages"] = errors;
    return items;
}

/// The resource named directly or through its plan period; the plan period wins.
std::optional<std::string> resource_from(const Call& call, Fields& given)
{
    const auto resource = given.uuid("resource");
    const auto period = given.uuid("plan_period");
    const auto missing
        = [](const std::string& uuid) { return "Object with uuid=" + uuid + " does not exist."; };
    if (period) {
        const auto row = call.database.row(Sql::resource_of_plan_period, { *period });
        if (row)
            return text_of(row->front());
        given.wrong("plan_period", missing(*period));
    } else if (resource) {
        if (call.database.row(Sql::resource, { *resource }))
            return resource;
        given.wrong("resource", missing(*resource));
    } else if (given.errors.empty()) {
        given.wrong("non_field_errors", "Either resource or plan period should be specified.");
    }
    return std::nullopt;
}

std::variant<Report, Response> report_from(const Call& call)
{
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    Fields given(std::get<json::object>(body));
    Report report;
    report.items = items_from(given);
    report.date = given.instant("date", call.zone).value_or(call.now);
    report.resource = resource_from(call, given).value_or("");
    if (!given.errors.empty())
        return json_answer(400, given.errors);
    return report;
}

/// The components that usage can be reported for: billed by use, by limit, or prepaid.
Components reportable(const Call& call, const std::string& offering)
{
    Components components;
    for (const auto& row : call.database.rows(Sql::components_of_offering, { offering })) {
        const auto billing = text_of(row.at(2));
        const bool prepaid = (billing == "one" || billing == "few") && number_of(row.at(3)) != 0;
        if (billing == "usage" || billing == "limit" || prepaid)
            components[text_of(row.at(1))] = { text_of(row.at(0)), billing == "usage" };
    }
    return components;
}

/// Names every type that the offering does not have or does not take reports for.
std::optional<Response> unknown_components(const Report& report, const Components& components)
{
    std::set<std::string> unknown;
    for (const auto& item : report.items)
        if (!components.contains(item.type))
            unknown.insert(item.type);
    if (unknown.empty())
        return std::nullopt;
    std::string names;
    for (const auto& type : unknown)
        names += (names.empty() ? "" : ", ") + type;
    return field_error("non_field_errors", "These components are invalid: " + names + ".");
}

std::optional<Response> refusal(
    const Call& call, const Report& report, const Row& resource, const Components& components)
{
    const auto state = text_of(resource.at(0));
    if (state == "Creating" || state == "Terminated")
        return field_error("resource", "Resource is not in valid state.");
    if (number_of(resource.at(3)) == 0)
        return field_error("resource", "Resource does not have a plan.");
    if (auto unknown = unknown_components(report, components))
        return unknown;
    if (!call.user.may_report())
        return detail(403, "You do not have permission to perform this action.");
    bool billed_by_use = false;
    for (const auto& item : report.items)
        billed_by_use = billed_by_use || components.at(item.type).billed_by_use;
    if (const auto why = date_refusal(call, report.date, billed_by_use)) {
        if (report.date <= call.now)
            return field_error("date", *why);
        return json_answer(400, json::object { { "date", *why } }); // a plain text, as the portal has it
    }
    return std::nullopt;
}

void store(const Call& call, const Report& report, const Components& components)
{
    const auto month = call.zone.month(report.date);
    const std::int64_t date = report.date.time_since_epoch().count();
    json::object current;
    Database::Change change(call.database);
    for (const auto& item : report.items) {
        const auto& component = components.at(item.type).uuid;
        call.database.run(Sql::put_component_usage,
            { uuid_named("usage " + report.resource + component + month), report.resource, component, month,
                item.amount.hundredths, item.description, date, call.stamp(), call.user.id, item.policy });
        current[item.type] = static_cast<double>(item.amount.hundredths) / 100;
    }
    // All of it is replaced, also by a call that reports one component only.
    call.database.run(Sql::set_resource_usages, { report.resource, json::serialize(current), call.stamp() });
    change.commit();
}

Response set_usage(const Call& call)
{
    const auto read = report_from(call);
    if (const auto* wrong = std::get_if<Response>(&read))
        return *wrong;
    const auto& report = std::get<Report>(read);
    const auto resource = call.database.row(Sql::resource, { report.resource });
    if (!resource)
        return not_found();
    const auto components = reportable(call, text_of(resource->at(2)));
    if (auto refused = refusal(call, report, *resource, components))
        return *refused;
    store(call, report, components);
    return empty_answer(201);
}

} // namespace

const View component_usages_view { "component_usage_list", fields, filters,
    R"("billing_period" DESC, "resource_name", "resource_uuid", "type", "uuid")", orderings, true };

std::optional<std::string> date_refusal(const Call& call, Instant date, bool billed_by_use)
{
    if (date > call.now)
        return "Date cannot be in the future.";
    if (!billed_by_use || call.user.is_staff || call.zone.month(date) >= call.zone.month(call.now))
        return std::nullopt;
    return "Service providers can only specify date for limit-based or prepaid billing components when "
           "backfilling past billing periods.";
}

std::string usage_record(
    const Call& call, const std::string& resource, const std::string& component, Instant date)
{
    const auto month = call.zone.month(date);
    call.database.run(Sql::ensure_component_usage,
        { uuid_named("usage " + resource + component + month), resource, component, month,
            std::int64_t { date.time_since_epoch().count() }, call.stamp() });
    const auto row = call.database.row(Sql::component_usage_of_month, { resource, component, month });
    return row ? text_of(row->front()) : std::string();
}

void add_usage_routes(Routes& routes)
{
    const std::string all = "/api/marketplace-component-usages/";
    routes.push_back(
        { all, { { "GET", [](const Call& call) { return list(call, component_usages_view); } } } });
    routes.push_back({ all + "set_usage/", { { "POST", set_usage } } });
    routes.push_back({ all + "{uuid}/",
        { { "GET", [](const Call& call) { return retrieve(call, component_usages_view); } } } });
}

} // namespace site
