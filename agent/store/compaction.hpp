#pragma once

#include "store/evidence.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace site {

/// What one compaction drops.
struct Compaction {
    std::int64_t rows = 0; ///< of the chain
    std::int64_t entries = 0; ///< of the journal
    Anchor anchor; ///< as it stands then
};

/// What `compact` would drop; nothing is written.
Result<Compaction> compactable(const Database&, Instant before);

/// Drops settled entries, with their evidence, that are older than `before`, and leaves an anchor for them.
/// An open intent and everything that follows it stay, and no entry is parted from its outcome. In several
/// commits where there is much, each whole by itself.
Result<Compaction> compact(Database&, Instant before, std::string_view by, Instant now);

} // namespace site
