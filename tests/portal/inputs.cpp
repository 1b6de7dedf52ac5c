#include "inputs.hpp"

#include "answers.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace site {
namespace {

Value or_null(const std::optional<std::string>& text)
{
    return text ? Value(*text) : Value();
}

std::string unknown_object(const Input& input, const std::string& value)
{
    if (input.form == Input::Form::link)
        return "Invalid hyperlink - Object does not exist.";
    if (input.form == Input::Form::uuid)
        return "Object with uuid=" + value + " does not exist.";
    return "\"" + value + "\" is not a valid choice.";
}

/// A file is kept by its address only.
Value image_of(Fields& given, const Input& input, Fields::Need need)
{
    const auto* value = given.any(input.name, need);
    if (!value)
        return {};
    const auto* part = value->if_object();
    if (part && part->contains("file"))
        return "portal:/media/project_image/" + std::string(part->at("file").as_string());
    given.wrong(input.name, "The submitted data was not a file. Check the encoding type on the form.");
    return {};
}

Value read(Fields& given, const Input& input, Fields::Need need)
{
    switch (input.form) {
    case Input::Form::number: {
        const auto number = given.number(input.name, need);
        return number ? Value(*number) : Value();
    }
    case Input::Form::boolean: {
        const auto flag = given.boolean(input.name, need);
        return flag ? Value(std::int64_t { *flag }) : Value();
    }
    case Input::Form::date:
        return or_null(given.date(input.name, need));
    case Input::Form::choice:
        return or_null(given.choice(input.name, need, input.choices));
    case Input::Form::texts:
        return or_null(given.texts_of(input.name, need));
    case Input::Form::uuid:
        return or_null(given.own_uuid(input.name, need));
    case Input::Form::link:
        return or_null(given.link(input.name, need, input.collection));
    case Input::Form::image:
        return image_of(given, input, need);
    case Input::Form::text:
        break;
    }
    return or_null(given.text(input.name, { .need = need, .longest = input.longest, .blank = input.blank }));
}

} // namespace

Settings settings_from(const Call& call, Fields& given, std::span<const Input> inputs, Update update)
{
    Settings settings;
    for (const auto& input : inputs) {
        if (input.null == Input::Null::taken && given.is_null(input.name)) {
            settings.push_back({ input.column, {} });
            continue;
        }
        auto value = read(given, input, update == Update::whole ? input.need : Fields::Need::optional);
        if (is_null(value))
            continue;
        if (input.known && !text_of(value).empty() && !call.database.row(input.known, { value }))
            given.wrong(input.name, unknown_object(input, text_of(value)));
        settings.push_back({ input.column, std::move(value) });
    }
    std::erase_if(settings, [](const Setting& setting) { return setting.column.empty(); });
    return settings;
}

Value value_of(const Settings& settings, std::string_view column)
{
    const auto found = std::ranges::find(settings, column, &Setting::column);
    return found == settings.end() ? Value() : found->value;
}

void store(Database& database, std::string_view table, const std::string& uuid, const Settings& settings)
{
    if (settings.empty())
        return;
    std::string text = "UPDATE " + std::string(table) + " SET ";
    Row values;
    for (const auto& [column, value] : settings) {
        text += (values.empty() ? "\"" : ", \"") + std::string(column) + "\" = ?";
        values.push_back(value);
    }
    values.emplace_back(uuid);
    database.run(text + " WHERE uuid = ?", values);
}

} // namespace site
