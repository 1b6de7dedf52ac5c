#include "portal/operations/value.hpp"

#include "model/time.hpp"
#include "model/uuid.hpp"
#include "net/url.hpp"
#include "portal/error_line.hpp"
#include "portal/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::size_t most_cited = 60;

std::string joined(std::span<const std::string_view> words)
{
    std::string out;
    for (const auto word : words)
        out += (out.empty() ? "" : ", ") + std::string(word);
    return out;
}

/// `"x" is no whole number`, with what is allowed.
std::string wrong(const PortalField& field, const std::string& cited)
{
    const auto is_no = [&](std::string_view what) { return cited + " is no " + std::string(what); };
    switch (field.kind) {
    case PortalKind::text:
        return is_no("text");
    case PortalKind::uuid:
        return is_no("UUID");
    case PortalKind::url:
        return is_no("URL, allowed is https://host/path");
    case PortalKind::integer:
        return is_no("whole number");
    case PortalKind::number:
        return is_no("number");
    case PortalKind::boolean:
        return is_no("truth value, allowed are true and false");
    case PortalKind::date:
        return is_no("date, allowed is YYYY-MM-DD");
    case PortalKind::instant:
        return is_no("instant, allowed is YYYY-MM-DDThh:mm:ssZ");
    case PortalKind::decimal:
        return is_no("decimal number");
    case PortalKind::word:
        return cited + " is not allowed, allowed are " + joined(field.words);
    case PortalKind::json:
        break;
    }
    return is_no("JSON");
}

template <class Number> std::optional<Number> number(std::string_view text)
{
    Number value {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool is_decimal(std::string_view text)
{
    const auto value = number<double>(text);
    return value && std::isfinite(*value);
}

/// A UUID as 128 bits; of an object's address, its last segment.
std::optional<Uuid> uuid_in(std::string_view text)
{
    if (text.starts_with("http")) {
        while (text.ends_with('/'))
            text.remove_suffix(1);
        text = text.substr(text.rfind('/') + 1);
    }
    auto uuid = Uuid::parse(text);
    return uuid ? std::optional(*uuid) : std::nullopt;
}

/// Whether text is what a JSON string of that kind may hold.
bool fits(const PortalField& field, std::string_view text)
{
    switch (field.kind) {
    case PortalKind::uuid:
        return Uuid::parse(text).has_value();
    case PortalKind::url:
        return parse_url(text).has_value();
    case PortalKind::date:
        return parse_day(text).has_value();
    case PortalKind::instant:
        return parse_instant(text).has_value();
    case PortalKind::decimal:
        return is_decimal(text);
    case PortalKind::word:
        return std::ranges::find(field.words, text) != field.words.end();
    default:
        return true;
    }
}

bool fits(const PortalField& field, const json::value& value)
{
    switch (field.kind) {
    case PortalKind::json:
        return true;
    case PortalKind::integer:
        return value.is_int64() || value.is_uint64();
    case PortalKind::number:
        return value.is_number();
    case PortalKind::boolean:
        return value.is_bool();
    case PortalKind::decimal:
        if (value.is_number())
            return true;
        break;
    default:
        break;
    }
    return value.is_string() && fits(field, std::string_view(value.get_string()));
}

std::string cited(const json::value& value)
{
    return one_line(json::serialize(value), most_cited);
}

void problems_of(const PortalShape& shape, const json::object& object, ShapeUse use, const std::string& path,
    std::vector<std::string>& problems)
{
    for (const auto& field : shape.fields) {
        const auto* value = object.if_contains(field.name);
        if (!value) {
            if (field.required)
                problems.push_back(path + std::string(field.name) + ": is missing");
            continue;
        }
        auto judged = field;
        if (use == ShapeUse::answer && (field.kind == PortalKind::url || field.kind == PortalKind::word))
            judged.kind = PortalKind::text;
        if (auto problem = portal_value_problem(judged, *value); !problem.empty())
            problems.push_back(path + problem);
    }
    if (use == ShapeUse::answer)
        return;
    for (const auto& [key, value] : object) {
        const std::string_view name(key.data(), key.size());
        if (std::ranges::find(shape.fields, name, &PortalField::name) != shape.fields.end())
            continue;
        std::vector<std::string_view> known;
        for (const auto& field : shape.fields)
            known.push_back(field.name);
        problems.push_back(
            path + one_line(name, most_cited) + ": is no member of it, allowed are " + joined(known));
    }
}

} // namespace

Result<json::value> portal_value(const PortalField& field, std::string_view text)
{
    const auto refused = [&] {
        return Error { Errc::invalid,
            std::string(field.name) + ": " + wrong(field, "\"" + one_line(text, most_cited) + "\"") };
    };
    if (field.nullable && field.kind != PortalKind::text && text == "null")
        return json::value(nullptr);
    switch (field.kind) {
    case PortalKind::integer:
        if (const auto value = number<std::int64_t>(text))
            return json::value(*value);
        return refused();
    case PortalKind::number:
        if (const auto value = number<double>(text))
            return json::value(*value);
        return refused();
    case PortalKind::boolean:
        if (text == "true" || text == "false")
            return json::value(text == "true");
        return refused();
    case PortalKind::uuid:
        if (const auto uuid = uuid_in(text))
            return json::value(uuid->text());
        return refused();
    case PortalKind::json:
        if (auto parsed = parse_json(text))
            return std::move(parsed->value);
        return json::value(text);
    default:
        if (!fits(field, text))
            return refused();
        return json::value(text);
    }
}

std::string portal_value_problem(const PortalField& field, const json::value& value)
{
    const auto named = [&](const std::string& what) { return std::string(field.name) + ": " + what; };
    if (value.is_null())
        return field.nullable || field.kind == PortalKind::json ? std::string() : named("may not be null");
    if (!field.many)
        return fits(field, value) ? std::string() : named(wrong(field, cited(value)));
    const auto* values = value.if_array();
    if (!values)
        return named(cited(value) + " is no list");
    for (const auto& one : *values)
        if (!fits(field, one))
            return named(wrong(field, cited(one)));
    return {};
}

std::vector<std::string> portal_shape_problems(
    const PortalShape& shape, const json::value& value, ShapeUse use)
{
    std::vector<std::string> problems;
    const auto* object = value.if_object();
    if (!object)
        return { cited(value) + " is no object" };
    if (!shape.is_map) {
        problems_of(shape, *object, use, {}, problems);
        return problems;
    }
    for (const auto& [key, inner] : *object)
        if (const auto* inner_object = inner.if_object())
            problems_of(
                shape, *inner_object, use, one_line({ key.data(), key.size() }, most_cited) + ".", problems);
        else if (!inner.is_null())
            problems.push_back(one_line({ key.data(), key.size() }, most_cited) + ": is no object");
    return problems;
}

} // namespace site
