#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "store/backup.hpp"
#include "system/system_log.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

boost::json::object json(const StoreCopy& copy)
{
    boost::json::object out { { "file", copy.file.string() }, { "bytes", copy.bytes },
        { "records", copy.records }, { "head", text(copy.head) } };
    if (copy.newest)
        out["newest"] = text(*copy.newest);
    return out;
}

std::string described(const StoreCopy& copy)
{
    return copy.file.string() + ": " + std::to_string(copy.records) + " records are ours by it, "
        + std::to_string(copy.bytes) + " bytes\n"
        + (copy.newest ? "newest entry " + text(*copy.newest) + "\n" : std::string {}) + "journal head "
        + text(copy.head) + "\n";
}

} // namespace

int command_backup(Desk& desk)
{
    const auto& arguments = desk.arguments;
    auto to = arguments.file;
    if (to.empty())
        to = (arguments.folder.empty() ? desk.config.state / "backups" : arguments.folder)
            / backup_name(desk.clock.now());
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const auto copy = back_up(**database, to);
    if (!copy)
        return desk.fail(copy.error());
    if (desk.screen.form == Form::json)
        desk.screen.out << boost::json::serialize(json(*copy)) << "\n";
    else
        desk.screen.out << described(*copy);
    return exit_code::ok;
}

int command_restore(Desk& desk)
{
    const auto by = asker("restore");
    const auto service = try_lock(desk.config.runtime / "daemon.lock", by, desk.clock.now());
    if (!service)
        return desk.fail(service.error());
    if (const auto* held = std::get_if<LockHeld>(&*service))
        return desk.fail({ Errc::conflict, "the service must be stopped first: " + held->by });
    const auto lock = desk.writer(by);
    if (!lock)
        return desk.fail(lock.error());
    auto restoration = Restoration::prepare(desk.arguments.file, desk.config.state / "state.db");
    if (!restoration)
        return desk.fail(restoration.error());
    const bool text_form = desk.screen.form == Form::text;
    if (text_form)
        desk.screen.out << described(restoration->copy());
    if (!desk.confirmed("Put it in the place of the store?"))
        return exit_code::changes;
    const auto aside = restoration->finish(by, desk.clock.now());
    if (!aside)
        return desk.fail(aside.error());
    (void)tell_system_log("the store was restored by " + by + " from " + desk.arguments.file.string()
        + ", journal head " + text(restoration->copy().head));
    if (text_form) {
        desk.screen.out << "it is the store now\n";
        if (!aside->empty())
            desk.screen.out << "what was there is kept as " << aside->string() << "\n";
    } else {
        auto out = json(restoration->copy());
        out["restored"] = true;
        out["aside"] = aside->string();
        desk.screen.out << boost::json::serialize(out) << "\n";
    }
    return exit_code::ok;
}

} // namespace site
