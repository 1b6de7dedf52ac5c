#pragma once

#include "api/records.hpp"
#include "model/decimal.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"
#include "store/database.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace site {

/// The statement of this SQL, prepared once in a transaction. `text` is one of store/sql.hpp.
SQLite::Statement& prepared(Transaction&, const char* text);

/// A month as the store writes it: 202611.
std::int64_t number(Month);

/// At most so many bytes from the beginning of a text, ending between two characters of UTF-8.
std::string_view beginning(std::string_view text, std::size_t most);

namespace detail {

void put(SQLite::Statement&, int index, std::string_view);
void put(SQLite::Statement&, int index, const Name&);
void put(SQLite::Statement&, int index, const Uuid&);
void put(SQLite::Statement&, int index, const Value&);
void put(SQLite::Statement&, int index, Instant);
void put(SQLite::Statement&, int index, Day);
void put(SQLite::Statement&, int index, Month);
void put(SQLite::Statement&, int index, Decimal);
void put(SQLite::Statement&, int index, Kind);
void put(SQLite::Statement&, int index, const std::optional<Instant>&);
void put(SQLite::Statement&, int index, const std::optional<std::int64_t>&);
template <std::integral Number> void put(SQLite::Statement& statement, int index, Number value)
{
    statement.bind(index, static_cast<std::int64_t>(value));
}

} // namespace detail

/// Binds all values of a statement in their order.
template <class... Values> void with(SQLite::Statement& statement, const Values&... values)
{
    statement.reset();
    int index = 0;
    (detail::put(statement, ++index, values), ...);
}

/// Binds and carries out a statement without rows; the number of rows that it changed.
template <class... Values> int run(SQLite::Statement& statement, const Values&... values)
{
    with(statement, values...);
    return statement.exec();
}

/// The columns of the statement's present row, one after the other. Throws SQLite::Exception on what the
/// store never wrote.
class Columns {
public:
    explicit Columns(SQLite::Statement& statement) : statement_(statement) { }

    std::int64_t number();
    std::uint64_t count() { return static_cast<std::uint64_t>(number()); }
    bool flag() { return number() != 0; }
    std::string text();
    bool null(); ///< whether the next one is NULL; does not go on to it
    Name name() { return Name(text()); }
    Uuid uuid();
    Value value();
    Instant instant() { return Instant { Seconds { number() } }; }
    std::optional<Instant> maybe_instant();
    std::optional<std::int64_t> maybe_number();
    Day day();
    Month month();
    Decimal decimal() { return Decimal::hundredths(number()); }
    Kind kind();

private:
    SQLite::Statement& statement_;
    int next_ = 0;
};

} // namespace site
