#pragma once
// How a portal's first data is read from YAML: key by key, with the place of what is wrong.
#include "decimal.hpp"
#include "uuid.hpp"

#include <boost/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace site {

/// Where and what; caught in load.cpp's two public functions.
struct Wrong {
    YAML::Mark mark;
    std::string text;
};

/// What YAML writes without quotation marks is null, a boolean or a number when it looks like one.
inline boost::json::value json_from(const YAML::Node& node)
{
    if (node.IsMap()) {
        boost::json::object object;
        for (const auto& item : node)
            object[item.first.as<std::string>()] = json_from(item.second);
        return object;
    }
    if (node.IsSequence()) {
        boost::json::array list;
        for (const auto& item : node)
            list.push_back(json_from(item));
        return list;
    }
    bool flag = false;
    std::int64_t number = 0;
    if (!node || node.IsNull())
        return nullptr;
    if (node.Tag() != "!" && YAML::convert<bool>::decode(node, flag))
        return flag;
    if (node.Tag() != "!" && YAML::convert<std::int64_t>::decode(node, number))
        return number;
    return boost::json::string(node.Scalar());
}

/// One mapping, read key by key. Keys that nobody asks for are mistakes.
class Entry {
public:
    Entry(const YAML::Node& node, std::initializer_list<std::string_view> keys) : node_(node)
    {
        if (!node.IsMap())
            throw Wrong { node.Mark(), "a mapping is needed here" };
        for (const auto& item : node) {
            const auto key = item.first.as<std::string>();
            if (std::ranges::find(keys, key) == keys.end())
                throw Wrong { item.first.Mark(), "unknown key \"" + key + "\"" };
        }
    }

    std::string text(const char* key, const std::string& otherwise) const
    {
        return has(key) ? scalar(key) : otherwise;
    }
    std::string text(const char* key) const
    {
        if (!has(key))
            throw Wrong { node_.Mark(), "\"" + std::string(key) + "\" is missing" };
        return scalar(key);
    }
    /// `~` is the null of the API.
    std::optional<std::string> nullable(const char* key, std::optional<std::string> otherwise) const
    {
        if (!node_[key])
            return otherwise;
        return node_[key].IsNull() ? std::nullopt : std::optional(scalar(key));
    }
    bool flag(const char* key, bool otherwise) const { return has(key) ? as<bool>(key) : otherwise; }
    std::int64_t number(const char* key, std::int64_t otherwise) const
    {
        return has(key) ? as<std::int64_t>(key) : otherwise;
    }
    std::string uuid(const char* key) const
    {
        if (!has(key))
            return {};
        const auto found = uuid_from(scalar(key));
        if (!found)
            throw Wrong { node_[key].Mark(), "\"" + scalar(key) + "\" is no UUID" };
        return *found;
    }
    std::int64_t hundredths(const char* key) const
    {
        const auto read = read_decimal(text(key, "0"));
        if (const auto* amount = std::get_if<Decimal>(&read))
            return amount->hundredths;
        throw Wrong { node_[key].Mark(), std::get<std::string>(read) };
    }
    /// A document of any shape.
    std::string json(const char* key) const { return boost::json::serialize(json_from(node_[key])); }
    YAML::Node node(const char* key) const { return node_[key]; }
    bool has(const char* key) const { return node_[key] && !node_[key].IsNull(); }

private:
    template <class T> T as(const char* key) const
    {
        T value;
        if (!YAML::convert<T>::decode(node_[key], value))
            throw Wrong { node_[key].Mark(), "\"" + std::string(key) + "\" is of the wrong type" };
        return value;
    }
    std::string scalar(const char* key) const
    {
        if (!node_[key].IsScalar())
            throw Wrong { node_[key].Mark(), "\"" + std::string(key) + "\" must be a text" };
        return node_[key].Scalar();
    }

    YAML::Node node_;
};

} // namespace site
