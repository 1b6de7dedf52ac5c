#pragma once
// What the writing calls take, as tables: name, form, and the column that a value goes to.
#include "body.hpp"
#include "call.hpp"

#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace site {

/// One field of a body. Everything here is a constant of the program.
struct Input {
    enum class Form { text, number, boolean, date, choice, texts, uuid, link, image };
    std::string_view name;
    std::string_view column; ///< empty: checked and then ignored
    Form form = Form::text;
    Fields::Need need = Fields::Need::optional;
    enum class Null { refused, taken } null = Null::refused;
    std::size_t longest = 0; ///< characters of a text; 0: any
    bool blank = false; ///< whether a text may be empty
    std::span<const std::string_view> choices = {};
    std::string_view collection = {}; ///< of the object that a link names
    const char* known = nullptr; ///< the statement that finds the object or the code
};

/// Whether what is missing is demanded.
enum class Update { whole, part };

struct Setting {
    std::string_view column;
    Value value;
};
using Settings = std::vector<Setting>;

/// The columns that the body sets; what is wrong with it gathers in `given.errors`.
Settings settings_from(const Call& call, Fields& given, std::span<const Input> inputs, Update update);

/// Null when the column is not set.
Value value_of(const Settings& settings, std::string_view column);

/// One UPDATE of the row `uuid`.
void store(Database& database, std::string_view table, const std::string& uuid, const Settings& settings);

} // namespace site
