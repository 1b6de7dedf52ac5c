#include "store/statement.hpp"

#include <chrono>

namespace site {

std::int64_t number(Month month)
{
    return static_cast<int>(month.year()) * 100 + static_cast<int>(static_cast<unsigned>(month.month()));
}

std::string_view beginning(std::string_view text, std::size_t most)
{
    if (text.size() <= most)
        return text;
    const auto inside_a_character = [&](std::size_t at) { return (text[at] & 0xc0) == 0x80; };
    auto end = most;
    while (end > 0 && most - end < 4 && inside_a_character(end))
        --end;
    return text.substr(0, end);
}

SQLite::Statement& prepared(Transaction& transaction, const char* text)
{
    auto& statement = transaction.statements_[text];
    if (!statement)
        statement = std::make_unique<SQLite::Statement>(transaction.sql_, text);
    return *statement;
}

namespace detail {

void put(SQLite::Statement& statement, int index, std::string_view text)
{
    statement.bind(index, std::string(text));
}

void put(SQLite::Statement& statement, int index, const Name& name)
{
    statement.bindNoCopy(index, name.text()); // names live as long as the process
}

void put(SQLite::Statement& statement, int index, const Uuid& uuid)
{
    statement.bind(index, uuid.text());
}

void put(SQLite::Statement& statement, int index, const Value& value)
{
    if (const auto integer = value.number())
        statement.bind(index, *integer);
    else if (const auto* word = value.word())
        put(statement, index, *word);
    else
        statement.bind(index);
}

void put(SQLite::Statement& statement, int index, Instant at)
{
    statement.bind(index, static_cast<std::int64_t>(at.time_since_epoch().count()));
}

void put(SQLite::Statement& statement, int index, Day day)
{
    statement.bind(index, static_cast<std::int64_t>(day.time_since_epoch().count()));
}

void put(SQLite::Statement& statement, int index, Month month)
{
    statement.bind(index, number(month));
}

void put(SQLite::Statement& statement, int index, Decimal amount)
{
    statement.bind(index, amount.in_hundredths());
}

void put(SQLite::Statement& statement, int index, Kind kind)
{
    put(statement, index, name(kind));
}

void put(SQLite::Statement& statement, int index, const std::optional<Instant>& at)
{
    if (at)
        put(statement, index, *at);
    else
        statement.bind(index);
}

void put(SQLite::Statement& statement, int index, const std::optional<std::int64_t>& number)
{
    if (number)
        statement.bind(index, *number);
    else
        statement.bind(index);
}

} // namespace detail

std::int64_t Columns::number()
{
    return statement_.getColumn(next_++).getInt64();
}

std::string Columns::text()
{
    return statement_.getColumn(next_++).getString();
}

bool Columns::null()
{
    return statement_.getColumn(next_).isNull();
}

Uuid Columns::uuid()
{
    const auto parsed = Uuid::parse(text());
    if (!parsed)
        throw SQLite::Exception("the state file holds what no release wrote: " + parsed.error().text);
    return *parsed;
}

Value Columns::value()
{
    const auto column = statement_.getColumn(next_++);
    if (column.isNull())
        return {};
    if (column.isInteger())
        return Value(column.getInt64());
    return Value(Name(column.getString()));
}

std::optional<Instant> Columns::maybe_instant()
{
    if (!null())
        return instant();
    ++next_;
    return std::nullopt;
}

std::optional<std::int64_t> Columns::maybe_number()
{
    if (!null())
        return number();
    ++next_;
    return std::nullopt;
}

Day Columns::day()
{
    return Day { std::chrono::days { number() } };
}

Month Columns::month()
{
    const auto stored = number();
    return std::chrono::year { static_cast<int>(stored / 100) }
    / std::chrono::month { static_cast<unsigned>(stored % 100) };
}

Kind Columns::kind()
{
    const auto word = text();
    const auto parsed = parse_kind(word);
    if (!parsed)
        throw SQLite::Exception("the state file has an unknown kind \"" + word + "\"");
    return *parsed;
}

} // namespace site
