#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "store/evidence.hpp"
#include "store/journal.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

/// What was run for the entries, each batch once, newest first.
Result<std::vector<BatchCommands>> batches(const Journal& journal, const std::vector<JournalEntry>& entries)
{
    std::vector<BatchCommands> found;
    for (const auto& entry : entries) {
        if (!found.empty() && entry.id >= found.back().first && entry.id <= found.back().last)
            continue;
        auto batch = journal.commands_of(entry.id);
        if (!batch)
            return batch.error();
        if (*batch)
            found.push_back(std::move(**batch));
    }
    return found;
}

/// What the journal has beside changes: who asked, and what was decided.
struct Remark {
    Instant at;
    std::string event;
    std::string by;
    std::string text;
};

Result<std::vector<Remark>> remarks(const Database& database, const Arguments& arguments)
{
    std::vector<Remark> found;
    const bool of_some = !arguments.name.empty() || !arguments.user.empty() || arguments.kind;
    if (of_some || arguments.unfinished)
        return found;
    auto rows = Evidence(database).notes(
        arguments.since.value_or(Instant::min()), arguments.until.value_or(Instant::max()), arguments.most);
    if (!rows)
        return rows.error();
    for (const auto& row : *rows) {
        boost::system::error_code ec;
        const auto body = boost::json::parse(row.body, ec);
        const auto member = [&](const char* name) {
            const auto* value = body.is_object() ? body.as_object().if_contains(name) : nullptr;
            return value && value->is_string() ? std::string(value->as_string()) : std::string {};
        };
        const auto said = member("text");
        found.push_back({ row.at, row.event, member("by"), said.empty() ? row.body : said });
    }
    return found;
}

void print_json(const std::vector<JournalEntry>& entries, const std::vector<BatchCommands>& ran,
    const std::vector<Remark>& notes, bool commands, const Screen& screen)
{
    boost::json::array all;
    for (const auto& entry : entries) {
        boost::json::object one { { "id", entry.id }, { "cycle", entry.cycle }, { "at", text(entry.at) },
            { "plugin", entry.plugin }, { "by", entry.by }, { "change", text(entry.change) },
            { "reason", entry.change.reason }, { "outcome", name(entry.outcome) }, { "said", entry.said } };
        if (entry.settled)
            one["settled"] = text(*entry.settled);
        all.push_back(std::move(one));
    }
    boost::json::array remarked;
    for (const auto& note : notes)
        remarked.push_back(boost::json::object {
            { "at", text(note.at) }, { "event", note.event }, { "by", note.by }, { "text", note.text } });
    boost::json::object out { { "entries", std::move(all) }, { "notes", std::move(remarked) } };
    if (commands) {
        boost::json::array batch_list;
        for (const auto& batch : ran)
            batch_list.push_back(boost::json::object { { "first", batch.first }, { "last", batch.last },
                { "commands", boost::json::array(batch.commands.begin(), batch.commands.end()) },
                { "left_out", batch.left_out } });
        out["batches"] = std::move(batch_list);
    }
    screen.out << boost::json::serialize(out) << "\n";
}

void print_commands(const std::vector<BatchCommands>& ran, const Screen& screen)
{
    for (const auto& batch : ran) {
        screen.out << "\nrun for " << batch.first;
        if (batch.last != batch.first)
            screen.out << " to " << batch.last;
        screen.out << ":\n";
        for (const auto& command : batch.commands)
            screen.out << "    " << command << "\n";
        if (batch.left_out > 0)
            screen.out << "    and " << batch.left_out << " more that were not kept\n";
    }
}

/// Entries and notes, newest first, no more than were asked for.
std::string lines(const std::vector<JournalEntry>& entries, const std::vector<Remark>& notes,
    std::size_t most, const Screen& screen)
{
    std::vector<std::vector<std::string>> rows;
    auto note = notes.begin();
    const auto add_note = [&] {
        rows.push_back({ text(note->at), "", note->by, note->event, note->text });
        ++note;
    };
    for (const auto& entry : entries) {
        while (note != notes.end() && note->at > entry.at)
            add_note();
        rows.push_back({ text(entry.at), std::to_string(entry.id), entry.by, std::string(name(entry.outcome)),
            text(entry.change) + (entry.said.empty() ? "" : "; " + entry.said) + " (" + entry.change.reason
                + ")" });
    }
    while (note != notes.end())
        add_note();
    if (rows.empty())
        return "no entries\n";
    if (rows.size() > most)
        rows.resize(most);
    return table({ "WHEN", "ID", "BY", "OUTCOME", "CHANGE" }, rows, { 1 }, screen.width);
}

} // namespace

int command_journal(Desk& desk)
{
    const auto& arguments = desk.arguments;
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const Journal journal(**database);
    auto entries = journal.entries({ .most = arguments.most,
        .since = arguments.since,
        .until = arguments.until,
        .name = arguments.name,
        .user = arguments.user,
        .kind = arguments.kind,
        .open_or_failed = arguments.unfinished });
    if (!entries)
        return desk.fail(entries.error());
    std::vector<BatchCommands> ran;
    if (arguments.commands) {
        auto found = batches(journal, *entries);
        if (!found)
            return desk.fail(found.error());
        ran = std::move(*found);
    }
    auto notes = remarks(**database, arguments);
    if (!notes)
        return desk.fail(notes.error());
    if (desk.screen.form == Form::json) {
        print_json(*entries, ran, *notes, arguments.commands, desk.screen);
        return exit_code::ok;
    }
    desk.screen.out << lines(*entries, *notes, arguments.most, desk.screen);
    print_commands(ran, desk.screen);
    return exit_code::ok;
}

} // namespace site
