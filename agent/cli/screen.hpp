#pragma once

#include "api/finding.hpp"

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace site {

enum class Form : std::uint8_t { text, json, csv, yaml };
enum class ColourChoice : std::uint8_t { automatic, always, never };
enum class Tint : std::uint8_t { plain, good, warn, bad, faint, strong };

/// Where a command's answer goes: what is told by colour is told by words as well.
struct Screen {
    std::ostream& out; ///< the answer
    std::ostream& messages; ///< progress and remarks, never part of the answer
    Form form = Form::text;
    bool colour = false;
    bool terminal = false; ///< messages go to a terminal: progress may overwrite its line
    std::size_t width = 100;
    bool draws = false; ///< the answer goes to a terminal: bars may stand in it
    bool blocks = false; ///< that terminal shows Unicode's block elements

    [[nodiscard]] std::string tinted(Tint, std::string_view) const;
};

/// For standard output and error as they are.
Screen standard_screen(Form, ColourChoice);

/// Columns that a piece of UTF-8 takes, one a character.
std::size_t columns_of(std::string_view);

/// At most so many columns, with `...` where something is cut off.
std::string cut_to(const std::string& text, std::size_t most);

/// Puts colour around the text of one cell.
using Paint = std::function<std::string(std::size_t row, std::size_t column, const std::string& cell)>;

/// A table that fits `width`: the last column is cut, the others are as wide as their widest cell.
/// Cells are plain text; control characters are replaced. No rows: nothing is printed.
/// Between two columns are `gap` blanks.
std::string table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows,
    const std::vector<std::size_t>& right_aligned, std::size_t width, const Paint& = {}, std::size_t gap = 2);

Tint tint(Severity);

} // namespace site
