#include "store/backup.hpp"

#include "store/evidence_check.hpp"
#include "store/founding.hpp"
#include "store/journal.hpp"
#include "store/state_file.hpp"
#include "store/statement.hpp"
#include "system/fault.hpp"
#include "system/os_error.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <unistd.h>
#include <utility>

namespace site {
namespace {

constexpr std::string_view before_time = "state-";
constexpr std::string_view after_time = ".db";

// Over whole tables, and only here.
constexpr auto count_owned = "SELECT count(*) FROM owned WHERE made = 1";
constexpr auto newest_evidence = "SELECT at FROM evidence ORDER BY seq DESC LIMIT 1";
constexpr auto drop_allowances = "DELETE FROM allowance";

/// `20261126T080000Z`, for names of files.
std::string stamp(Instant at)
{
    auto out = text(at);
    std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
    return out;
}

std::string quoted(const std::filesystem::path& file)
{
    return "\"" + file.string() + "\"";
}

/// Copies one state of a database, as one file that needs no log beside it.
void copy_whole(SQLite::Database& from, SQLite::Database& to)
{
    SQLite::Backup(to, from).executeStep();
    to.exec("PRAGMA journal_mode = DELETE");
    const std::string said = to.execAndGet("PRAGMA integrity_check(1)").getString();
    if (said != "ok")
        throw SQLite::Exception("the copy is damaged: " + said);
}

Result<void> describe(const Database& database, StoreCopy& copy)
{
    std::error_code failed;
    copy.bytes = std::filesystem::file_size(copy.file, failed);
    return database.read("looking into the copy", [&](SQLite::Database& sql) {
        copy.head = head_of(sql);
        copy.records = sql.execAndGet(count_owned).getInt64();
        SQLite::Statement last(sql, newest_evidence);
        if (last.executeStep())
            copy.newest = Columns(last).instant();
    });
}

void drop_with_logs(const std::filesystem::path& file)
{
    for (const auto* suffix : { "", "-wal", "-shm", "-journal" })
        ::unlink((file.string() + suffix).c_str());
}

Result<void> move_file(const std::string& from, const std::string& to)
{
    if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT)
        return os_error("moving \"" + from + "\"", errno);
    return {};
}

} // namespace

Result<StoreCopy> back_up(const Database& database, const std::filesystem::path& to)
{
    const std::string what = "backing up to " + quoted(to);
    if (auto folder = prepare_state_folder(folder_of(to)); !folder)
        return folder.error().in(what);
    std::error_code failed;
    if (std::filesystem::exists(std::filesystem::symlink_status(to, failed)))
        return Error { Errc::refused, "it is there already" }.in(what);
    StoreCopy copy;
    copy.file = to;
    Result<void> made;
    auto read = database.read(what, [&](SQLite::Database& from) {
        made = make_state_file(to, [&](SQLite::Database& fresh) { copy_whole(from, fresh); });
        copy.head = head_of(from);
        copy.records = from.execAndGet(count_owned).getInt64();
    });
    if (!read)
        return read.error();
    if (!made)
        return made.error().in(what);
    copy.bytes = std::filesystem::file_size(to, failed);
    return copy;
}

std::string backup_name(Instant at)
{
    return std::string(before_time) + stamp(at) + std::string(after_time);
}

std::optional<Instant> backup_time(const std::filesystem::path& file)
{
    const auto name = file.filename().string();
    if (name.size() != before_time.size() + 16 + after_time.size() || !name.starts_with(before_time)
        || !name.ends_with(after_time))
        return std::nullopt;
    const auto at = name.substr(before_time.size(), 16);
    const auto parsed = parse_instant(at.substr(0, 4) + "-" + at.substr(4, 2) + "-" + at.substr(6, 5) + ":"
        + at.substr(11, 2) + ":" + at.substr(13));
    return parsed ? std::optional(*parsed) : std::nullopt;
}

