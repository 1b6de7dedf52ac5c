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

/// The value of the part named `boundary` to the end of its header line: `name="value"`.
std::string quoted_parameter(std::string_view header, std::string_view name)
{
    const auto place = header.find(std::string(name) + "=\"");
    if (place == std::string_view::npos)
        return {};
    const auto value = header.substr(place + name.size() + 2);
    return std::string(value.substr(0, value.find('"')));
}

/// The text parts of a multipart form; a file is represented by its name.
json::object multipart(std::string_view type, std::string_view body)
{
    json::object object;
    const auto mark = type.find("boundary=");
    if (mark == std::string_view::npos)
        return object;
    auto boundary = type.substr(mark + 9);
    boundary = boundary.substr(0, boundary.find(';'));
    if (boundary.size() > 1 && boundary.front() == '"')
        boundary = boundary.substr(1, boundary.size() - 2);
    const std::string line = "--" + std::string(boundary);
    for (auto at = body.find(line); at != std::string_view::npos;) {
        const auto next = body.find(line, at + line.size());
        const auto part
            = body.substr(at + line.size(), next == std::string_view::npos ? 0 : next - at - line.size());
        at = next;
        const auto head = part.find("\r\n\r\n");
        if (head == std::string_view::npos || part.size() < head + 6)
            continue;
        const auto name = quoted_parameter(part.substr(0, head), "name");
        const auto file = quoted_parameter(part.substr(0, head), "filename");
        if (file.empty())
            object[name] = part.substr(head + 4, part.size() - head - 6);
        else
            object[name] = json::object { { "file", file } };
    }
    return object;
}

/// Any JSON value, or a form as an object.
std::variant<json::value, Response> body_value(const Request& request)
{
    const auto type = media_type(request.header("Content-Type"));
    if (type == "application/x-www-form-urlencoded")
        return form(request.body);
    if (type == "multipart/form-data")
        return multipart(request.header("Content-Type"), request.body);
    if (type != "application/json")
        return detail(415, "Unsupported media type \"" + type + "\" in request.");
    boost::system::error_code error;
    auto value = json::parse(request.body, error);
    if (error)
        return detail(400, "JSON parse error - " + error.message());
    return value;
}

} // namespace

std::variant<json::array, Response> body_list(const Request& request)
{
    if (request.body.empty())
        return json::array {};
    auto read = body_value(request);
    if (auto* refusal = std::get_if<Response>(&read))
        return std::move(*refusal);
    const auto& value = std::get<json::value>(read);
    if (const auto* list = value.if_array())
        return *list;
    return field_error("non_field_errors",
        "Expected a list of items but got type \"" + std::string(python_type(value)) + "\".");
}

std::variant<json::object, Response> body_object(const Request& request)
{
    if (request.body.empty())
        return json::object {};
    auto read = body_value(request);
    if (auto* refusal = std::get_if<Response>(&read))
        return std::move(*refusal);
    const auto& value = std::get<json::value>(read);
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

bool Fields::is_null(std::string_view name) const
{
    const auto* value = given_.if_contains(name);
    return value && value->is_null();
}

std::optional<std::int64_t> Fields::number(std::string_view name, Need need)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    auto given = scalar(*value).value_or("");
    if (const auto point = given.find('.');
        point != std::string::npos && given.find_first_not_of('0', point + 1) == std::string::npos)
        given.resize(point); // 5.0 is an integer to the framework
    const auto text = trimmed(given);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc {} && end == text.data() + text.size())
        return number;
    wrong(name, "A valid integer is required.");
    return std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view name, Need need)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    if (value->is_bool())
        return value->get_bool();
    const auto given = scalar(*value).value_or("");
    for (const std::string_view yes : { "true", "True", "TRUE", "t", "T", "1", "yes", "on" })
        if (given == yes)
            return true;
    for (const std::string_view no : { "false", "False", "FALSE", "f", "F", "0", "no", "off" })
        if (given == no)
            return false;
    wrong(name, "Must be a valid boolean.");
    return std::nullopt;
}

std::optional<std::string> Fields::date(std::string_view name, Need need)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    if (value->is_string() && Zone().day(value->get_string()))
        return std::string(value->get_string());
    wrong(name, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
    return std::nullopt;
}

std::optional<std::string> Fields::choice(
    std::string_view name, Need need, std::span<const std::string_view> choices)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    const auto given = scalar(*value).value_or(json::serialize(*value));
    for (const auto choice : choices)
        if (given == choice)
            return given;
    wrong(name, "\"" + given + "\" is not a valid choice.");
    return std::nullopt;
}

std::optional<std::string> Fields::texts_of(std::string_view name, Need need)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    const auto* list = value->if_array();
    if (!list) {
        wrong(name, "Expected a list of items but got type \"" + std::string(python_type(*value)) + "\".");
        return std::nullopt;
    }
    json::array texts_found;
    json::object wrong_ones;
    for (const auto& item : *list) {
        const auto text = scalar(item);
        if (text)
            texts_found.emplace_back(*text);
        else
            wrong_ones[std::to_string(texts_found.size() + wrong_ones.size())] = texts("Not a valid string.");
    }
    if (wrong_ones.empty())
        return json::serialize(texts_found);
    errors[name] = wrong_ones;
    return std::nullopt;
}

std::optional<std::string> Fields::own_uuid(std::string_view name, Need need)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    auto found = value->is_string() ? uuid_from(value->get_string()) : std::nullopt;
    if (!found)
        wrong(name, "Must be a valid UUID.");
    return found;
}

std::optional<std::string> Fields::link(std::string_view name, Need need, std::string_view collection)
{
    const auto* value = any(name, need);
    if (!value)
        return std::nullopt;
    if (!value->is_string()) {
        wrong(
            name, "Incorrect type. Expected URL string, received " + std::string(python_type(*value)) + ".");
        return std::nullopt;
    }
    std::string_view address = value->get_string();
    const auto mark = address.find("/api/");
    if (mark == std::string_view::npos || !address.ends_with('/')) {
        wrong(name, "Invalid hyperlink - No URL match.");
        return std::nullopt;
    }
    address = address.substr(mark + 5, address.size() - mark - 6);
    const auto slash = address.find('/');
    auto found = slash == std::string_view::npos ? std::nullopt : uuid_from(address.substr(slash + 1));
    if (!found)
        wrong(name, "Invalid hyperlink - No URL match.");
    else if (address.substr(0, slash) != collection)
        wrong(name, "Invalid hyperlink - Incorrect URL match.");
    else
        return found;
    return std::nullopt;
}

} // namespace site
