#include "api/records.hpp"

#include <algorithm>
#include <array>

namespace site {
namespace {

constexpr std::array<std::string_view, 7> kinds { "group", "user", "group_member", "directory", "quota",
    "account", "association" };

} // namespace

std::string_view name(Kind kind)
{
    return kinds[static_cast<std::size_t>(kind)];
}

std::optional<Kind> parse_kind(std::string_view text)
{
    const auto* found = std::find(kinds.begin(), kinds.end(), text);
    if (found == kinds.end())
        return std::nullopt;
    return static_cast<Kind>(found - kinds.begin());
}

std::string text(const Key& key)
{
    std::string out(name(key.kind));
    out += " " + key.cluster.text();
    for (const auto part : { key.name, key.member })
        if (!part.empty())
            out += "/" + part.text();
    if (!key.part.empty())
        out += " in " + key.part.text();
    return out;
}

std::string Value::text() const
{
    if (const auto integer = number())
        return std::to_string(*integer);
    if (const auto* name = word())
        return name->text();
    return {};
}

const FieldValue* Record::field(Name name) const
{
    const auto found
        = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.field == name; });
    return found == fields.end() ? nullptr : &*found;
}

const Owned::Field* Owned::field(Name name) const
{
    const auto found
        = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.field == name; });
    return found == fields.end() ? nullptr : &*found;
}

} // namespace site
