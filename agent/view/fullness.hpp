#pragma once

#include "store/storage_levels.hpp"
#include "view/volume_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// Which levels are shown.
struct StorageChoice {
    std::string volume {}; ///< only of this one; empty: of all
    bool users = false; ///< people's as well as projects'
    std::optional<std::uint32_t> over {}; ///< only who has more than this percentage of a limit
};

/// How full a holder is, in percent of his limit of bytes or of files, whichever is nearer, rounded down.
/// None: neither has a figure and a limit.
std::optional<std::uint64_t> percent_used(const StorageLevel&);

/// The levels of the volumes that are chosen, by volume and then the fullest first; who has no percentage
/// comes last.
std::vector<StoredLevel> chosen(
    std::vector<StoredLevel>, const std::vector<VolumeState>&, const StorageChoice&);

} // namespace site
