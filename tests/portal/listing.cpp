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

/// The same value with absolute addresses.
json::value linked(const Call& call, json::value value)
{
    constexpr std::string_view mark = "portal:";
    if (auto* object = value.if_object())
        for (auto& [key, member] : *object)
            member = linked(call, member);
    else if (auto* list = value.if_array())
        for (auto& member : *list)
            member = linked(call, member);
    else if (value.is_string() && std::string_view(value.get_string()).starts_with(mark))
        return json::string(
            call.request.origin + std::string(std::string_view(value.get_string()).substr(mark.size())));
    return value;
}

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
    case Field::Form::address:
        return linked(call, json::string(text_of(value)));
    case Field::Form::linked:
        return linked(call, json::parse(text_of(value)));
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

Statement select(const Call& call, const View& view, const std::vector<Field>& fields)
{
    std::string text = "SELECT ";
    for (const auto& field : fields)
        text += (text.ends_with(' ') ? "\"" : ", \"") + std::string(field.name) + "\"";
    Statement statement(call);
    statement.add(text).add(" FROM ").add(view.table);
    return statement;
}

json::object object(const Call& call, const std::vector<Field>& fields, const Row& row)
{
    json::object built;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto& field = fields[i];
        if (!is_null(row.at(i)))
            built[field.name] = json_of(call, field, row.at(i));
        else if (field.blank && call.profile == Profile::newest)
            built[field.name] = field.form == Field::Form::linked ? json::parse(field.blank)
                                                                  : json::value(json::string(field.blank));
        else if (field.null == Field::Null::shown)
            built[field.name] = nullptr;
    }
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
    const auto start = text.find('T') == std::string_view::npos ? call.zone.day(text) : call.zone.read(text);
    return start ? Value(std::int64_t { start->time_since_epoch().count() }) : Value();
}

/// Null when the text is not of the filter's form.
Value single(const Call& call, Filter::Form form, const std::string& given)
{
    switch (form) {
    case Filter::Form::boolean:
        return boolean_filter(given);
    case Filter::Form::number:
        return number_filter(given);
    case Filter::Form::uuid:
        return uuid_filter(given);
    case Filter::Form::url:
        return uuid_of_url(given);
    case Filter::Form::date:
        return Zone().day(given) ? Value(given) : Value();
    case Filter::Form::date_from:
    case Filter::Form::date_until:
        return instant_filter(call, given);
    default:
        return given;
    }
}

/// What to compare the column with; null when the filter is not given or not of its form.
Value filter_value(const Call& call, const Filter& filter)
{
    if (filter.form == Filter::Form::words || filter.form == Filter::Form::uuids)
        return several(call.query.all(filter.name), filter);
    const auto given = call.query.last(filter.name).value_or("");
    auto value = given.empty() ? Value() : single(call, filter.form, given);
    if (is_null(value) && !filter.otherwise.empty())
        return single(call, filter.form, std::string(filter.otherwise));
    return value;
}

std::string_view comparison(Filter::Form form)
{
    switch (form) {
    case Filter::Form::contains:
        return " LIKE '%' || replace(replace(replace({value}, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%' "
               "ESCAPE '\\'";
    case Filter::Form::words:
    case Filter::Form::uuids:
        return " IN (SELECT value FROM json_each({value}))";
    case Filter::Form::date_from:
        return " >= {value}";
    case Filter::Form::date_until:
        return " <= {value}";
    default:
        return " = {value}";
    }
}

/// ` WHERE` and what this caller may see of the view.
void restrict_to_visible(Statement& statement, const Call& call, const View& view)
{
    statement.add(" WHERE ").add(call.user.is_scoped && !view.scope.empty() ? view.scope : "1");
}

void add_filters(Statement& statement, const Call& call, const View& view)
{
    for (const auto& filter : view.filters) {
        const Value value = filter_value(call, filter);
        if (is_null(value))
            continue;
        if (!filter.where.empty())
            statement.add(" AND (").add(filter.where, value).add(")");
        else
            statement.add(" AND \"" + std::string(filter.column) + '"').add(comparison(filter.form), value);
    }
}

