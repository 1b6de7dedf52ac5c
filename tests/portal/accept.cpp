#include "accept.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace site {
namespace {

struct Range {
    std::string type; ///< without parameters
    int exactness = 0;
};

std::vector<Range> ranges(std::string_view accept)
{
    std::vector<Range> found;
    while (!accept.empty()) {
        const auto item = accept.substr(0, accept.find(','));
        accept.remove_prefix(std::min(item.size() + 1, accept.size()));
        Range range;
        for (const char c : item.substr(0, item.find(';')))
            if (c != ' ')
                range.type += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        range.exactness = range.type == "*/*" ? 0 : range.type.ends_with("/*") ? 1 : 2;
        found.push_back(std::move(range));
    }
    return found;
}

bool covers(const Range& range, std::string_view type)
{
    return range.type == "*/*" || range.type == type
        || (range.exactness == 1
            && type.starts_with(std::string_view(range.type).substr(0, range.type.size() - 1)));
}

} // namespace

Form form_of(std::string_view accept)
{
    if (accept.empty())
        return Form::json;
    const auto wanted = ranges(accept);
    for (const int exactness : { 2, 1, 0 }) {
        const auto asks_for = [&](std::string_view type) {
            return std::ranges::any_of(wanted,
                [&](const Range& range) { return range.exactness == exactness && covers(range, type); });
        };
        if (asks_for("application/json"))
            return Form::json;
        if (asks_for("text/html"))
            return Form::html;
    }
    return Form::none;
}

} // namespace site
