#include "database.hpp"

#include "sql.hpp"
#include "sql_checklists.hpp"
#include "sql_projects.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>

namespace site {

struct Database::State {
    explicit State(const std::string& file) : connection(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
    {
    }
    SQLite::Database connection;
    // Statements stay prepared: filling in a large portal runs a few of them many thousand times.
    std::map<std::string, SQLite::Statement, std::less<>> prepared;

    SQLite::Statement& bound(std::string_view text, const Row& values);
};

namespace {

/// Leaves a prepared statement ready for its next use, whatever ends this one.
struct Reset {
    SQLite::Statement& statement;
    ~Reset() { statement.tryReset(); }
};

Value value_of(const SQLite::Column& column)
{
    if (column.isNull())
        return {};
    if (column.isInteger())
        return std::int64_t { column.getInt64() };
    return column.getString();
}

} // namespace

SQLite::Statement& Database::State::bound(std::string_view text, const Row& values)
{
    auto found = prepared.find(text);
    if (found == prepared.end())
        found = prepared.try_emplace(std::string(text), connection, std::string(text)).first;
    auto& statement = found->second;
    statement.clearBindings();
    int index = 0;
    for (const auto& value : values) {
        ++index;
        if (const auto* number = std::get_if<std::int64_t>(&value))
            statement.bind(index, *number);
        else if (const auto* text_value = std::get_if<std::string>(&value))
            statement.bind(index, *text_value);
        else
            statement.bind(index);
    }
    return statement;
}

std::string text_of(const Value& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : std::string();
}

std::int64_t number_of(const Value& value)
{
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

Database::Database(const std::string& file) : state_(std::make_unique<State>(file))
{
    state_->connection.exec(Sql::settings);
    state_->connection.exec(Sql::schema);
    state_->connection.exec(ProjectSql::schema);
    state_->connection.exec(ChecklistSql::schema);
}

Database::~Database() = default;

std::vector<Row> Database::rows(std::string_view text, const Row& values)
{
    auto& statement = state_->bound(text, values);
    const Reset reset { statement };
    std::vector<Row> found;
    while (statement.executeStep()) {
        Row row;
        for (int i = 0; i < statement.getColumnCount(); ++i)
            row.push_back(value_of(statement.getColumn(i)));
        found.push_back(std::move(row));
    }
    return found;
}

std::optional<Row> Database::row(std::string_view text, const Row& values)
{
    auto found = rows(text, values);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

int Database::run(std::string_view text, const Row& values)
{
    auto& statement = state_->bound(text, values);
    const Reset reset { statement };
    return statement.exec();
}

Database::Change::Change(Database& database) : database_(database)
{
    database_.run("BEGIN IMMEDIATE");
}

Database::Change::~Change()
{
    if (!open_)
        return;
    try {
        database_.run("ROLLBACK");
    } catch (const std::exception&) {
        // SQLite has rolled back by itself, as it does on a full disk.
    }
}

void Database::Change::commit()
{
    database_.run("COMMIT");
    open_ = false;
}

} // namespace site
