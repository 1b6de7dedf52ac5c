#include "store/compaction.hpp"

#include "store/evidence_body.hpp"
#include "store/sql.hpp"
#include "store/statement.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <limits>

namespace site {
namespace {

constexpr auto no_end = std::numeric_limits<std::int64_t>::max();
/// Rows in one commit, so that the log stays small and others get their turn.
constexpr std::int64_t most_at_once = 20'000;

/// Up to where the chain may go.
struct Cut {
    ChainHead last; ///< seq 0: nothing may go
    Instant from;
    Instant to;
    std::int64_t rows = 0;
    bool more = false; ///< it ended at the bound, not at what must stay
};

Cut cut(SQLite::Database& sql, const Anchor& anchor, Instant before, std::int64_t most)
{
    SQLite::Statement rows(sql, sql::evidence_walk);
    SQLite::Statement standing(sql, sql::evidence_standing);
    Cut found;
    std::int64_t reach = 0; ///< the last row that an entry of those passed has
    std::int64_t passed = 0;
    with(rows, anchor.last.seq);
    while (rows.executeStep()) {
        Columns row(rows);
        const auto seq = row.number();
        const auto at = row.instant();
        (void)row.text();
        const auto entry = row.maybe_number();
        (void)row.text();
        if (at >= before)
            break;
        if (passed == 0)
            found.from = at;
        ++passed;
        if (entry) {
            with(standing, *entry, *entry);
            if (!standing.executeStep())
                break;
            Columns of_entry(standing);
            const auto last = of_entry.number();
            if (of_entry.text() == "open")
                break;
            reach = std::max(reach, last);
        }
        if (reach > seq)
            continue;
        found.last = { seq, row.text() };
        found.to = at;
        found.rows = passed;
        if (passed >= most) {
            found.more = true;
            break;
        }
    }
    return found;
}

std::int64_t count(SQLite::Database& sql, const char* text, std::int64_t from, std::int64_t to)
{
    SQLite::Statement query(sql, text);
    with(query, from, to);
    return query.executeStep() ? query.getColumn(0).getInt64() : 0;
}

/// Entries from before the chain have nothing in it to go by.
int drop_older(Transaction& transaction, Instant before, std::int64_t older)
{
    auto& open = prepared(transaction, sql::journal_first_open);
    open.reset();
    const bool any = open.executeStep() && !open.getColumn(0).isNull();
    const auto first_open = any ? open.getColumn(0).getInt64() : no_end;
    open.reset();
    return run(prepared(transaction, sql::journal_drop_older), std::min(older + 1, first_open), before);
}

Anchor moved(const Anchor& anchor, const Cut& dropped, std::int64_t entries, std::string_view by, Instant now)
{
    Anchor next = anchor;
    if (anchor.rows == 0)
        next.from = dropped.rows > 0 ? dropped.from : now;
    if (dropped.rows > 0) {
        next.last = dropped.last;
        next.to = dropped.to;
    }
    next.rows += dropped.rows;
    next.entries += entries;
    next.at = now;
    next.by = std::string(by);
    return next;
}

} // namespace

Result<Compaction> compactable(const Database& database, Instant before)
{
    Compaction found;
    auto done = database.read("looking what may be dropped", [&](SQLite::Database& sql) {
        found.anchor = anchor_of(sql);
        const auto until = cut(sql, found.anchor, before, no_end);
        found.rows = until.rows;
        found.entries
            = count(sql, sql::evidence_entries, found.anchor.last.seq, until.rows > 0 ? until.last.seq : 0);
        found.anchor = moved(found.anchor, until, found.entries, {}, found.anchor.at);
    });
    if (!done)
        return done.error();
    return found;
}

Result<Compaction> compact(Database& database, Instant before, std::string_view by, Instant now)
{
    Compaction dropped;
    for (bool more = true; more;) {
        auto done = database.commit("compacting the journal", [&](Transaction& transaction) {
            auto& sql = transaction.sql();
            const auto anchor = anchor_of(sql);
            const auto older = entries_before_chain(sql);
            const auto until = cut(sql, anchor, before, most_at_once);
            more = until.more;
            std::int64_t entries = drop_older(transaction, before, older);
            if (until.rows > 0)
                entries += run(prepared(transaction, sql::journal_drop), anchor.last.seq, until.last.seq);
            dropped.anchor = anchor;
            if (until.rows == 0 && entries == 0)
                return;
            dropped.anchor = moved(anchor, until, entries, by, now);
            const auto& next = dropped.anchor;
            run(prepared(transaction, sql::anchor_put), next.last.seq, next.last.hash, next.from, next.to,
                next.rows, next.entries, next.at, next.by);
            run(prepared(transaction, sql::evidence_drop), next.last.seq);
            append(transaction, now, "compacted", std::nullopt, compacted_body(next, older));
            dropped.rows += until.rows;
            dropped.entries += entries;
        });
        if (!done)
            return done.error();
    }
    return dropped;
}

} // namespace site
