#include "endpoint/query.hpp"

#include <algorithm>
#include <charconv>

namespace site {
namespace {

std::string decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto code = text.substr(at + 1, 2);
        unsigned char value = 0;
        if (text[at] == '%' && code.size() == 2
            && std::from_chars(code.data(), code.data() + 2, value, 16).ptr == code.data() + 2) {
            plain += static_cast<char>(value);
            at += 2;
        } else {
            plain += text[at] == '+' ? ' ' : text[at];
        }
    }
    return plain;
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
            equals == std::string_view::npos ? std::string {} : decoded(item.substr(equals + 1)));
    }
}

std::optional<std::string> Query::last(std::string_view name) const
{
    const auto found
        = std::find_if(items_.rbegin(), items_.rend(), [&](const auto& item) { return item.first == name; });
    return found == items_.rend() ? std::nullopt : std::optional(found->second);
}

} // namespace site
