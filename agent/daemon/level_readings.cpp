#include "daemon/level_readings.hpp"

#include "store/ownership_store.hpp"
#include "store/storage_levels.hpp"

#include <algorithm>

namespace site {

Result<void> LevelReadings::begin(const std::vector<Backend*>& backends, const ClusterConfig& cluster,
    const Snapshot& snapshot, const Database& database)
{
    for (auto* backend : backends) {
        const auto* volume = cluster.volume_of(backend->name());
        if (volume == nullptr || !backend->has_levels())
            continue;
        const auto is_this = [&](const auto& one) { return one.volume == volume->name; };
        if (std::any_of(done_.begin(), done_.end(), is_this)
            || std::any_of(readings_.begin(), readings_.end(),
                [&](const LevelReading& one) { return one.instance() == backend->name(); }))
            continue;
        auto owned = OwnershipStore(database).load(backend->name(), Name { cluster.name });
        if (!owned)
            return owned.error();
        auto reading = LevelReading::begin(*backend, snapshot, std::move(*owned));
        if (reading)
            readings_.push_back(std::move(*reading));
        else
            done_.push_back({ volume->name, reading.error() });
    }
    return {};
}

bool LevelReadings::finished()
{
    std::erase_if(readings_, [&](LevelReading& reading) {
        auto read = reading.finished();
        if (!read)
            return false;
        const auto& instance = reading.instance();
        done_.push_back({ instance.substr(instance.find('/') + 1), std::move(*read) });
        return true;
    });
    return !done_.empty();
}

Result<std::vector<VolumeRead>> LevelReadings::take(
    const ClusterConfig& cluster, Database& database, Instant now)
{
    std::vector<VolumeRead> out;
    if (!finished())
        return out;
    const Name name { cluster.name };
    StorageLevels levels(database);
    auto kept = database.commit("keeping the volumes' levels", [&](Transaction& transaction) {
        for (const auto& [volume, read] : done_)
            if (read)
                levels.put(transaction, name, volume, now, cluster.usage.zone_offset, read->levels);
            else
                levels.failed(transaction, name, volume, now, read.error().text);
    });
    if (!kept)
        return kept.error();
    for (auto& [volume, read] : done_) {
        VolumeRead one { volume };
        if (read) {
            one.levels = read->levels.size();
            one.findings = std::move(read->findings);
        } else {
            one.error = read.error();
        }
        out.push_back(std::move(one));
    }
    done_.clear();
    return out;
}

} // namespace site
