#include "accounting/storage_document.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "model/identifier.hpp"
#include "system/atomic_file.hpp"

namespace site {
namespace {

Result<PortalStorageReport> made(const Desk& desk, Database& database)
{
    const auto& cluster = desk.config.clusters.front();
    const Name name { cluster.name };
    const StorageLevels stored(database);
    auto known = PortalMemory(database).known(name);
    if (!known)
        return known.error();
    auto newest = stored.newest(name);
    if (!newest)
        return newest.error();
    const auto month = desk.arguments.month.value_or(month_of(desk.clock.now(), cluster.usage.zone_offset));
    auto days = stored.month(name, month);
    if (!days)
        return days.error();
    return storage_document(
        desk.config.portal_of(cluster).identifier, *known, *newest, *days, desk.clock.now());
}

} // namespace

int command_storage_report(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    auto report = made(desk, **database);
    if (!report)
        return desk.fail(report.error());
    const auto& arguments = desk.arguments;
    if (!arguments.project.empty()) {
        std::erase_if(report->reports, [&](const auto& one) { return one.first != arguments.project; });
        if (report->reports.empty())
            return desk.fail({ Errc::not_found, "no project " + cited(arguments.project) + " is known" });
    }
    if (auto agrees = check(*report); !agrees)
        return desk.fail(agrees.error().in("the report"));
    if (arguments.folder.empty()) {
        desk.screen.out << (arguments.project.empty() ? json_text(*report)
                                                      : json_text(report->reports.begin()->second))
                        << "\n";
        return exit_code::ok;
    }
    for (const auto& [project, one] : report->reports)
        if (auto put = write_atomically(
                std::filesystem::path(arguments.folder) / (project + ".json"), json_text(one) + "\n", 0640);
            !put)
            return desk.fail(put.error());
    desk.screen.out << report->reports.size() << " reports in " << arguments.folder << "\n";
    return exit_code::ok;
}

} // namespace site
