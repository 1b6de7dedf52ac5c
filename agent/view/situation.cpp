#include "view/situation.hpp"

#include "store/backup.hpp"
#include "store/founding.hpp"
#include "store/notes.hpp"
#include "system/file_lock.hpp"

namespace site {

namespace json = boost::json;

Result<Situation> situation(
    const Config& config, const Clock& clock, Database& database, const std::string& who)
{
    const Name cluster { config.clusters.front().name };
    Situation now;
    auto note = Notes(database).note("cycle/" + cluster.text());
    if (!note)
        return note.error();
    if (*note) {
        now.cycle_at = (*note)->at;
        boost::system::error_code ec;
        if (auto value = json::parse((*note)->text, ec); !ec && value.is_object())
            now.cycle = value.as_object();
    }
    PortalMemory memory(database);
    auto snapshot = memory.snapshot(cluster);
    auto known = memory.known(cluster);
    auto outbox = Outbox(database).rows();
    const auto today = day_of(clock.now());
    auto days
        = Ledger(database).days(cluster, today - std::chrono::days { 40 }, today + std::chrono::days { 1 });
    if (!snapshot || !known || !outbox || !days)
        return !snapshot ? snapshot.error()
            : !known     ? known.error()
            : !outbox    ? outbox.error()
                         : days.error();
    if (*snapshot)
        now.snapshot_at = (*snapshot)->taken;
    now.outbox = std::move(*outbox);
    if (!days->empty())
        now.newest_day = days->back();
    now.known = std::move(*known);
    auto troubles = Troubles(database).load(cluster);
    auto founded = founding(database);
    auto founded_text = founding_text(database);
    if (!troubles || !founded || !founded_text)
        return !troubles ? troubles.error() : !founded ? founded.error() : founded_text.error();
    now.troubles = std::move(*troubles);
    auto head = Evidence(database).head();
    if (!head)
        return head.error();
    now.head = std::move(*head);
    const StorageLevels storage(database);
    const auto volumes = storage.volumes(cluster);
    auto levels = storage.newest(cluster);
    if (!volumes || !levels)
        return !volumes ? volumes.error() : levels.error();
    now.volumes = volume_states(config.clusters.front().storage, *volumes);
    now.levels = std::move(*levels);
    if (const auto backups = backups_in(config.state / "backups"); !backups.empty())
        now.newest_backup = backup_time(backups.front());
    if (*founded == Founding::lost)
        now.lost = std::move(*founded_text);
    for (const auto& [uuid, allocation] : now.known) {
        if (allocation.gone)
            now.gone.emplace_back(&allocation, nullptr);
        for (const auto& member : allocation.members)
            if (member.gone)
                now.gone.emplace_back(&allocation, &member);
    }
    if (auto lock = try_lock(config.runtime / "daemon.lock", who, clock.now()))
        if (const auto* held = std::get_if<LockHeld>(&*lock))
            now.daemon = held->by;
    return now;
}

std::string member_text(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->as_string()) : std::string {};
}

std::int64_t member_number(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    if (!value)
        return 0;
    boost::system::error_code ec;
    const auto number = value->to_number<std::int64_t>(ec);
    return ec ? 0 : number;
}

const json::array& member_array(const json::object& object, std::string_view key)
{
    static const json::array none;
    const auto* value = object.if_contains(key);
    return value && value->is_array() ? value->as_array() : none;
}

} // namespace site
