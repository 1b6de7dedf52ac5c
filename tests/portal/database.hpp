#pragma once
// SQLite behind two calls. Statements are the constants of sql.hpp; values are always bound.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace site {

using Value = std::variant<std::monostate, std::int64_t, std::string>;
using Row = std::vector<Value>;

inline bool is_null(const Value& value)
{
    return std::holds_alternative<std::monostate>(value);
}
/// The text or number; empty or 0 when the value is of another kind.
std::string text_of(const Value& value);
std::int64_t number_of(const Value& value);

/// Not for two threads at once. Every call throws std::exception on a broken statement or disk; the
/// application turns that into the portal's "500" in one place.
class Database {
public:
    /// Opens or creates the file (or `:memory:`) and its tables.
    explicit Database(const std::string& file);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    std::vector<Row> rows(std::string_view statement, const Row& values = {});
    std::optional<Row> row(std::string_view statement, const Row& values = {});
    /// The number of rows changed.
    int run(std::string_view statement, const Row& values = {});

    /// Undone at its end unless committed.
    class Change {
    public:
        explicit Change(Database& database);
        ~Change();
        Change(const Change&) = delete;
        Change& operator=(const Change&) = delete;
        void commit();

    private:
        Database& database_;
        bool open_ = true;
    };

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace site
