#include "cli/portal_print.hpp"

#include "cli/csv.hpp"
#include "portal/error_line.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <yaml-cpp/emitter.h>

#include <algorithm>
#include <sstream>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::size_t most_cell = 40;
constexpr std::size_t most_text = 4000;

/// What a dotted path leads to; null when there is nothing.
const json::value* at(const json::value& row, std::string_view path)
{
    const auto* value = &row;
    while (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        const auto* object = value->if_object();
        if (!object)
            return nullptr;
        // A key may hold dots itself: identifiers do.
        if (const auto* whole = object->if_contains(path))
            return whole;
        value = object->if_contains(path.substr(0, dot));
        if (!value)
            return nullptr;
        path.remove_prefix(std::min(path.size(), dot + 1));
    }
    return value;
}

std::string plain(const json::value* value)
{
    if (!value || value->is_null())
        return {};
    if (const auto* text = value->if_string())
        return { text->data(), text->size() };
    return json::serialize(*value);
}

std::string cell(const json::value* value)
{
    auto text = one_line(plain(value), most_text);
    return text.empty() ? "-" : text;
}

/// A line of a table; what is beyond the screen is cut.
std::string padded(
    const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, std::size_t screen)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += cells[i];
        if (i + 1 < cells.size())
            line.append(widths[i] - columns_of(cells[i]) + 2, ' ');
    }
    return cut_to(line, screen);
}

/// Cut in the middle of a table, whole in its last column, which the table cuts itself.
std::string short_cell(const std::string& text)
{
    return cut_to(text, most_cell);
}

void emit(YAML::Emitter& out, const json::value& value)
{
    if (const auto* object = value.if_object()) {
        out << YAML::BeginMap;
        for (const auto& [key, inner] : *object) {
            out << YAML::Key << std::string(key) << YAML::Value;
            emit(out, inner);
        }
        out << YAML::EndMap;
    } else if (const auto* array = value.if_array()) {
        out << YAML::BeginSeq;
        for (const auto& inner : *array)
            emit(out, inner);
        out << YAML::EndSeq;
    } else if (const auto* text = value.if_string()) {
        // Quoted, so that "true" and "12.50" stay texts.
        out << YAML::DoubleQuoted << std::string(text->data(), text->size());
    } else if (value.is_null()) {
        out << YAML::Null;
    } else {
        out << json::serialize(value);
    }
}

std::string yaml(const json::value& value)
{
    YAML::Emitter out;
    emit(out, value);
    return std::string(out.c_str(), out.size()) + "\n";
}

std::vector<std::string> texts(const json::value& row, const std::vector<std::string>& columns)
{
    std::vector<std::string> out;
    for (const auto& column : columns)
        out.push_back(plain(at(row, column)));
    return out;
}

/// A map's entries as rows, with their key first.
json::array rows_of(const json::object& map)
{
    json::array rows;
    for (const auto& [key, value] : map) {
        json::object row { { "key", std::string(key) } };
        if (const auto* object = value.if_object())
            row.insert(object->begin(), object->end());
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

std::vector<std::string> shown_columns(const PortalOperation& operation)
{
    std::vector<std::string> out;
    auto rest = operation.columns;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        out.emplace_back(rest.substr(0, comma));
        rest.remove_prefix(std::min(rest.size(), comma + 1));
    }
    if (out.empty() && operation.shape) {
        if (operation.shape->is_map)
            out.emplace_back("key");
        for (const auto& field : operation.shape->fields)
            out.emplace_back(field.name);
    }
    return out;
}

void RowWriter::page(const json::array& rows)
{
    switch (screen_.form) {
    case Form::json:
        for (const auto& row : rows) {
            screen_.out << (began_ ? ",\n " : "[") << json::serialize(row);
            began_ = true;
        }
        break;
    case Form::yaml:
        for (const auto& row : rows) {
            screen_.out << yaml(json::array { row });
            began_ = true;
        }
        break;
    case Form::csv:
        if (!began_)
            screen_.out << csv_line(columns_);
        began_ = true;
        for (const auto& row : rows)
            screen_.out << csv_line(texts(row, columns_));
        break;
    case Form::text:
        rows_as_table(rows);
        break;
    }
}

void RowWriter::rows_as_table(const json::array& rows)
{
    std::vector<std::vector<std::string>> lines;
    if (!began_ && !rows.empty())
        lines.push_back(columns_);
    for (const auto& row : rows) {
        auto& line = lines.emplace_back();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            auto text = cell(at(row, columns_[i]));
            line.push_back(i + 1 < columns_.size() ? short_cell(text) : std::move(text));
        }
    }
    widths_.resize(columns_.size());
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i)
            widths_[i] = std::max(widths_[i], columns_of(line[i]));
    for (const auto& line : lines)
        screen_.out << padded(line, widths_, screen_.width) << "\n";
    began_ = began_ || !rows.empty();
}

void RowWriter::end()
{
    if (screen_.form == Form::json)
        screen_.out << (began_ ? "]\n" : "[]\n");
    else if (screen_.form == Form::yaml && !began_)
        screen_.out << "[]\n";
    else if (screen_.form == Form::csv && !began_)
        screen_.out << csv_line(columns_);
    else if (screen_.form == Form::text && !began_)
        screen_.messages << "nothing\n";
    screen_.out << std::flush;
}

void print_object(const Screen& screen, const PortalOperation& operation, const json::value& value,
    const std::vector<std::string>& columns)
{
    const auto* object = value.if_object();
    if (screen.form == Form::json) {
        screen.out << json::serialize(value) << "\n";
        return;
    }
    if (screen.form == Form::yaml || !object) {
        screen.out << yaml(value);
        return;
    }
    if (operation.shape && operation.shape->is_map) {
        RowWriter writer(screen, columns.empty() ? shown_columns(operation) : columns);
        writer.page(rows_of(*object));
        writer.end();
        return;
    }
    std::vector<std::string> names = columns;
    if (names.empty())
        for (const auto& [key, inner] : *object)
            names.emplace_back(key.data(), key.size());
    if (screen.form == Form::csv) {
        screen.out << csv_line(names) << csv_line(texts(value, names));
        return;
    }
    std::vector<std::vector<std::string>> lines;
    for (const auto& name : names)
        lines.push_back({ name, cell(at(value, name)) });
    screen.out << table({ "member", "value" }, lines, {}, screen.width);
}

} // namespace site
