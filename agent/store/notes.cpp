#include "store/notes.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

namespace site {

void Notes::put(Transaction& transaction, std::string_view topic, std::string_view text, Instant at)
{
    run(prepared(transaction, sql::note_put), topic, at, text);
}

Result<std::optional<Note>> Notes::note(std::string_view topic) const
{
    std::optional<Note> found;
    auto done = database_.read("reading a note", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::note_of);
        with(query, topic);
        if (!query.executeStep())
            return;
        Columns row(query);
        found = Note { .at = row.instant(), .text = row.text() };
    });
    if (!done)
        return done.error();
    return found;
}

} // namespace site
