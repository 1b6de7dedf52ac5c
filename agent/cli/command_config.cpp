#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iterator>

namespace site {

int command_config_show(Desk& desk)
{
    std::ifstream file(desk.arguments.config);
    const std::string yaml { std::istreambuf_iterator<char>(file), {} };
    if (!file)
        return desk.fail({ Errc::invalid, "reading " + desk.arguments.config.string() });
    const auto settings = effective(yaml, desk.arguments.config);
    if (desk.screen.form == Form::json) {
        boost::json::array all;
        for (const auto& one : settings)
            all.push_back(
                boost::json::object { { "key", one.key }, { "value", one.value }, { "source", one.source } });
        desk.screen.out << boost::json::serialize(boost::json::object { { "settings", std::move(all) } })
                        << "\n";
        return exit_code::ok;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : settings)
        rows.push_back({ one.key, one.source, one.value });
    desk.screen.out << table({ "KEY", "FROM", "VALUE" }, rows, {}, desk.screen.width);
    return exit_code::ok;
}

} // namespace site
