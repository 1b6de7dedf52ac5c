#include "portal/document_reading.hpp"

#include "portal/json_text.hpp"

namespace site {
namespace {

namespace json = boost::json;

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

} // namespace

Result<const json::value*> member(const json::object& object, std::string_view key)
{
    const auto* found = object.if_contains(key);
    if (found == nullptr)
        return invalid(std::string(key) + " is missing");
    return found;
}

Result<const json::object*> object_member(const json::object& object, std::string_view key)
{
    const auto found = member(object, key);
    if (!found)
        return found.error();
    if (const auto* held = (*found)->if_object())
        return held;
    return invalid(std::string(key) + " is not an object");
}

Result<std::string> text_member(const json::object& object, std::string_view key)
{
    const auto found = member(object, key);
    if (!found)
        return found.error();
    if (const auto* held = (*found)->if_string())
        return std::string(*held);
    return invalid(std::string(key) + " is not text");
}

Result<std::string> project_member(const json::object& object, std::string_view key)
{
    auto project = text_member(object, key);
    if (!project)
        return project.error();
    if (const auto identifier = ProjectIdentifier::parse(*project); !identifier)
        return identifier.error().in(std::string(key));
    return project;
}

Result<LocalUsers> users_member(const json::object& object, std::string_view key)
{
    const auto users = object_member(object, key);
    if (!users)
        return users.error();
    LocalUsers out;
    for (const auto& item : **users) {
        if (const auto identifier = UserIdentifier::parse(item.key()); !identifier)
            return identifier.error().in(std::string(key));
        const auto* local = item.value().if_string();
        if (local == nullptr)
            return invalid(std::string(key) + ": " + cited(item.key()) + " is not text");
        out.emplace(item.key(), std::string(*local));
    }
    return out;
}

std::optional<std::uint64_t> whole_number(const json::value& value)
{
    if (const auto* large = value.if_uint64())
        return *large;
    if (const auto* whole = value.if_int64(); whole != nullptr && *whole >= 0)
        return static_cast<std::uint64_t>(*whole);
    return std::nullopt;
}

Result<json::object> read_document(std::string_view text)
{
    auto parsed = parse_json(text);
    if (!parsed)
        return parsed.error();
    if (!parsed->doubled.empty())
        return invalid("member " + cited(parsed->doubled.front().key) + " stands twice in one object");
    auto* object = parsed->value.if_object();
    if (object == nullptr)
        return invalid("it is not an object");
    return std::move(*object);
}

} // namespace site