/// What a name in braces stands for; nothing for any other text.
std::optional<Value> bound(const Call& call, std::string_view name, const Value& value)
{
    if (name.empty())
        return std::nullopt;
    if (name == "{value}")
        return value;
    if (name == "{user}")
        return call.user.uuid;
    if (name == "{staff}")
        return std::int64_t { call.user.is_staff };
    if (name == "{now}")
        return call.stamp();
    if (name == "{today}")
        return call.today();
    if (name == "{month}")
        return call.zone.month(call.now);
    if (name == "{uuid}")
        return call.uuid;
    return std::nullopt;
}

std::string order(const Call& call, const View& view)
{
    std::string text = " ORDER BY ";
    for (const auto& wanted : call.query.all("o")) {
        const bool down = wanted.starts_with('-');
        const auto name = std::string_view(wanted).substr(down ? 1 : 0);
        const auto known = std::ranges::find_if(view.orderings,
            [&](std::string_view ordering) { return ordering.substr(0, ordering.find('=')) == name; });
        if (known == view.orderings.end())
            continue;
        const auto column = known->substr(known->find('=') + 1);
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

Statement& Statement::add(std::string_view sql, const Value& value)
{
    while (!sql.empty()) {
        const auto name = sql.front() == '{' ? sql.substr(0, sql.find('}') + 1) : std::string_view();
        if (auto known = bound(call_, name, value)) {
            text_ += '?';
            values_.push_back(std::move(*known));
            sql.remove_prefix(name.size());
            continue;
        }
        const auto plain = sql.substr(0, sql.find('{', 1));
        text_ += plain;
        sql.remove_prefix(plain.size());
    }
    return *this;
}

Response list(const Call& call, const View& view)
{
    Statement count(call);
    count.add("SELECT COUNT(*) FROM ").add(view.table);
    restrict_to_visible(count, call, view);
    add_filters(count, call, view);
    const auto total = call.database.row(count.text(), count.values());
    const auto page = page_of(call.query, call.user.has_role && total ? number_of(total->front()) : 0);
    if (!page)
        return detail(404, "Invalid page.");
    if (!call.user.has_role)
        return page_answer(call, *page, {});

    const auto shift = page->number > 1 ? call.list_fault.shift : 0;
    const auto fields = wanted_fields(call, view);
    auto rows_of_page = select(call, view, fields);
    restrict_to_visible(rows_of_page, call, view);
    add_filters(rows_of_page, call, view);
    rows_of_page.add(order(call, view))
        .add(" LIMIT {value}", page->size)
        .add(" OFFSET {value}", page->offset() + shift);
    json::array rows;
    for (const auto& row : call.database.rows(rows_of_page.text(), rows_of_page.values()))
        rows.push_back(object(call, fields, row));
    return page_answer(call, *page, std::move(rows));
}

Response retrieve(const Call& call, const View& view, int status)
{
    if (!call.user.has_role)
        return not_found();
    const auto fields = wanted_fields(call, view);
    auto one = select(call, view, fields);
    restrict_to_visible(one, call, view);
    one.add(" AND ").add(view.key).add(" = {value}", view.key == "id" ? Value(call.id) : Value(call.uuid));
    const auto row = call.database.row(one.text(), one.values());
    return row ? json_answer(status, object(call, fields, *row)) : not_found();
}

bool is_visible(const Call& call, const View& view)
{
    Statement statement(call);
    statement.add("SELECT 1 FROM ").add(view.table);
    restrict_to_visible(statement, call, view);
    statement.add(" AND uuid = {uuid}");
    return call.user.has_role && call.database.row(statement.text(), statement.values());
}

Response everything(const Call& call, const View& view)
{
    const std::vector<Field> fields(view.fields.begin(), view.fields.end());
    json::array rows;
    auto all = select(call, view, fields);
    all.add(" ORDER BY ").add(view.order);
    for (const auto& row : call.database.rows(all.text(), all.values()))
        rows.push_back(object(call, fields, row));
    return json_answer(200, rows);
}

} // namespace site
