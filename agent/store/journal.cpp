#include "store/journal.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <array>

namespace site {
namespace {

constexpr std::array<std::string_view, 4> outcomes { "open", "done", "failed", "later" };
constexpr std::array<std::string_view, 3> actions { "create", "update", "remove" };
constexpr std::array<std::string_view, 3> effects { "gives", "stops", "takes_away" };
constexpr std::size_t most_said = 4096; ///< bytes kept of a tool's words

template <class Enum, std::size_t size>
Enum parse(const std::array<std::string_view, size>& words, const std::string& word)
{
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end())
        throw SQLite::Exception("the journal has an unknown word \"" + word + "\"");
    return static_cast<Enum>(found - words.begin());
}

void add_details(Transaction& transaction, std::int64_t entry, const Change& change)
{
    auto& add_field = prepared(transaction, sql::journal_add_field);
    for (std::size_t i = 0; i < change.fields.size(); ++i) {
        const auto& field = change.fields[i];
        run(add_field, entry, i, field.field, field.before, field.after, field.basis, field.release);
    }
    auto& add_need = prepared(transaction, sql::journal_add_need);
    for (std::size_t i = 0; i < change.needs.size(); ++i) {
        const auto& need = change.needs[i];
        run(add_need, entry, i, need.kind, need.cluster, need.name, need.member, need.part);
    }
}

JournalEntry entry(Columns row)
{
    JournalEntry made;
    made.id = row.number();
    made.cycle = row.number();
    made.at = row.instant();
    made.plugin = row.text();
    made.by = row.text();
    made.change.action = parse<Action>(actions, row.text());
    made.change.effect = parse<Effect>(effects, row.text());
    made.change.key.kind = row.kind();
    made.change.key.cluster = row.name();
    made.change.key.name = row.name();
    made.change.key.member = row.name();
    made.change.key.part = row.name();
    made.change.reason = row.text();
    made.outcome = parse<Outcome>(outcomes, row.text());
    made.said = row.text();
    made.settled = row.maybe_instant();
    return made;
}

/// The entries of a bound query, with their fields and needs.
std::vector<JournalEntry> gather(SQLite::Database& database, SQLite::Statement& query)
{
    std::vector<JournalEntry> found;
    while (query.executeStep())
        found.push_back(entry(Columns(query)));
    SQLite::Statement fields(database, sql::journal_fields);
    SQLite::Statement needs(database, sql::journal_needs);
    for (auto& made : found) {
        with(fields, made.id);
        while (fields.executeStep()) {
            Columns row(fields);
            made.change.fields.push_back({ .field = row.name(),
                .before = row.value(),
                .after = row.value(),
                .basis = row.name(),
                .release = row.flag() });
        }
        with(needs, made.id);
        while (needs.executeStep()) {
            Columns row(needs);
            made.change.needs.push_back({ .kind = row.kind(),
                .cluster = row.name(),
                .name = row.name(),
                .member = row.name(),
                .part = row.name() });
        }
    }
    return found;
}

} // namespace

std::string_view name(Outcome outcome)
{
    return outcomes[static_cast<std::size_t>(outcome)];
}

std::vector<std::int64_t> Journal::intend(Transaction& transaction, std::string_view plugin,
    std::string_view by, Instant at, const std::vector<Change>& changes)
{
    std::vector<std::int64_t> ids;
    ids.reserve(changes.size());
    std::int64_t cycle = 0;
    auto& same_cycle = prepared(transaction, sql::journal_cycle);
    with(same_cycle, at, by);
    if (same_cycle.executeStep())
        cycle = Columns(same_cycle).number();
    same_cycle.reset();

    auto& add = prepared(transaction, sql::journal_add);
    for (const auto& change : changes) {
        const auto& key = change.key;
        run(add, cycle, at, plugin, by, name(change.action), effects[static_cast<std::size_t>(change.effect)],
            key.kind, key.cluster, key.name, key.member, key.part, change.reason);
        const auto id = transaction.sql().getLastInsertRowid();
        add_details(transaction, id, change);
        if (cycle == 0) {
            run(prepared(transaction, sql::journal_begins_cycle), id);
            cycle = id;
        }
        ids.push_back(id);
    }
    return ids;
}

void Journal::settle(
    Transaction& transaction, std::int64_t id, Outcome outcome, std::string_view said, Instant at)
{
    const auto settled = outcome == Outcome::open ? std::nullopt : std::optional(at);
    run(prepared(transaction, sql::journal_settle), name(outcome), beginning(said, most_said), settled, id);
}

Result<std::vector<JournalEntry>> Journal::open_intents(std::string_view plugin, Name cluster) const
{
    std::vector<JournalEntry> found;
    auto done = database_.read("reading the open intents", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::journal_open);
        with(query, plugin, cluster);
        found = gather(database, query);
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<JournalEntry>> Journal::entries(const JournalQuery& asked) const
{
    std::vector<JournalEntry> found;
    const auto since = asked.since.value_or(Instant::min());
    auto done = database_.read("reading the journal", [&](SQLite::Database& database) {
        const bool unsettled = asked.open_or_failed;
        if (asked.name.empty()) {
            SQLite::Statement query(database, unsettled ? sql::journal_unsettled_since : sql::journal_since);
            with(query, since, asked.most);
            found = gather(database, query);
        } else {
            SQLite::Statement query(
                database, unsettled ? sql::journal_unsettled_of_name : sql::journal_of_name);
            with(query, since, asked.name, asked.most);
            found = gather(database, query);
        }
    });
    if (!done)
        return done.error();
    return found;
}

} // namespace site
