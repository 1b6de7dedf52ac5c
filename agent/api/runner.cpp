#include "api/runner.hpp"

#include <algorithm>

namespace site {
namespace {

bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || std::string_view("_-.,:/=@%+").find(c) != std::string_view::npos;
}

std::string word(std::string_view text)
{
    if (!text.empty() && std::all_of(text.begin(), text.end(), plain))
        return std::string(text);
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

} // namespace

std::string text(const Command& command)
{
    std::string out = word(command.program);
    for (const auto& argument : command.arguments)
        out += " " + word(argument);
    return out;
}

} // namespace site
