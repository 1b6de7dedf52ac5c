#include "store/founding.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"
#include "system/atomic_file.hpp"

#include <system_error>

namespace site {
namespace {

// The note's text begins with the word, then why. A store without the note is older than the note, so
// founded.
constexpr const char* topic = "store/lost";
constexpr std::string_view word_founded = "founded";
constexpr std::string_view word_unfounded = "unfounded: ";
constexpr std::string_view word_lost = "lost: ";

constexpr std::string_view trace_text
    = "A state file of site-agent was made in this folder. Should state.db be missing, a new one changes\n"
      "nothing at the site until it is restored or adopted. To start anew on purpose, remove this file and\n"
      "the folder of the backups as well.\n";

std::filesystem::path trace_file(const std::filesystem::path& folder)
{
    return folder / "founded";
}

bool has_backups(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::filesystem::directory_iterator entries(folder / "backups", failed);
    const std::filesystem::directory_iterator end;
    for (; !failed && entries != end; entries.increment(failed))
        if (entries->path().extension() == ".db")
            return true;
    return false;
}

void put(SQLite::Database& sql, std::string_view text)
{
    SQLite::Statement statement(sql, sql::note_put_now);
    run(statement, std::string_view(topic), text);
}

std::string note_text(const Database& database, Result<void>& done)
{
    std::string text;
    done = database.read("reading whether the store is founded", [&](SQLite::Database& sql) {
        SQLite::Statement query(sql, sql::note_of);
        with(query, std::string_view(topic));
        if (!query.executeStep())
            return;
        Columns row(query);
        (void)row.instant();
        text = row.text();
    });
    return text;
}

} // namespace

Result<Founding> founding(const Database& database)
{
    Result<void> done;
    const auto text = note_text(database, done);
    if (!done)
        return done.error();
    if (text.empty() || text == word_founded)
        return Founding::founded;
    if (text.starts_with(word_unfounded))
        return Founding::unfounded;
    return Founding::lost; // also what no release wrote: the careful answer
}

Result<bool> store_lost(const Database& database)
{
    auto state = founding(database);
    if (!state)
        return state.error();
    return *state == Founding::lost;
}

void set_found(Transaction& transaction)
{
    put(transaction.sql(), word_founded);
}

void set_lost(Transaction& transaction, std::string_view why)
{
    put(transaction.sql(), std::string(word_lost) + std::string(why));
}

Result<std::string> founding_text(const Database& database)
{
    Result<void> done;
    auto text = note_text(database, done);
    if (!done)
        return done.error();
    return text == word_founded ? std::string {} : text;
}

std::string trace_of_a_store(const std::filesystem::path& state_folder)
{
    std::error_code failed;
    if (const auto file = trace_file(state_folder); std::filesystem::exists(file, failed))
        return "\"" + file.string() + "\" is there";
    if (has_backups(state_folder))
        return "\"" + (state_folder / "backups").string() + "\" holds backups";
    return {};
}

Result<void> leave_trace(const std::filesystem::path& state_folder)
{
    std::error_code failed;
    if (std::filesystem::exists(trace_file(state_folder), failed))
        return {};
    return write_atomically(trace_file(state_folder), trace_text, 0600);
}

void note_birth(SQLite::Database& sql, const std::string& trace)
{
    if (trace.empty())
        put(sql, std::string(word_unfounded) + "made anew, and no cycle has looked at the site yet");
    else
        put(sql, std::string(word_lost) + "made anew, although there was one before: " + trace);
}

} // namespace site
