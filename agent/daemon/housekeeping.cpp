#include "daemon/housekeeping.hpp"

#include "store/evidence.hpp"
#include "store/founding.hpp"
#include "store/storage_levels.hpp"

namespace site {
namespace {

constexpr std::chrono::months levels_kept { 14 }; ///< a year to look back on, and the months at its ends

Result<void> drop_old_levels(const Config& config, Database& database, Instant now)
{
    StorageLevels levels(database);
    const auto before = month_of(now) - levels_kept;
    for (const auto& cluster : config.clusters)
        if (!cluster.storage.empty()) {
            auto dropped = database.commit("dropping old levels of volumes", [&](Transaction& transaction) {
                levels.drop_before(transaction, Name { cluster.name }, before);
            });
            if (!dropped)
                return dropped.error();
        }
    return {};
}

} // namespace

Result<Housekept> keep_house(const Config& config, Database& database, Instant now)
{
    Housekept done;
    auto state = founding(database);
    if (!state)
        return state.error();
    if (*state != Founding::founded)
        return done;
    const auto folder = config.state / "backups";
    if (config.backup_keep > 0) {
        const auto there = backups_in(folder);
        const auto newest = there.empty() ? std::nullopt : backup_time(there.front());
        // One of the future, from before the clock was set right, holds nothing up.
        if (!newest || now - *newest >= config.backup_interval || *newest > now) {
            auto made = back_up(database, folder / backup_name(now));
            if (!made)
                return made.error();
            done.backup = std::move(*made);
        }
        auto dropped = drop_old_backups(folder, config.backup_keep);
        if (!dropped)
            return dropped.error();
        done.dropped = *dropped;
    }
    auto anchor = Evidence(database).anchor();
    if (!anchor)
        return anchor.error();
    const bool lately = anchor->rows > 0 && now - anchor->at < Seconds { 86400 } && anchor->at <= now;
    if (config.journal_keep > Seconds { 0 } && !lately) {
        auto compacted = compact(database, now - config.journal_keep, "run", now);
        if (!compacted)
            return compacted.error();
        done.compacted = std::move(*compacted);
    }
    if (auto dropped = drop_old_levels(config, database, now); !dropped)
        return dropped.error();
    return done;
}

} // namespace site
