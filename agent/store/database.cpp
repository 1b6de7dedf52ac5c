#include "store/database.hpp"

#include "store/founding.hpp"
#include "store/schema.hpp"
#include "store/state_file.hpp"
#include "system/fault.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <string>

namespace site {
namespace {

constexpr int busy_timeout_ms = 10'000; // a writer holds the file for one commit, never for longer

void set_up(SQLite::Database& sql)
{
    sql.exec("PRAGMA synchronous = FULL");
    sql.exec("PRAGMA foreign_keys = ON");
    sql.exec("PRAGMA trusted_schema = OFF");
}

void fill_new(SQLite::Database& sql)
{
    sql.exec("PRAGMA journal_mode = WAL");
    set_up(sql);
    migrate(sql, migrations());
}

/// That the file is ours, and of a version that we know.
Result<void> check_version(SQLite::Database& sql, Database::Access access)
{
    if (sql.execAndGet("PRAGMA application_id").getInt64() != state_application)
        return Error { Errc::invalid, "it is another program's database" };
    const auto version = version_of(sql);
    const auto ours = Database::schema_version();
    if (version > ours)
        return Error { Errc::invalid,
            "it was written by a newer site-agent (format " + std::to_string(version) + ", this one knows "
                + std::to_string(ours) + "); install that one again, or restore a backup made by this one" };
    if (version < ours && access == Database::Access::read)
        return Error { Errc::conflict,
            "it still has the format " + std::to_string(version) + " of an older site-agent (this one writes "
                + std::to_string(ours) + "); the service renews it when it starts" };
    return {};
}

/// A page that is damaged elsewhere shows when it is read; the ledger may be too large to look through.
Result<void> check_vital_tables(SQLite::Database& sql)
{
    for (const std::string table : vital_tables()) {
        const std::string said = sql.execAndGet("PRAGMA quick_check(" + table + ")").getString();
        if (said != "ok")
            return Error { Errc::internal,
                "it is damaged (" + table + ": " + said + "); it is left as it is, restore a backup" };
    }
    return {};
}

Result<void> make_ready(SQLite::Database& sql, Database::Access access)
{
    try {
        if (auto fits = check_version(sql, access); !fits)
            return fits;
        set_up(sql);
        if (access == Database::Access::read)
            return {};
        sql.exec("PRAGMA journal_mode = WAL");
        migrate(sql, migrations());
        return check_vital_tables(sql);
    } catch (const SQLite::Exception& exception) {
        return sql_error(exception);
    }
}

Result<void> prepare_file(const std::filesystem::path& file, Database::Access access)
{
    if (access == Database::Access::read)
        return check_state_file(file);
    if (auto folder = prepare_state_folder(folder_of(file)); !folder)
        return folder;
    auto usable = check_state_file(file);
    if (!usable && usable.error().code == Errc::not_found) {
        const auto trace = trace_of_a_store(folder_of(file));
        usable = make_state_file(file, [&](SQLite::Database& sql) {
            fill_new(sql);
            note_birth(sql, trace);
        });
        if (usable)
            usable = check_state_file(file);
    }
    if (!usable)
        return usable;
    return close_to_others(file);
}

Result<std::unique_ptr<SQLite::Database>> open_file(
    const std::filesystem::path& file, Database::Access access)
{
    if (auto there = prepare_file(file, access); !there)
        return there.error();
    try {
        const int flags = access == Database::Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE;
        auto sql = std::make_unique<SQLite::Database>(file.string(), flags, busy_timeout_ms);
        if (auto ready = make_ready(*sql, access); !ready)
            return ready.error();
        if (access == Database::Access::write)
            if (auto left = leave_trace(folder_of(file)); !left)
                return left.error();
        return sql;
    } catch (const SQLite::Exception& exception) {
        return sql_error(exception);
    }
}

Result<std::unique_ptr<SQLite::Database>> open_memory(const std::string* folder = nullptr)
{
    try {
        auto sql
            = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        fill_new(*sql);
        if (folder)
            note_birth(*sql, trace_of_a_store(*folder));
        return sql;
    } catch (const SQLite::Exception& exception) {
        return sql_error(exception);
    }
}

} // namespace

Transaction::Transaction(SQLite::Database& sql) : sql_(sql)
{
}

Transaction::~Transaction() = default;

Database::Database(std::unique_ptr<SQLite::Database> sql) : sql_(std::move(sql))
{
}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::as_if_new(const std::filesystem::path& file)
{
    const auto folder = folder_of(file);
    auto sql = open_memory(&folder);
    if (!sql)
        return sql.error();
    return std::unique_ptr<Database>(new Database(std::move(*sql)));
}

int Database::schema_version()
{
    return static_cast<int>(migrations().back().version);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, Access access)
{
    const bool in_memory = file == ":memory:";
    auto sql = in_memory ? open_memory() : open_file(file, access);
    if (!sql)
        return sql.error().in("opening " + state_file_text(file));
    std::unique_ptr<Database> made(new Database(std::move(*sql)));
    if (!in_memory) {
        auto opened = file_identity(file);
        if (!opened)
            return opened.error().in("opening " + state_file_text(file));
        made->file_ = file;
        made->identity_ = *opened;
    }
    return made;
}

Result<void> Database::commit(std::string_view what, const std::function<void(Transaction&)>& work)
{
    if (auto there = in_place(); !there)
        return there.error().in(what);
    try {
        SQLite::Transaction sql(*sql_, SQLite::TransactionBehavior::IMMEDIATE);
        {
            Transaction transaction(*sql_);
            work(transaction);
        }
        fault_point("committing");
        sql.commit();
    } catch (const SQLite::Exception& exception) {
        return sql_error(exception).in(what);
    }
    ++commits_;
    fault_point("commit");
    return {};
}

/// What is written to a file that was taken away would be lost with this process.
Result<void> Database::in_place() const
{
    if (file_.empty())
        return {};
    const auto now = file_identity(file_);
    if (now && *now == identity_)
        return {};
    return Error { Errc::internal,
        state_file_text(file_)
            + (now ? " was replaced by another" : " is no longer there: " + now.error().text)
            + "; nothing is written, start the agent again" };
}

Result<void> Database::read(std::string_view what, const std::function<void(SQLite::Database&)>& work) const
{
    try {
        if (sqlite3_get_autocommit(sql_->getHandle()) == 0) { // inside a commit: sees what it wrote
            work(*sql_);
            return {};
        }
        SQLite::Transaction one_state(*sql_); // all queries of one read see the same
        work(*sql_);
        one_state.commit();
    } catch (const SQLite::Exception& exception) {
        return sql_error(exception).in(what);
    }
    return {};
}

} // namespace site
