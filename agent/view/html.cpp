#include "view/html.hpp"

namespace site {

std::string html_text(std::string_view text)
{
    std::string out;
    for (const char c : text)
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
        case '\n':
        case '\t':
            out += ' ';
            break;
        default:
            out += (c >= 0 && c < 0x20) || c == 0x7f ? '?' : c;
        }
    return out;
}

} // namespace site
