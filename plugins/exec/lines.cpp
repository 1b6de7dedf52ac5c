#include "exec/lines.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace site {
namespace {

namespace json = boost::json;

// A line is at most 64 KiB in both directions; the reason is its only part without a bound of its own.
constexpr std::size_t most_reason = 2000;

std::string plain(std::string_view text)
{
    std::string out(text.substr(0, most_reason));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return out;
}

json::value value_of(const Value& value)
{
    if (const auto number = value.number())
        return *number;
    if (const auto* word = value.word())
        return json::string(word->text());
    return nullptr;
}

} // namespace

void ExecLines::add(const json::object& object)
{
    add(json::serialize(object));
}

void ExecLines::add(const std::string& line)
{
    text_ += line;
    text_ += '\n';
    ++count_;
}

std::string ExecLines::ended()
{
    add(json::object { { "end", json::object { { "lines", count_ } } } });
    return std::move(text_);
}

void add_change(json::object& out, const Change& change)
{
    json::object fields;
    for (const auto& field : change.fields)
        fields[field.field.text()]
            = json::object { { "before", value_of(field.before) }, { "after", value_of(field.after) } };
    out["fields"] = std::move(fields);
    out["reason"] = plain(change.reason);
}

} // namespace site
