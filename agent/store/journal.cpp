#include "store/journal.hpp"

#include "store/evidence_body.hpp"
#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

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

boost::json::value json(const Value& value)
{
    if (const auto number = value.number())
        return *number;
    if (const auto* word = value.word())
        return boost::json::value(word->text());
    return nullptr;
}

KeyWords words(const Key& key)
{
    return { name(key.kind), key.cluster.text(), key.name.text(), key.member.text(), key.part.text() };
}

std::string intent(std::int64_t cycle, std::string_view plugin, std::string_view by, const Change& change)
{
    IntentWords made { .cycle = cycle,
        .plugin = plugin,
        .by = by,
        .action = name(change.action),
        .effect = effects[static_cast<std::size_t>(change.effect)],
        .key = words(change.key),
        .reason = change.reason };
    for (const auto& field : change.fields)
        made.fields.push_back(field_json(
            field.field.text(), json(field.before), json(field.after), field.basis.text(), field.release));
    for (const auto& need : change.needs)
        made.needs.push_back(key_json(words(need)));
    return intent_body(std::move(made));
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
        append(transaction, at, "intent", id, intent(cycle, plugin, by, change));
        ids.push_back(id);
    }
    return ids;
}

void Journal::settle(
    Transaction& transaction, std::int64_t id, Outcome outcome, std::string_view said, Instant at)
{
    const auto settled = outcome == Outcome::open ? std::nullopt : std::optional(at);
    const auto kept = beginning(said, most_said);
    if (run(prepared(transaction, sql::journal_settle), name(outcome), kept, settled, id) == 0)
        return; // compacted since
    append(transaction, at, "outcome", id, outcome_body(name(outcome), kept));
}

void Journal::ran(Transaction& transaction, const std::vector<std::int64_t>& ids,
    const std::vector<std::string>& commands, Instant at)
{
    if (!ids.empty())
        append(transaction, at, "commands", ids.front(), commands_body(ids, commands));
}

void Journal::note(
    Transaction& transaction, std::string_view event, std::string_view by, std::string_view text, Instant at)
{
    append(transaction, at, event, std::nullopt, note_body(by, text));
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
    const auto* text = !asked.name.empty() ? sql::journal_of_name
        : !asked.user.empty()              ? sql::journal_of_user
                                           : sql::journal_since;
    if (asked.open_or_failed)
        text = !asked.name.empty() ? sql::journal_unsettled_of_name
            : !asked.user.empty()  ? sql::journal_unsettled_of_user
                                   : sql::journal_unsettled_since;
    auto done = database_.read("reading the journal", [&](SQLite::Database& database) {
        SQLite::Statement query(database, text);
        with(query, asked.since.value_or(Instant::min()), asked.until.value_or(Instant::max()), asked.name,
            asked.user, asked.kind ? site::name(*asked.kind) : std::string_view {}, asked.most);
        found = gather(database, query);
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::optional<BatchCommands>> Journal::commands_of(std::int64_t id) const
{
    std::string body;
    auto done = database_.read("reading the commands of a change", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::evidence_commands);
        with(query, id);
        if (query.executeStep())
            body = Columns(query).text();
    });
    if (!done)
        return done.error();
    if (body.empty())
        return std::optional<BatchCommands> {};
    try {
        const auto value = boost::json::parse(body);
        BatchCommands batch { .first = value.at("first").to_number<std::int64_t>(),
            .last = value.at("last").to_number<std::int64_t>(),
            .commands = {},
            .left_out = value.at("left_out").to_number<std::uint64_t>() };
        if (id > batch.last)
            return std::optional<BatchCommands> {};
        for (const auto& command : value.at("commands").as_array())
            batch.commands.emplace_back(command.as_string());
        return std::optional(std::move(batch));
    } catch (const std::exception& problem) {
        return Error { Errc::internal,
            "reading the commands of a change: the journal holds what no release wrote: "
                + std::string(problem.what()) };
    }
}

} // namespace site
