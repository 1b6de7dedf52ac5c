#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

#include "model/identifier.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace site {
namespace {

namespace json = boost::json;

std::string shown(const Value& value)
{
    return value.unset() ? "unset" : value.text();
}

std::string would_change(const Adoptable& one)
{
    std::string out;
    for (const auto& field : one.fields)
        if (field.before != field.after)
            out += (out.empty() ? "" : ", ") + field.field.text() + ": " + shown(field.before) + " -> "
                + shown(field.after);
    return out.empty() ? "nothing" : out;
}

json::array records_json(const std::vector<Adoptable>& records)
{
    json::array out;
    for (const auto& one : records) {
        json::array fields;
        for (const auto& field : one.fields)
            if (field.before != field.after)
                fields.push_back(json::object { { "field", field.field.text() },
                    { "before", field.before.text() }, { "after", field.after.text() } });
        out.push_back(
            json::object { { "plugin", one.plugin }, { "key", text(one.key) }, { "kind", name(one.key.kind) },
                { "name", one.key.name.text() }, { "member", one.key.member.text() },
                { "marked", one.marked }, { "would_change", std::move(fields) }, { "reason", one.reason } });
    }
    return out;
}

std::string records_text(const std::vector<Adoptable>& records, const Screen& screen)
{
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : records)
        rows.push_back({ one.plugin, text(one.key), one.marked ? "ours" : "", would_change(one) });
    return table({ "PLUGIN", "RECORD", "MARK", "WOULD CHANGE" }, rows, {}, screen.width);
}

int list(const std::vector<Adoptable>& records, const Desk& desk, int code)
{
    const auto& screen = desk.screen;
    if (screen.form == Form::json)
        screen.out << json::serialize(json::object { { "adoptable", records_json(records) } }) << "\n";
    else if (records.empty())
        screen.out << "nothing to adopt: all that is asked for and is at the site is ours\n";
    else
        screen.out << records_text(records, screen);
    return code;
}

bool is(const Adoptable& one, const std::string& name)
{
    return one.key.name.text() == name || text(one.key) == name;
}

/// Those that the command line asks for.
std::vector<Adoptable> chosen(std::vector<Adoptable> records, const Arguments& arguments)
{
    const auto& names = arguments.names;
    std::erase_if(records, [&](const Adoptable& one) {
        if (arguments.marked && !one.marked)
            return true;
        return !names.empty() && std::none_of(names.begin(), names.end(), [&](const std::string& name) {
            return is(one, name);
        });
    });
    return records;
}

/// What is there; plugins that can't look are told of.
Result<Inventory> taken_stock(Agent& agent, const Desk& desk)
{
    auto inventory = agent.take_stock();
    end_progress(desk.screen);
    if (inventory && inventory->report.error)
        return *inventory->report.error;
    if (inventory)
        for (const auto& sick : inventory->report.plan.sick)
            desk.screen.messages << "plugin " << sick.plugin << " can't look: " << sick.error.text << "\n";
    return inventory;
}

} // namespace

int command_adopt(Desk& desk)
{
    const auto& arguments = desk.arguments;
    const bool act = arguments.all || arguments.marked || !arguments.names.empty();
    auto agent = Agent::open(
        desk.config, act ? Agent::Purpose::act : Agent::Purpose::look, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    auto inventory = taken_stock(**agent, desk);
    if (!inventory)
        return desk.fail(inventory.error());
    const auto records = chosen(std::move(inventory->adoptable), arguments);
    if (!act)
        return list(records, desk, inventory->report.plan.sick.empty() ? exit_code::ok : exit_code::error);
    for (const auto& name : arguments.names)
        if (std::none_of(records.begin(), records.end(), [&](const Adoptable& one) { return is(one, name); }))
            return desk.fail({ Errc::not_found,
                "there is nothing to adopt by the name " + cited(name)
                    + "; `site-agent adopt` lists what there is" });
    if (desk.screen.form == Form::text)
        list(records, desk, exit_code::ok);
    if (!desk.confirmed("Take over these " + std::to_string(records.size()) + " records?"))
        return desk.screen.form == Form::json ? list(records, desk, exit_code::changes) : exit_code::changes;
    AdoptRequest request { {}, arguments.marked, arguments.record_only };
    for (const auto& one : records)
        request.keys.push_back(one.key);
    const auto adopted = (*agent)->adopt(asker("adopt"), request);
    end_progress(desk.screen);
    if (!adopted)
        return desk.fail(adopted.error());
    if (adopted->error)
        return desk.fail(*adopted->error);
    if (desk.screen.form == Form::json)
        desk.screen.out << json::serialize(json::object { { "adopted", records_json(adopted->records) } })
                        << "\n";
    else
        desk.screen.out << adopted->records.size()
                        << " records are ours now; the next cycle makes them as they should be\n";
    return exit_code::ok;
}

int command_orphans(Desk& desk)
{
    auto agent = Agent::open(desk.config, Agent::Purpose::look, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    auto inventory = taken_stock(**agent, desk);
    if (!inventory)
        return desk.fail(inventory.error());
    const auto& screen = desk.screen;
    const int code = inventory->report.plan.sick.empty() ? exit_code::ok : exit_code::error;
    if (screen.form == Form::json) {
        json::array all;
        for (const auto& one : inventory->orphans)
            all.push_back(json::object { { "plugin", one.plugin }, { "key", text(one.key) },
                { "sort", name(one.sort) }, { "text", one.text } });
        screen.out << json::serialize(json::object { { "orphans", std::move(all) } }) << "\n";
        return code;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : inventory->orphans)
        rows.push_back({ one.plugin, text(one.key), std::string(name(one.sort)), one.text });
    if (rows.empty())
        screen.out << "no orphans\n";
    screen.out << table({ "PLUGIN", "RECORD", "SORT", "WHAT" }, rows, {}, screen.width);
    return code;
}

} // namespace site
