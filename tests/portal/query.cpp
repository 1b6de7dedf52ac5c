#include "query.hpp"

#include <algorithm>
#include <charconv>

namespace site {

std::string percent_decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned value = 0;
        const auto code = text.substr(at + 1, 2);
        if (text[at] == '%' && code.size() == 2
            && std::from_chars(code.data(), code.data() + 2, value, 16).ptr == code.data() + 2) {
            plain += static_cast<char>(value);
            at += 2;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

namespace {

std::string decoded(std::string_view text)
{
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decoded(spaced);
}

} // namespace

Query::Query(std::string_view text)
{
    while (!text.empty()) {
        const auto item = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(item.size() + 1, text.size()));
        if (item.empty())
            continue;
        const auto equals = item.find('=');
        items_.emplace_back(decoded(item.substr(0, equals)),
            equals == std::string_view::npos ? "" : decoded(item.substr(equals + 1)));
    }
}

std::optional<std::string> Query::last(std::string_view name) const
{
    std::optional<std::string> found;
    for (const auto& [key, value] : items_)
        if (key == name)
            found = value;
    return found;
}

std::vector<std::string> Query::all(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [key, value] : items_)
        if (key == name)
            found.push_back(value);
    return found;
}

std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string coded;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            coded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        coded += '%';
        coded += hex[byte >> 4];
        coded += hex[byte & 15];
    }
    return coded;
}

} // namespace site
