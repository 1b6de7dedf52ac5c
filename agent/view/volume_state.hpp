#pragma once

#include "api/settings.hpp"
#include "store/storage_levels.hpp"

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <vector>

namespace site {

/// How the reading of a configured volume goes.
struct VolumeState {
    std::string volume;
    std::optional<Instant> tried {}; ///< none: not yet
    std::optional<Instant> read {}; ///< the last reading that was whole; none: never
    std::string error {}; ///< why the last one wasn't; empty: it was
};

/// Every configured volume, by name. What the store has of others is left out: nobody reads them any more.
std::vector<VolumeState> volume_states(const std::vector<VolumeSettings>&, const std::vector<StoredVolume>&);

/// `read 5 min ago`, `the last reading failed 5 min ago: ...; read whole 2 h 10 min ago`, `not read yet`.
std::string text(const VolumeState&, Instant now);

boost::json::array volumes_json(const std::vector<VolumeState>&);

bool any_failed(const std::vector<VolumeState>&);

} // namespace site
