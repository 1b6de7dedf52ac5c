#include "slurm/fields.hpp"

#include <algorithm>
#include <vector>

namespace site {
namespace {

constexpr std::string_view cap_prefix = "GrpTRESMins/";
constexpr std::size_t most_text = 128;

bool kept(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
        || std::string_view(" ._-+@/()").find(c) != std::string_view::npos;
}

} // namespace

const SlurmFields& fields()
{
    static const SlurmFields the_fields;
    return the_fields;
}

std::string_view tres_of(Name field)
{
    const std::string_view text = field.text();
    return text.starts_with(cap_prefix) ? text.substr(cap_prefix.size()) : std::string_view {};
}

std::string clean_text(std::string_view text)
{
    std::string out;
    for (char c : text) {
        if (out.size() == most_text)
            break;
        if ((static_cast<unsigned char>(c) & 0xC0) == 0x80)
            continue; // the rest of one UTF-8 character, whose first byte became the dash
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        out += kept(c) ? c : '-';
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out.substr(std::min(out.find_first_not_of(' '), out.size()));
}

std::string sorted_list(std::string_view list)
{
    std::vector<std::string_view> words;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (comma > 0)
            words.push_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::string out;
    for (const auto word : words) {
        if (!out.empty())
            out += ',';
        out += word;
    }
    return out;
}

} // namespace site
