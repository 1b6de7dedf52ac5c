#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "portal/operations/operation.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace site {
namespace {

namespace json = boost::json;

json::array parameters(std::span<const PortalField> fields, std::string_view place)
{
    static constexpr std::string_view kinds[] = { "text", "uuid", "url", "integer", "number", "boolean",
        "date", "instant", "decimal", "word", "json" };
    json::array out;
    for (const auto& field : fields) {
        json::object one { { "name", field.name }, { "in", place },
            { "kind", kinds[static_cast<std::size_t>(field.kind)] }, { "required", field.required },
            { "nullable", field.nullable }, { "many", field.many }, { "help", field.help } };
        json::array words(field.words.begin(), field.words.end());
        if (!words.empty())
            one["words"] = std::move(words);
        out.push_back(std::move(one));
    }
    return out;
}

json::object operation_json(const PortalOperation& operation)
{
    static constexpr std::string_view answers[] = { "nothing", "presence", "count", "object", "list" };
    auto all = parameters(operation.places, "path");
    for (auto& one : parameters(operation.query, "query"))
        all.push_back(std::move(one));
    json::object out { { "id", operation.id }, { "family", operation.family }, { "verb", operation.verb },
        { "method", name(operation.method) }, { "path", operation.path }, { "parameters", std::move(all) },
        { "paged", operation.paged }, { "takes_field", operation.takes_field },
        { "answer", answers[static_cast<std::size_t>(operation.answer)] }, { "changes", operation.changes },
        { "repeatable", operation.repeatable }, { "published", operation.published },
        { "help", operation.help } };
    if (operation.body) {
        out["body"] = operation.body->name;
        out["body_is_list"] = operation.body_is_list;
        out["members"] = parameters(operation.body->fields, "body");
    }
    if (operation.shape) {
        out["shape"] = operation.shape->name;
        out["answers"] = parameters(operation.shape->fields, "answer");
    }
    return out;
}

} // namespace

int command_portal_operations(const Screen& screen)
{
    json::array all;
    std::vector<std::vector<std::string>> rows;
    for (const auto& operation : portal_operations()) {
        all.push_back(operation_json(operation));
        if (!operation.family.empty())
            rows.push_back({ std::string(operation.family), std::string(operation.verb),
                std::string(name(operation.method)), operation.changes ? "yes" : "",
                std::string(operation.help) });
    }
    if (screen.form == Form::json)
        screen.out << json::serialize(all) << "\n";
    else
        screen.out << table({ "family", "verb", "method", "changes", "what" }, rows, {}, screen.width);
    return exit_code::ok;
}

} // namespace site