std::vector<std::filesystem::path> backups_in(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> found;
    std::error_code failed;
    std::filesystem::directory_iterator entries(folder, failed);
    const std::filesystem::directory_iterator end;
    for (; !failed && entries != end; entries.increment(failed))
        if (backup_time(entries->path()))
            found.push_back(entries->path());
    std::sort(found.begin(), found.end(), std::greater {});
    return found;
}

Result<std::size_t> drop_old_backups(const std::filesystem::path& folder, std::size_t keep)
{
    const auto found = backups_in(folder);
    std::size_t dropped = 0;
    for (std::size_t i = keep; i < found.size(); ++i, ++dropped)
        if (::unlink(found[i].c_str()) != 0 && errno != ENOENT)
            return os_error("removing the old backup " + quoted(found[i]), errno);
    return dropped;
}

Result<Restoration> Restoration::prepare(
    const std::filesystem::path& backup, const std::filesystem::path& state)
{
    const std::string what = "looking into " + quoted(backup);
    if (auto folder = prepare_state_folder(folder_of(state)); !folder)
        return folder.error();
    if (auto usable = check_state_file(backup); !usable)
        return usable.error().in(what);
    Restoration made;
    made.state_ = state;
    made.draft_ = state.string() + ".restored-" + std::to_string(::getpid());
    drop_with_logs(made.draft_);
    try {
        SQLite::Database from(backup.string(), SQLite::OPEN_READONLY);
        if (auto drafted
            = make_state_file(made.draft_, [&](SQLite::Database& fresh) { copy_whole(from, fresh); });
            !drafted)
            return drafted.error().in(what);
    } catch (const SQLite::Exception& exception) {
        return sql_error(exception).in(what);
    }
    auto database = Database::open(made.draft_, Database::Access::write);
    if (!database)
        return Error { database.error().code, database.error().text }.in(what);
    made.copy_.file = backup;
    auto chain = check_chain(**database);
    if (!chain)
        return chain.error().in(what);
    if (chain->fault)
        return Error { Errc::internal, "its journal does not prove itself: " + chain->fault->what }.in(what);
    if (auto described = describe(**database, made.copy_); !described)
        return described.error();
    return made;
}

Restoration::Restoration(Restoration&& other) noexcept
    : state_(std::move(other.state_)), draft_(std::exchange(other.draft_, {})), copy_(std::move(other.copy_))
{
}

Restoration::~Restoration()
{
    if (!draft_.empty())
        drop_with_logs(draft_);
}

Result<std::filesystem::path> Restoration::finish(std::string_view by, Instant now)
{
    {
        auto database = Database::open(draft_, Database::Access::write);
        if (!database)
            return database.error();
        auto done = (*database)->commit("noting that it was restored", [&](Transaction& transaction) {
            set_found(transaction);
            transaction.sql().exec(drop_allowances);
            Journal(**database)
                .note(transaction, "restored", by,
                    "from " + quoted(copy_.file) + ", head " + text(copy_.head), now);
        });
        if (!done)
            return done.error();
    }
    // Without a log of its own before it gets its name: one of the old store must never be taken for its.
    try {
        SQLite::Database sql(draft_.string(), SQLite::OPEN_READWRITE);
        sql.exec("PRAGMA journal_mode = DELETE");
    } catch (const SQLite::Exception& exception) {
        return sql_error(exception);
    }
    if (auto synced = sync_file(draft_.string()); !synced)
        return synced.error();
    const auto aside = state_.string() + ".before-" + stamp(now);
    std::error_code failed;
    const bool was = std::filesystem::exists(state_, failed);
    fault_point("restore");
    for (const auto* suffix : { "", "-wal", "-shm" })
        if (auto moved = move_file(state_.string() + suffix, aside + suffix); !moved)
            return moved.error();
    fault_point("restore aside");
    if (::rename(draft_.c_str(), state_.c_str()) != 0)
        return os_error("putting the backup in place", errno);
    draft_.clear();
    if (auto synced = sync_folder(folder_of(state_)); !synced)
        return synced.error();
    return was ? std::filesystem::path(aside) : std::filesystem::path {};
}

} // namespace site
