#pragma once

#include "api/plugin.hpp"
#include "storage_quota/places.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace site {

/// What the projection needs beside records.
struct VolumeFacts final : Facts {
    std::uint64_t granularity = 1; ///< of limits in bytes
    bool project_ids = false; ///< a project's quota counts by an id on its directory
    std::map<Key, std::string> trouble {}; ///< what could not be looked at, and why
    std::map<Key, std::uint64_t> used {}; ///< bytes, by a quota's key; unknown ones are left out
};

/// The directories and quotas that should be on a volume, and those refused with why. Pure.
///
/// Owner, group and mode of a directory and the amounts of a quota are chosen when it is made; what somebody
/// changed later stays and is told, or is set right, by the volume's setting. An amount that the portal or an
/// override names is set again when it names another one.
Result<Desired> volume_desired(
    const VolumeSettings&, const VolumePlaces&, const Snapshot&, const Observation&);

} // namespace site
