#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "store/outbox.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

std::string figures(const OutboxRow& row)
{
    std::string out;
    for (const auto& one : row.amounts)
        out += (out.empty() ? "" : " ") + one.type + "=" + one.amount.text();
    for (const auto& one : row.users)
        out += (out.empty() ? "" : " ") + one.username + "=" + one.amount.text();
    return out;
}

std::string state(const OutboxRow& row)
{
    if (row.refused)
        return "refused";
    return row.attempts == 0 ? "waits" : "tried " + std::to_string(row.attempts) + "x";
}

boost::json::object json(const OutboxRow& row)
{
    boost::json::object figures_json;
    for (const auto& one : row.amounts)
        figures_json[one.type] = one.amount.text();
    for (const auto& one : row.users)
        figures_json[one.username] = one.amount.text();
    boost::json::object out { { "resource", row.resource.text() }, { "month", text(row.month) },
        { "call", name(row.call) }, { "component", row.component }, { "figures", std::move(figures_json) },
        { "measured", text(row.measured) }, { "attempts", row.attempts }, { "refused", row.refused },
        { "last_error", row.last_error } };
    if (row.next_try)
        out["next_try"] = text(*row.next_try);
    return out;
}

} // namespace

int command_outbox_show(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    auto waiting = Outbox(**database).rows();
    if (!waiting)
        return desk.fail(waiting.error());
    if (desk.screen.form == Form::json) {
        boost::json::array all;
        for (const auto& row : *waiting)
            all.push_back(json(row));
        desk.screen.out << boost::json::serialize(boost::json::object { { "rows", std::move(all) } }) << "\n";
        return exit_code::ok;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : *waiting)
        rows.push_back({ text(row.month), row.resource.text(), std::string(name(row.call)), row.component,
            state(row), figures(row) + (row.last_error.empty() ? "" : "; " + row.last_error) });
    if (rows.empty())
        desk.screen.out << "the outbox is empty: the portal has every figure\n";
    desk.screen.out << table(
        { "MONTH", "RESOURCE", "CALL", "COMPONENT", "STATE", "FIGURES" }, rows, {}, desk.screen.width);
    return exit_code::ok;
}

int command_outbox_send(Desk& desk)
{
    if (desk.config.mode == OperatingMode::audit)
        return desk.fail({ Errc::refused, "the configuration says `mode: audit`: nothing is sent" });
    auto agent = Agent::open(desk.config, Agent::Purpose::act, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    auto drained = (*agent)->send(Due::all);
    if (!drained)
        return desk.fail(drained.error());
    const int code = drained->failed > 0 ? exit_code::error : exit_code::ok;
    if (desk.screen.form == Form::json) {
        boost::json::array errors;
        for (const auto& error : drained->errors)
            errors.emplace_back(error);
        desk.screen.out << boost::json::serialize(boost::json::object { { "sent", drained->sent },
            { "failed", drained->failed }, { "refused", drained->refused }, { "errors", std::move(errors) } })
                        << "\n";
        return code;
    }
    desk.screen.out << drained->sent << " sent, " << drained->failed << " failed, " << drained->refused
                    << " refused\n";
    for (const auto& error : drained->errors)
        desk.screen.messages << error << "\n";
    return code;
}

} // namespace site
