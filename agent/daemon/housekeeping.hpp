#pragma once

#include "config/config.hpp"
#include "store/backup.hpp"
#include "store/compaction.hpp"

#include <optional>

namespace site {

struct Housekept {
    std::optional<StoreCopy> backup {}; ///< none: not due, not wanted, or not of a store that is lost
    std::size_t dropped = 0; ///< backups
    Compaction compacted {}; ///< of the journal
};

/// A backup into `backups` of the state folder when the newest there is older than the interval, the oldest
/// beyond the number dropped; then what is too old for the journal. A lost or new store is neither backed up
/// nor compacted: its copies would push out the good ones.
Result<Housekept> keep_house(const Config&, Database&, Instant now);

} // namespace site
