#include "config/reader.hpp"

#include "config/nearest.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace site::detail {
namespace {

using Given = std::unordered_map<std::string_view, const YamlNode*>;

constexpr std::array<std::string_view, 10> secret_words { "token", "api_token", "auth_token", "access_token",
    "password", "passwd", "secret", "client_secret", "api_key", "apikey" };

/// A word of the file made fit for a key's path.
std::string printable(std::string_view word)
{
    const auto text = site::cited(word);
    return text.substr(1, text.size() - 2);
}

std::string joined(const std::string& section, std::string_view word)
{
    return section.empty() ? printable(word) : section + "." + printable(word);
}

std::string_view name_of(YamlNode::Kind kind)
{
    switch (kind) {
    case YamlNode::Kind::null:
        return "has no value";
    case YamlNode::Kind::scalar:
        return "is a single value";
    case YamlNode::Kind::list:
        return "is a list";
    case YamlNode::Kind::map:
        return "is a section of keys";
    }
    return "is something else";
}

std::string known_words(std::span<const Key* const> keys)
{
    std::string out;
    for (const auto* key : keys)
        out += (out.empty() ? "" : ", ") + std::string(key->word());
    return out;
}

/// The problem of a key that the section doesn't have. Its value may be anything, so it is not told.
std::string unknown(std::string_view word, std::span<const Key* const> siblings)
{
    if (std::find(secret_words.begin(), secret_words.end(), word) != secret_words.end()) {
        std::string text = "secrets come from a file or a systemd credential";
        const auto beside = [&](std::string_view ending) {
            const auto wanted = std::string(word) + std::string(ending);
            return std::any_of(
                siblings.begin(), siblings.end(), [&](auto* key) { return key->word() == wanted; });
        };
        if (beside("_file") && beside("_credential"))
            text += ", allowed is " + std::string(word) + "_file or " + std::string(word) + "_credential";
        return text;
    }
    std::vector<std::string_view> words;
    for (const auto* key : siblings)
        words.push_back(key->word());
    if (const auto meant = nearest(word, words))
        return "is not a known key, did you mean \"" + std::string(*meant) + "\"?";
    for (const auto& key : key_table())
        if (key.word() == word)
            return "is not a known key here, there is " + std::string(key.path);
    return "is not a known key, allowed are " + known_words(siblings);
}

class Reader {
public:
    explicit Reader(Reading& reading) : reading_(reading), target_ { reading.config } { }

    /// `node` is a map, or null for a section that the file leaves out. `pattern` is its path in the table,
    /// `actual` its path in the file.
    void section(const YamlNode* node, const std::string& pattern, const std::string& actual)
    {
        const auto keys = keys_of(pattern);
        const auto given = node != nullptr ? once(*node, actual) : Given {};
        if (node != nullptr)
            for (const auto& item : node->items)
                if (std::none_of(
                        keys.begin(), keys.end(), [&](auto* key) { return key->word() == item.key; }))
                    reading_.problem(item.key_place, joined(actual, item.key), unknown(item.key, keys));
        for (const auto* key : keys) {
            const auto found = given.find(key->word());
            if (found != given.end())
                present(*key, *found->second, joined(actual, key->word()));
            else
                absent(*key, node != nullptr ? node->place : Place {}, joined(actual, key->word()));
        }
    }

private:
    /// The keys of a map; of doubled ones the first, and a problem for each further one.
    Given once(const YamlNode& map, const std::string& actual)
    {
        Given given;
        for (const auto& item : map.items) {
            const auto [first, fresh] = given.emplace(item.key, &item);
            if (!fresh)
                reading_.problem(item.key_place, joined(actual, item.key),
                    "is given twice, first in line " + std::to_string(first->second->key_place.line));
        }
        return given;
    }

    void refuse(const Key& key, Place at, const std::string& actual, const std::string& what)
    {
        reading_.problem(at, actual, what + ", allowed is " + allowed(key.type));
    }

    void absent(const Key& key, Place section, const std::string& actual)
    {
        switch (key.fallback.kind) {
        case Fallback::Kind::required:
            refuse(key, section, actual, "is missing");
            return;
        case Fallback::Kind::none:
            return;
        case Fallback::Kind::built_in:
            key.put(target_, Value { std::string(SITE_PLUGIN_DIR) });
            settle(actual, yaml_text(SITE_PLUGIN_DIR), nullptr);
            return;
        case Fallback::Kind::text:
            break;
        }
        if (std::holds_alternative<SectionType>(key.type)) {
            key.put(target_, Value {});
            this->section(nullptr, std::string(key.path), actual);
            return;
        }
        const auto text = key.fallback.text;
        if (std::holds_alternative<TextListType>(key.type))
            key.put(target_, Value { std::vector<std::string> {} });
        else if (!std::holds_alternative<SectionMapType>(key.type))
            key.put(target_, value_of(key.type, text).value());
        settle(actual, text == "{}" || text == "[]" ? std::string(text) : yaml_text(text), nullptr);
    }

    void present(const Key& key, const YamlNode& node, const std::string& actual)
    {
        reading_.given.emplace(actual, node.key_place);
        if (node.refused) {
            reading_.bad.insert(actual);
            return;
        }
        if (node.kind == YamlNode::Kind::null) {
            refuse(key, node.key_place, actual, "has no value");
            return;
        }
        if (node.kind != shape_of(key.type)) {
            refuse(key, node.place, actual, std::string(name_of(node.kind)));
            return;
        }
        if (std::holds_alternative<SectionType>(key.type)) {
            key.put(target_, Value {});
            section(&node, std::string(key.path), actual);
        } else if (std::holds_alternative<SectionListType>(key.type))
            section_list(key, node, actual);
        else if (const auto* named = std::get_if<SectionMapType>(&key.type))
            section_map(key, *named, node, actual);
        else if (const auto* list = std::get_if<TextListType>(&key.type))
            text_list(key, *list, node, actual);
        else
            single(key, node, actual);
    }

