#include "listing.hpp"

#include "answers.hpp"
#include "decimal.hpp"
#include "paging.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace site {
namespace json = boost::json;

namespace {

json::value json_of(const Call& call, const Field& field, const Value& value)
{
    if (is_null(value))
        return nullptr;
    switch (field.form) {
    case Field::Form::number:
        return number_of(value);
    case Field::Form::boolean:
        return number_of(value) != 0;
    case Field::Form::decimal:
        return json::string(write(Decimal { number_of(value) }));
    case Field::Form::instant:
        return json::string(call.zone.write(Instant { std::chrono::microseconds { number_of(value) } }));
    case Field::Form::dashed:
        return json::string(with_dashes(text_of(value)));
    case Field::Form::url:
        return json::string(
            call.request.origin + "/api/" + std::string(field.collection) + "/" + text_of(value) + "/");
    case Field::Form::json:
        return json::parse(text_of(value));
    case Field::Form::text:
    case Field::Form::hex:
    case Field::Form::link:
        break;
    }
    return json::string(text_of(value));
}

/// The fields that the answer has: those asked for, or all when none asked for is known.
std::vector<Field> wanted_fields(const Call& call, const View& view)
{
    std::vector<Field> fields;
    if (view.takes_field) {
        const auto names = call.query.all("field");
        for (const auto& field : view.fields)
            if (std::ranges::find(names, field.name) != names.end())
                fields.push_back(field);
    }
    if (fields.empty())
        fields.assign(view.fields.begin(), view.fields.end());
    return fields;
}

std::string select(const View& view, const std::vector<Field>& fields)
{
    std::string text = "SELECT ";
    for (const auto& field : fields)
        text += (text.ends_with(' ') ? "\"" : ", \"") + std::string(field.name) + "\"";
    return text + " FROM " + std::string(view.table);
}

json::object object(const Call& call, const std::vector<Field>& fields, const Row& row)
{
    json::object built;
    for (std::size_t i = 0; i < fields.size(); ++i)
        built[fields[i].name] = json_of(call, fields[i], row.at(i));
    return built;
}

Value number_filter(const std::string& text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size() || value != value || std::abs(value) > 1e9)
        return {};
    return static_cast<std::int64_t>(value);
}

Value uuid_filter(std::string_view text)
{
    const auto uuid = uuid_from(text);
    return uuid ? Value(*uuid) : Value();
}

Value uuid_of_url(std::string_view url)
{
    while (url.ends_with('/'))
        url.remove_suffix(1);
    return uuid_filter(url.substr(url.rfind('/') + 1));
}

