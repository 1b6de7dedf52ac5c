#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "store/journal.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

void print_json(const std::vector<JournalEntry>& entries, const Screen& screen)
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
    screen.out << boost::json::serialize(boost::json::object { { "entries", std::move(all) } }) << "\n";
}

} // namespace

int command_journal(Desk& desk)
{
    const auto& arguments = desk.arguments;
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    auto entries = Journal(**database)
                       .entries({ arguments.most, arguments.since, arguments.name, arguments.unfinished });
    if (!entries)
        return desk.fail(entries.error());
    if (desk.screen.form == Form::json) {
        print_json(*entries, desk.screen);
        return exit_code::ok;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& entry : *entries)
        rows.push_back({ text(entry.at), std::to_string(entry.id), entry.by, std::string(name(entry.outcome)),
            text(entry.change) + (entry.said.empty() ? "" : "; " + entry.said) + " (" + entry.change.reason
                + ")" });
    if (rows.empty())
        desk.screen.out << "no entries\n";
    desk.screen.out << table({ "WHEN", "ID", "BY", "OUTCOME", "CHANGE" }, rows, { 1 }, desk.screen.width);
    return exit_code::ok;
}

} // namespace site
