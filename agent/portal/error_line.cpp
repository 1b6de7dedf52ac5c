#include "portal/error_line.hpp"

#include "portal/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::size_t most_line = 300;

/// Members that carry the message itself rather than naming a field.
bool is_speech(std::string_view key)
{
    return key == "detail" || key == "error" || key == "non_field_errors" || key == "__all__";
}

void say(std::string& line, const std::string& path, std::string_view what)
{
    if (!line.empty())
        line += "; ";
    if (!path.empty())
        line += path + ": ";
    line += what;
}

void gather(std::string& line, const std::string& path, const json::value& value)
{
    if (line.size() > most_line)
        return;
    if (const auto* object = value.if_object()) {
        for (const auto& [key, inner] : *object) {
            const std::string name(key.data(), key.size());
            if (is_speech(name))
                gather(line, path, inner);
            else
                gather(line, path.empty() ? name : path + "." + name, inner);
        }
        return;
    }
    if (const auto* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            const bool nested = (*array)[i].is_structured();
            gather(line, nested ? path + "[" + std::to_string(i) + "]" : path, (*array)[i]);
        }
        return;
    }
    if (const auto* string = value.if_string())
        say(line, path, { string->data(), string->size() });
    else if (!value.is_null())
        say(line, path, json::serialize(value));
}

/// Length of the UTF-8 sequence at the start, or 0 when it is none.
std::size_t sequence(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    if (lead >= 0xf0 && lead < 0xf5)
        length = 4;
    else if (lead >= 0xe0)
        length = lead < 0xf0 ? 3 : 0;
    else if (lead >= 0xc2)
        length = 2;
    else if (lead >= 0x80)
        length = 0;
    if (length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
            return 0;
    if (length < 3)
        return length;
    // Longer than it need be (an escape in disguise), half of a pair, or beyond the last character.
    const auto second = static_cast<unsigned char>(text[1]);
    const bool wrong = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0)
        || (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90);
    return wrong ? 0 : length;
}

/// C0, DEL and C1 controls, and the marks that turn the direction of writing.
bool is_control(std::string_view character)
{
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1)
        return first < 0x20 || first == 0x7f;
    const auto second = static_cast<unsigned char>(character[1]);
    if (character.size() == 2)
        return first == 0xc2 && second < 0xa0;
    const auto third = static_cast<unsigned char>(character[2]);
    if (character.size() != 3 || first != 0xe2)
        return false;
    return (second == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae)))
        || (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

} // namespace

std::string one_line(std::string_view text, std::size_t most)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = sequence(text.substr(at));
        const auto character = text.substr(at, length == 0 ? 1 : length);
        if (out.size() + character.size() > most)
            return out + "...";
        if (character == "\n" || character == "\r" || character == "\t")
            out += ' ';
        else if (length == 0 || is_control(character))
            out += '?';
        else
            out += character;
        at += character.size();
    }
    return out;
}

std::string error_line(const HttpResponse& response)
{
    if (response.body.empty())
        return {};
    if (response.is("text/html"))
        return "an HTML page";
    if (!response.is("application/json"))
        return "a body that is not JSON";
    const auto parsed = parse_json(response.body);
    if (!parsed)
        return "a body that is not JSON";
    std::string line;
    gather(line, {}, parsed->value);
    return one_line(line, most_line);
}

} // namespace site