Value boolean_filter(std::string text)
{
    std::ranges::transform(
        text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (text == "true" || text == "false")
        return std::int64_t { text == "true" };
    return {};
}

/// Several values as a JSON list in one text, so that they can be bound as one.
Value several(const std::vector<std::string>& given, const Filter& filter)
{
    json::array values;
    for (const auto& text : given) {
        const Value value = filter.form == Filter::Form::uuids ? uuid_filter(text) : Value(text);
        const bool known
            = filter.choices.empty() || std::ranges::find(filter.choices, text) != filter.choices.end();
        if (is_null(value) || !known)
            return {};
        values.emplace_back(text_of(value));
    }
    return values.empty() ? Value() : Value(json::serialize(values));
}

Value instant_filter(const Call& call, std::string_view text)
{
    const auto start = call.zone.day(text);
    return start ? Value(std::int64_t { start->time_since_epoch().count() }) : Value();
}

/// What to compare the column with; null when the filter is not given or not of its form.
Value filter_value(const Call& call, const Filter& filter)
{
    if (filter.form == Filter::Form::words || filter.form == Filter::Form::uuids)
        return several(call.query.all(filter.name), filter);
    const auto given = call.query.last(filter.name);
    if (!given || given->empty())
        return {};
    switch (filter.form) {
    case Filter::Form::boolean:
        return boolean_filter(*given);
    case Filter::Form::number:
        return number_filter(*given);
    case Filter::Form::uuid:
        return uuid_filter(*given);
    case Filter::Form::url:
        return uuid_of_url(*given);
    case Filter::Form::date:
        return Zone().day(*given) ? Value(*given) : Value();
    case Filter::Form::date_from:
    case Filter::Form::date_until:
        return instant_filter(call, *given);
    default:
        return *given;
    }
}

std::string_view comparison(Filter::Form form)
{
    switch (form) {
    case Filter::Form::contains:
        return " LIKE '%' || replace(replace(replace(?, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%' "
               "ESCAPE '\\'";
    case Filter::Form::words:
    case Filter::Form::uuids:
        return " IN (SELECT value FROM json_each(?))";
    case Filter::Form::date_from:
        return " >= ?";
    case Filter::Form::date_until:
        return " <= ?";
    default:
        return " = ?";
    }
}

struct Condition {
    std::string text;
    Row values;
};

Condition condition(const Call& call, const View& view)
{
    Condition built;
    for (const auto& filter : view.filters) {
        Value value = filter_value(call, filter);
        if (is_null(value))
            continue;
        built.text += built.text.empty() ? " WHERE " : " AND ";
        built.text += '"' + std::string(filter.column) + '"' + std::string(comparison(filter.form));
        built.values.push_back(std::move(value));
    }
    return built;
}

std::string order(const Call& call, const View& view)
{
    std::string text = " ORDER BY ";
    for (const auto& wanted : call.query.all("o")) {
        const bool down = wanted.starts_with('-');
        const auto known = std::ranges::find(view.orderings, std::string_view(wanted).substr(down ? 1 : 0));
        if (known == view.orderings.end())
            continue;
        // The wire name of a parent's column keeps its path; the column here has the last part of it.
        const auto column
            = known->substr(known->find("__") == std::string_view::npos ? 0 : known->find("__") + 2);
        text += '"' + std::string(column) + (down ? "\" DESC, " : "\", ");
    }
    return text + std::string(view.order);
}

Response page_answer(const Call& call, const Page& page, json::array rows)
{
    auto response = json_answer(200, rows);
    set_header(response.headers, "X-Result-Count", std::to_string(page.count));
    set_header(response.headers, "Link", links(call.request, call.query, page));
    return response;
}

} // namespace

Response list(const Call& call, const View& view)
{
    const auto where = condition(call, view);
    const auto total
        = call.database.row("SELECT COUNT(*) FROM " + std::string(view.table) + where.text, where.values);
    const auto page = page_of(call.query, call.user.has_role && total ? number_of(total->front()) : 0);
    if (!page)
        return detail(404, "Invalid page.");
    if (!call.user.has_role)
        return page_answer(call, *page, {});

    const auto shift = page->number > 1 ? call.list_fault.shift : 0;
    const auto fields = wanted_fields(call, view);
    auto values = where.values;
    values.emplace_back(page->size);
    values.emplace_back(page->offset() + shift);
    json::array rows;
    for (const auto& row : call.database.rows(
             select(view, fields) + where.text + order(call, view) + " LIMIT ? OFFSET ?", values))
        rows.push_back(object(call, fields, row));
    return page_answer(call, *page, std::move(rows));
}

Response retrieve(const Call& call, const View& view)
{
    if (!call.user.has_role)
        return not_found();
    const auto fields = wanted_fields(call, view);
    const auto row = call.database.row(select(view, fields) + " WHERE " + std::string(view.key) + " = ?",
        { view.key == "id" ? Value(call.id) : Value(call.uuid) });
    return row ? json_answer(200, object(call, fields, *row)) : not_found();
}

bool is_visible(const Call& call, const View& view)
{
    return call.user.has_role
        && call.database.row("SELECT 1 FROM " + std::string(view.table) + " WHERE uuid = ?", { call.uuid });
}

Response everything(const Call& call, const View& view)
{
    const std::vector<Field> fields(view.fields.begin(), view.fields.end());
    json::array rows;
    for (const auto& row : call.database.rows(select(view, fields) + " ORDER BY " + std::string(view.order)))
        rows.push_back(object(call, fields, row));
    return json_answer(200, rows);
}

} // namespace site
