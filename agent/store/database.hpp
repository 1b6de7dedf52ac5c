#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace SQLite {
class Database;
class Statement;
} // namespace SQLite

namespace site {

/// Proof that a transaction is open; writing functions of the store take one. Made by Database::commit only.
class Transaction {
public:
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    [[nodiscard]] SQLite::Database& sql() { return sql_; }

private:
    friend class Database;
    friend SQLite::Statement& prepared(Transaction&, const char* text);
    explicit Transaction(SQLite::Database& sql);
    ~Transaction();
    SQLite::Database& sql_;
    std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>>
        statements_; ///< by the text's address
};

/// The agent's SQLite file, `state.db` in the state folder: WAL, synchronous=FULL, foreign keys on,
/// mode 0600. Used from one thread. A file that was removed or replaced since is not written to. A file of a
/// newer version than ours is refused, an older one is migrated.
class Database {
public:
    enum class Access { write, read }; ///< read: the file must exist, nothing is created or migrated

    /// `:memory:` as the file gives a private one for tests.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, Access);
    /// What opening this file for the first time would give, in memory: nothing is made on the disk.
    static Result<std::unique_ptr<Database>> as_if_new(const std::filesystem::path& file);
    ~Database();

    /// Runs `work` and commits; all of it or, on an error, nothing. `what` is for the error's text.
    /// `work` may throw SQLite::Exception, nothing else. Before and after each commit a fault point is
    /// passed.
    Result<void> commit(std::string_view what, const std::function<void(Transaction&)>& work);

    /// Runs a read; SQLite's exceptions become an error.
    Result<void> read(std::string_view what, const std::function<void(SQLite::Database&)>& work) const;

    /// Commits made through this object, for tests that hold them against a bound.
    [[nodiscard]] std::uint64_t commits() const { return commits_; }
    [[nodiscard]] static int schema_version();

private:
    explicit Database(std::unique_ptr<SQLite::Database>);
    [[nodiscard]] Result<void> in_place() const;
    std::unique_ptr<SQLite::Database> sql_;
    std::filesystem::path file_; ///< empty: in memory
    std::pair<std::uint64_t, std::uint64_t> identity_; ///< of the file when it was opened
    std::uint64_t commits_ = 0;
};

} // namespace site
