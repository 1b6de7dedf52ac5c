#include "user_usages.hpp"

#include "answers.hpp"
#include "body.hpp"
#include "sql.hpp"
#include "usages.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

#include <set>

namespace site {
namespace json = boost::json;

namespace {

using Form = Field::Form;

constexpr Field fields[] = {
    { "uuid", Form::hex },
    { "user", Form::link },
    { "username" },
    { "component_usage", Form::url, "marketplace-component-usages" },
    { "usage", Form::decimal },
    { "measured_unit" },
    { "description" },
    { "created", Form::instant },
    { "modified", Form::instant },
    { "backend_id" },
    { "resource_name" },
    { "resource_uuid", Form::hex },
    { "offering_name" },
    { "offering_uuid", Form::hex },
    { "project_name" },
    { "project_uuid", Form::hex },
    { "customer_name" },
    { "customer_uuid", Form::hex },
    { "component_type" },
    { "date", Form::instant },
    { "billing_period" },
};

// Mind the two underscores of the billing period.
constexpr Filter filters[] = {
    { "billing_period_month", "billing_period_month", Filter::Form::number },
    { "billing_period_year", "billing_period_year", Filter::Form::number },
    { "component_usage__billing_period", "billing_period", Filter::Form::date },
    { "customer_uuid", "customer_uuid", Filter::Form::uuid },
    { "date_after", "date", Filter::Form::date_from },
    { "date_before", "date", Filter::Form::date_until },
    { "offering_uuid", "offering_uuid", Filter::Form::uuid },
    { "project_uuid", "project_uuid", Filter::Form::uuid },
    { "resource", "resource_uuid", Filter::Form::url },
    { "resource_uuid", "resource_uuid", Filter::Form::uuid },
    { "type", "component_type" },
    { "username", "username" },
};

constexpr std::string_view orderings[]
    = { "component_usage__billing_period=billing_period", "usage", "username" };

struct Entry {
    std::string username;
    Decimal usage;
    Value user; ///< URL of the offering user, or null
    std::optional<Instant> date;
};

/// The component usage record that the path names.
struct Record {
    std::string resource, component;
    bool billed_by_use = false;
};

std::variant<Record, Response> record_of(const Call& call)
{
    const auto row = call.database.row(Sql::component_usage, { call.uuid });
    if (!row || !call.user.has_role)
        return not_found();
    if (!call.user.may_report())
        return detail(403, "You do not have permission to perform this action.");
    return Record { text_of(row->at(0)), text_of(row->at(1)), text_of(row->at(2)) == "usage" };
}

Value user_url(Fields& given, const json::object& object)
{
    const auto* value = object.if_contains("user");
    if (!value || value->is_null())
        return {};
    if (!value->is_string()) {
        given.wrong("user",
            "Incorrect type. Expected URL string, received " + std::string(python_type(*value)) + ".");
        return {};
    }
    const std::string url(value->get_string());
    const auto place = url.find("/api/marketplace-offering-users/");
    if (place == std::string::npos || !url.ends_with('/')) {
        given.wrong("user", "Invalid hyperlink - No URL match.");
        return {};
    }
    return url;
}

Entry entry_from(const Call& call, const Record& record, const json::object& object, json::object& errors)
{
    Fields given(object);
    Entry entry;
    entry.username = given.text("username", { .longest = 100 }).value_or("");
    entry.usage = given.decimal("usage", Fields::Need::optional).value_or(Decimal {});
    entry.user = user_url(given, object);
    entry.date = given.instant("date", call.zone);
    if (entry.date)
        if (const auto why = date_refusal(call, *entry.date, record.billed_by_use))
            given.wrong("date", *why);
    errors = given.errors;
    return entry;
}

/// The entries of `usages`, or the 400 that holds for all of them: one bad entry refuses all.
std::variant<std::vector<Entry>, Response> entries_from(
    const Call& call, const Record& record, const json::object& body)
{
    Fields given(body);
    const auto* usages = given.any("usages", Fields::Need::required);
    if (!usages)
        return json_answer(400, given.errors);
    const auto whole = [](std::string_view text) {
        return json_answer(
            400, json::object { { "usages", json::object { { "non_field_errors", texts(text) } } } });
    };
    const auto* list = usages->if_array();
    if (!list)
        return whole("Expected a list of items but got type \"" + std::string(python_type(*usages)) + "\".");
    if (list->empty())
        return whole("This list may not be empty.");

    std::vector<Entry> entries;
    json::array errors;
    bool wrong = false;
    for (const auto& value : *list) {
        json::object error;
        if (const auto* object = value.if_object())
            entries.push_back(entry_from(call, record, *object, error));
        else
            error["non_field_errors"] = texts(
                "Invalid data. Expected a dictionary, but got " + std::string(python_type(value)) + ".");
        wrong = wrong || !error.empty();
        errors.push_back(std::move(error));
    }
    if (wrong)
        return json_answer(400, json::object { { "usages", errors } });
    return entries;
}

void store(const Call& call, const Record& record, const std::vector<Entry>& entries)
{
    std::set<std::string> touched;
    Database::Change change(call.database);
    for (const auto& entry : entries) {
        const auto usage
            = entry.date ? usage_record(call, record.resource, record.component, *entry.date) : call.uuid;
        call.database.run(Sql::put_user_usage,
            { uuid_named("user usage " + usage + entry.username), usage, entry.username, entry.user,
                entry.usage.hundredths, call.stamp() });
        touched.insert(usage);
    }
    // A total that nobody reported is the sum of its users; any other total is left alone.
    for (const auto& usage : touched)
        call.database.run(Sql::sum_into_zero_usage, { usage });
    change.commit();
}

Response set_user_usage(const Call& call)
{
    const auto record = record_of(call);
    if (const auto* refusal = std::get_if<Response>(&record))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    json::object errors;
    const auto entry = entry_from(call, std::get<Record>(record), std::get<json::object>(body), errors);
    if (!errors.empty())
        return json_answer(400, errors);
    store(call, std::get<Record>(record), { entry });
    return empty_answer(201);
}

Response set_user_usages(const Call& call)
{
    const auto record = record_of(call);
    if (const auto* refusal = std::get_if<Response>(&record))
        return *refusal;
    const auto body = body_object(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    const auto entries = entries_from(call, std::get<Record>(record), std::get<json::object>(body));
    if (const auto* refusal = std::get_if<Response>(&entries))
        return *refusal;
    store(call, std::get<Record>(record), std::get<std::vector<Entry>>(entries));
    return empty_answer(201);
}

} // namespace

const View user_usages_view { "user_usage_list", fields, filters,
    R"("billing_period" DESC, "component_usage", "username", "uuid")", orderings, true };

void add_user_usage_routes(Routes& routes)
{
    const std::string usages = "/api/marketplace-component-usages/{uuid}/";
    const std::string all = "/api/marketplace-component-user-usages/";
    routes.push_back({ usages + "set_user_usage/", { { "POST", set_user_usage } } });
    routes.push_back({ usages + "set_user_usages/", { { "POST", set_user_usages } } });
    routes.push_back({ all, { { "GET", [](const Call& call) { return list(call, user_usages_view); } } } });
    routes.push_back({ all + "{uuid}/",
        { { "GET", [](const Call& call) { return retrieve(call, user_usages_view); } } } });
}

} // namespace site
