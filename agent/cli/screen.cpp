#include "cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace site {
namespace {

std::size_t terminal_width()
{
    winsize size {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return 100;
}

std::string printable(std::string_view text)
{
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }, '?');
    return out;
}

bool continues(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

} // namespace

std::string cut_to(const std::string& text, std::size_t most)
{
    if (columns_of(text) <= most)
        return text;
    std::size_t bytes = 0;
    for (std::size_t columns = 0; bytes < text.size(); ++bytes)
        if (!continues(text[bytes]) && columns++ == most - 3)
            break;
    return text.substr(0, bytes) + "...";
}

namespace {

std::string_view variable(const char* name)
{
    const auto* value = std::getenv(name);
    return value ? value : "";
}

/// By the locale's name, as setlocale would choose it. The console of Linux has too few glyphs.
bool shows_blocks()
{
    const auto term = variable("TERM");
    if (term.empty() || term == "dumb" || term == "linux")
        return false;
    for (const auto* name : { "LC_ALL", "LC_CTYPE", "LANG" })
        if (const auto locale = variable(name); !locale.empty())
            return locale.find("UTF-8") != std::string_view::npos
                || locale.find("utf8") != std::string_view::npos;
    return false;
}

} // namespace

std::string Screen::tinted(Tint tint, std::string_view text) const
{
    static constexpr const char* codes[] = { "", "32", "33", "31", "2", "1" };
    if (!colour || tint == Tint::plain)
        return std::string(text);
    return "\033[" + std::string(codes[static_cast<std::size_t>(tint)]) + "m" + std::string(text) + "\033[0m";
}

Screen standard_screen(Form form, ColourChoice choice)
{
    const bool terminal_out = ::isatty(STDOUT_FILENO) == 1;
    const auto* no_colour = std::getenv("NO_COLOR");
    const bool automatic = terminal_out && (!no_colour || *no_colour == '\0');
    const bool colour = choice == ColourChoice::always || (choice == ColourChoice::automatic && automatic);
    return { std::cout, std::cerr, form, colour && form == Form::text, ::isatty(STDERR_FILENO) == 1,
        terminal_out ? terminal_width() : 160, terminal_out, terminal_out && shows_blocks() };
}

std::size_t columns_of(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows,
    const std::vector<std::size_t>& right_aligned, std::size_t width, const Paint& paint, std::size_t gap)
{
    if (rows.empty())
        return {};
    std::vector<std::size_t> widths;
    for (const auto& head : heads)
        widths.push_back(columns_of(head));
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i]));
    std::size_t before_last = 0;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i)
        before_last += widths[i] + gap;
    const auto for_last = width > before_last + 12 ? width - before_last : 12;
    widths.back() = std::min(widths.back(), for_last);

    std::string out;
    const auto line = [&](const std::vector<std::string>& cells, const auto& painted) {
        std::string text;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const auto cell = cut_to(printable(i < cells.size() ? cells[i] : ""), widths[i]);
            const std::string pad(widths[i] - columns_of(cell), ' ');
            const bool right
                = std::find(right_aligned.begin(), right_aligned.end(), i) != right_aligned.end();
            text += std::string(i == 0 ? 0 : gap, ' ')
                + (right ? pad + painted(i, cell) : painted(i, cell) + pad);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    };
    line(heads, [](std::size_t, const std::string& cell) { return cell; });
    for (std::size_t row = 0; row < rows.size(); ++row)
        line(rows[row], [&](std::size_t column, const std::string& cell) {
            return paint && !cell.empty() ? paint(row, column, cell) : cell;
        });
    return out;
}

Tint tint(Severity severity)
{
    switch (severity) {
    case Severity::info:
        return Tint::plain;
    case Severity::warning:
        return Tint::warn;
    case Severity::error:
        break;
    }
    return Tint::bad;
}

} // namespace site
