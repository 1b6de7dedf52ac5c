#pragma once

#include "config/config.hpp"
#include "host/level_reading.hpp"
#include "store/database.hpp"

#include <string>
#include <vector>

namespace site {

/// What came of reading one volume.
struct VolumeRead {
    std::string volume;
    std::size_t levels = 0;
    std::optional<Error> error {}; ///< its last figures stay, with their age
    std::vector<Finding> findings {};
};

/// The volumes whose levels are being read, each on its own plugin's worker: a dead file system holds up no
/// other, and nothing else.
class LevelReadings {
public:
    /// Begins with every volume that is not being read. Errors: of the store.
    Result<void> begin(const std::vector<Backend*>&, const ClusterConfig&, const Snapshot&, const Database&);

    [[nodiscard]] bool under_way() const { return !readings_.empty(); }
    /// What has come to its end since, into the ledger in one commit; empty: nothing has. The caller holds
    /// the writer lock.
    Result<std::vector<VolumeRead>> take(const ClusterConfig&, Database&, Instant now);
    /// Whether there is something to take.
    [[nodiscard]] bool finished();

private:
    struct Done {
        std::string volume;
        Result<StorageReading> read;
    };
    std::vector<LevelReading> readings_;
    std::vector<Done> done_;
};

} // namespace site
