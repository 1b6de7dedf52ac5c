#pragma once

#include "api/plugin.hpp"

#include <algorithm>

namespace site {

/// The observed record of a key; null when it is not there.
inline const Record* record_of(const Observation& observation, const Key& key)
{
    const auto found = std::lower_bound(observation.records.begin(), observation.records.end(), key,
        [](const Record& record, const Key& wanted) { return record.key < wanted; });
    return found != observation.records.end() && found->key == key ? &*found : nullptr;
}

} // namespace site
