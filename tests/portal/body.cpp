#include "body.hpp"

#include "answers.hpp"
#include "query.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace site {
namespace json = boost::json;

namespace {

std::string media_type(std::string_view header)
{
    std::string type(header.substr(0, header.find(';')));
    while (type.ends_with(' '))
        type.pop_back();
    for (char& c : type)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return type;
}

json::object form(std::string_view body)
{
    json::object object;
    const Query items(body);
    for (const auto& [name, value] : items.items())
        object[name] = value;
    return object;
}

/// A number as Python would write it, since that is the text which is then checked for its digits.
std::string written(double number)
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    return std::string(text, end);
}

std::size_t characters(std::string_view utf8)
{
    std::size_t count = 0;
    for (const char c : utf8)
        count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return count;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::string> scalar(const json::value& value)
{
    if (value.is_string())
        return std::string(value.get_string());
    if (value.is_int64())
        return std::to_string(value.get_int64());
    if (value.is_uint64())
        return std::to_string(value.get_uint64());
    if (value.is_double())
        return written(value.get_double());
    return std::nullopt;
}

} // namespace

std::variant<json::object, Response> body_object(const Request& request)
{
    if (request.body.empty())
        return json::object {};
    const auto type = media_type(request.header("Content-Type"));
    if (type == "application/x-www-form-urlencoded")
        return form(request.body);
    if (type == "multipart/form-data")
        return json::object {}; // no client of the portal has a reason to send one
    if (type != "application/json")
        return detail(415, "Unsupported media type \"" + type + "\" in request.");

    boost::system::error_code error;
    const auto value = json::parse(request.body, error);
    if (error)
        return detail(400, "JSON parse error - " + error.message());
    if (const auto* object = value.if_object())
        return *object;
    if (value.is_null())
        return field_error("non_field_errors", "No data provided");
    return field_error("non_field_errors",
        "Invalid data. Expected a dictionary, but got " + std::string(python_type(value)) + ".");
}

std::string_view python_type(const json::value& value)
{
    switch (value.kind()) {
    case json::kind::object:
        return "dict";
    case json::kind::array:
        return "list";
    case json::kind::string:
        return "str";
    case json::kind::bool_:
        return "bool";
    case json::kind::double_:
        return "float";
    case json::kind::null:
        return "NoneType";
    default:
        return "int";
    }
}

void Fields::wrong(std::string_view name, std::string_view text)
{
    errors[name] = texts(text);
}

const json::value* Fields::any(std::string_view name, Need need)
{
    const auto* value = given_.if_contains(name);
    if (!value) {
        if (need == Need::required)
            wrong(name, "This field is required.");
        return nullptr;
    }
    if (value->is_null()) {
        wrong(name, "This field may not be null.");
        return nullptr;
    }
    return value;
}

std::optional<std::string> Fields::text(std::string_view name, Text rule)
{
    const auto* value = any(name, rule.need);
    if (!value)
        return std::nullopt;
    const auto given = scalar(*value);
    if (!given) {
        wrong(name, "Not a valid string.");
        return std::nullopt;
    }
    const std::string found(trimmed(*given));
    if (found.empty() && !rule.blank)
        wrong(name, "This field may not be blank.");
    else if (rule.longest != 0 && characters(found) > rule.longest)
        wrong(name, "Ensure this field has no more than " + std::to_string(rule.longest) + " characters.");
    else
        return found;
    return std::nullopt;
}

std::optional<Decimal> Fields::decimal(std::string_view name, Need need)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    const auto given = scalar(*value);
    const auto read = read_decimal(given.value_or("no number"));
    if (const auto* amount = std::get_if<Decimal>(&read))
        return *amount;
    wrong(name, std::get<std::string>(read));
    return std::nullopt;
}

std::optional<Instant> Fields::instant(std::string_view name, const Zone& zone)
{
    const auto* value = any(name, Need::optional);
    if (!value)
        return std::nullopt;
    const auto found = value->is_string() ? zone.read(value->get_string()) : std::nullopt;
    if (!found)
        wrong(name,
            "Datetime has wrong format. Use one of these formats instead: "
            "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
    return found;
}

std::optional<std::string> Fields::uuid(std::string_view name)
{
    const auto* value = any(name, Need::optional);
    if (!value)
        return std::nullopt;
    const std::string given = scalar(*value).value_or(std::string(python_type(*value)));
    auto found = uuid_from(given);
    if (!found)
        wrong(name, "“" + given + "” is not a valid UUID.");
    return found;
}

} // namespace site
