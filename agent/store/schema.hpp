#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <span>

namespace site {

/// One step of the schema, from version - 1 to version. A step that was released is never changed.
struct Migration {
    std::int64_t version = 0;
    const char* sql = nullptr;
};

/// Every step there is, ascending from 1.
std::span<const Migration> migrations();

/// `PRAGMA application_id` of a state file: "site".
constexpr std::int64_t state_application = 0x73697465;

/// The tables that decide what is ours and what may be taken away; looked through at each opening.
std::span<const char* const> vital_tables();

/// Carries out the steps above the file's `PRAGMA user_version`, each in its own transaction. Two processes
/// may do so at once. Throws SQLite::Exception.
void migrate(SQLite::Database&, std::span<const Migration>);

std::int64_t version_of(SQLite::Database&);

} // namespace site
