#include "view/html.hpp"

#include "portal/error_line.hpp"

namespace site {

std::string html_text(std::string_view text)
{
    std::string out;
    for (const char c : one_line(text, text.size()))
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    return out;
}

} // namespace site
