#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/render_storage.hpp"
#include "model/identifier.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace site {
namespace {

Result<void> check_volume(const std::string& wanted, const std::vector<VolumeState>& volumes)
{
    if (wanted.empty() || std::any_of(volumes.begin(), volumes.end(), [&](const VolumeState& one) {
            return one.volume == wanted;
        }))
        return {};
    std::string names;
    for (const auto& one : volumes)
        names += (names.empty() ? "" : ", ") + one.volume;
    return Error { Errc::invalid,
        "there is no volume " + cited(wanted)
            + (names.empty() ? "; this cluster keeps none" : ", allowed is one of " + names) };
}

void print_text(const std::vector<StoredLevel>& levels, const std::vector<VolumeState>& volumes,
    const StorageChoice& choice, const Desk& desk)
{
    const auto& screen = desk.screen;
    const auto now = desk.clock.now();
    screen.out << storage_table(levels, choice.users, now, screen.width);
    if (volumes.empty())
        screen.out << "this cluster keeps no volumes\n";
    else if (levels.empty())
        screen.out << (choice.over ? "nobody is over " + std::to_string(*choice.over) + "% of a limit\n"
                                   : "no levels\n");
    for (const auto& one : volumes)
        if (!one.error.empty() || !one.read)
            screen.out << screen.tinted(
                one.error.empty() ? Tint::warn : Tint::bad, "volume " + one.volume + ": " + text(one, now))
                       << "\n";
}

} // namespace

int command_storage(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const auto& cluster = desk.config.clusters.front();
    const StorageLevels stored(**database);
    const auto of_volumes = stored.volumes(Name { cluster.name });
    if (!of_volumes)
        return desk.fail(of_volumes.error());
    auto volumes = volume_states(cluster.storage, *of_volumes);
    const StorageChoice choice { desk.arguments.volume, desk.arguments.users, desk.arguments.over };
    if (auto known = check_volume(choice.volume, volumes); !known)
        return desk.fail(known.error());
    auto newest = stored.newest(Name { cluster.name });
    if (!newest)
        return desk.fail(newest.error());
    if (!choice.volume.empty())
        std::erase_if(volumes, [&](const VolumeState& one) { return one.volume != choice.volume; });
    const auto levels = chosen(std::move(*newest), volumes, choice);
    if (desk.screen.form == Form::json)
        desk.screen.out << boost::json::serialize(
            boost::json::object { { "volumes", volumes_json(volumes) }, { "levels", levels_json(levels) } })
                        << "\n";
    else
        print_text(levels, volumes, choice, desk);
    return any_failed(volumes) ? exit_code::error : exit_code::ok;
}

} // namespace site
