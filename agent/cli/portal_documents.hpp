#pragma once

#include "accounting/report_files.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "model/identifier.hpp"

namespace site {

/// Prints the portal's documents of a month, by default of `this_month`, or writes them into a folder: all of
/// them or one project's, as the arguments say. `read` makes them of the store. Returns the exit code.
template <class Read> int tell_documents(Desk& desk, Month this_month, Read read)
{
    const auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const auto& arguments = desk.arguments;
    const auto month = arguments.month.value_or(this_month);
    auto report = read(**database, report_scope(desk.config), month, desk.clock.now());
    if (!report)
        return desk.fail(report.error());
    if (!arguments.project.empty()) {
        std::erase_if(report->reports, [&](const auto& one) { return one.first != arguments.project; });
        if (report->reports.empty())
            return desk.fail({ Errc::not_found, "no project " + cited(arguments.project) + " is known" });
    }
    if (!arguments.folder.empty()) {
        const auto files = put_files(arguments.folder, month, *report);
        if (!files)
            return desk.fail(files.error());
        desk.screen.out << files->reports << " reports in " << (arguments.folder / text(month)).string()
                        << "\n";
        return exit_code::ok;
    }
    if (auto agrees = check(*report); !agrees)
        return desk.fail(agrees.error().in("the report"));
    desk.screen.out << (arguments.project.empty() ? json_text(*report)
                                                  : json_text(report->reports.begin()->second))
                    << "\n";
    return exit_code::ok;
}

} // namespace site