    static YamlNode::Kind shape_of(const ValueType& type)
    {
        if (std::holds_alternative<SectionType>(type) || std::holds_alternative<SectionMapType>(type))
            return YamlNode::Kind::map;
        if (std::holds_alternative<SectionListType>(type) || std::holds_alternative<TextListType>(type))
            return YamlNode::Kind::list;
        return YamlNode::Kind::scalar;
    }

    void single(const Key& key, const YamlNode& node, const std::string& actual)
    {
        const auto value = value_of(key.type, node.text);
        if (!value) {
            refuse(key, node.place, actual, value.error().text);
            return;
        }
        key.put(target_, *value);
        const auto* kept = std::get_if<std::string>(&*value);
        settle(actual, yaml_text(kept != nullptr ? *kept : node.text), &node.key_place);
    }

    void text_list(const Key& key, const TextListType& type, const YamlNode& node, const std::string& actual)
    {
        std::vector<std::string> kept;
        std::unordered_set<std::string> seen;
        std::string shown;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const auto& item = node.items[i];
            const auto entry = actual + "[" + std::to_string(i) + "]";
            const auto text = text_entry(*type.rule, item, entry);
            if (!text) {
                reading_.bad.insert(actual);
                continue;
            }
            if (!seen.insert(*text).second && !type.alike)
                reading_.problem(item.place, entry, site::cited(*text) + " is listed twice");
            shown += (kept.empty() ? "" : ", ") + yaml_text(*text);
            kept.push_back(*text);
        }
        if (node.items.size() < type.least)
            refuse(key, node.place, actual, "is empty");
        if (!reading_.good(actual))
            return;
        settle(actual, "[" + shown + "]", &node.key_place);
        key.put(target_, Value { std::move(kept) });
    }

    /// The text of one entry of a list; none when it has a problem.
    std::optional<std::string> text_entry(
        const TextRule& rule, const YamlNode& item, const std::string& entry)
    {
        if (item.refused)
            return std::nullopt;
        std::string wrong { name_of(item.kind) };
        if (item.kind == YamlNode::Kind::scalar) {
            const auto value = value_of(TextType { &rule }, item.text);
            if (value)
                return std::get<std::string>(*value);
            wrong = value.error().text;
        }
        reading_.problem(item.place, entry, wrong + ", allowed is " + std::string(rule.allowed));
        return std::nullopt;
    }

    void section_list(const Key& key, const YamlNode& node, const std::string& actual)
    {
        if (node.items.size() != 1)
            refuse(key, node.place, actual,
                node.items.empty() ? "is empty" : "has " + std::to_string(node.items.size()) + " entries");
        for (std::size_t i = 0; i < node.items.size(); ++i)
            entry(key, node.items[i], Value {}, "[]", actual + "[" + std::to_string(i) + "]");
    }

    void section_map(
        const Key& key, const SectionMapType& type, const YamlNode& node, const std::string& actual)
    {
        for (const auto& [name, item] : ordered(once(node, actual))) {
            const auto path = joined(actual, name);
            reading_.given.emplace(path, item->key_place);
            auto value = value_of(TextType { type.rule }, name);
            if (!value)
                reading_.problem(item->key_place, path,
                    "the name " + value.error().text + ", allowed is " + std::string(type.rule->allowed));
            else
                entry(key, *item, *value, ".*", path);
        }
        if (node.items.empty())
            settle(actual, "{}", &node.key_place);
    }

    static std::vector<std::pair<std::string, const YamlNode*>> ordered(const Given& given)
    {
        std::vector<std::pair<std::string, const YamlNode*>> out(given.begin(), given.end());
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        return out;
    }

    /// One section of several.
    void entry(const Key& key, const YamlNode& node, const Value& name, std::string_view ending,
        const std::string& actual)
    {
        if (node.refused) {
            reading_.bad.insert(actual);
            return;
        }
        if (node.kind != YamlNode::Kind::map) {
            const auto at
                = node.kind == YamlNode::Kind::null && !node.key.empty() ? node.key_place : node.place;
            reading_.problem(
                at, actual, std::string(name_of(node.kind)) + ", allowed is " + allowed(SectionType {}));
            return;
        }
        reading_.given.emplace(actual, node.place);
        key.put(target_, name);
        section(&node, std::string(key.path) + std::string(ending), actual);
    }

    void settle(const std::string& actual, std::string value, const Place* given)
    {
        auto source = given == nullptr ? std::string("default")
                                       : reading_.file.string() + ":" + std::to_string(given->line);
        reading_.settings.push_back({ actual, std::move(value), std::move(source) });
    }

    Reading& reading_;
    Target target_;
};

} // namespace

void Reading::problem(Place at, std::string key, std::string text)
{
    bad.insert(key);
    problems.push_back({ file, at.line, at.column, std::move(key), std::move(text) });
}

void read_document(const YamlNode& root, Reading& into)
{
    if (root.refused)
        return;
    if (root.kind != YamlNode::Kind::map) {
        const bool nothing = root.kind == YamlNode::Kind::null;
        into.problem(nothing ? Place { 1, 1 } : root.place, "",
            std::string(nothing ? "the file is empty" : name_of(root.kind))
                + ", allowed is a section of keys: " + known_words(keys_of("")));
        return;
    }
    Reader(into).section(&root, "", "");
}

} // namespace site::detail
