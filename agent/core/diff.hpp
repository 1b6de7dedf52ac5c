#pragma once

#include "api/change.hpp"
#include "api/plugin.hpp"
#include "api/snapshot.hpp"

#include <string>
#include <utility>
#include <vector>

namespace site {

/// A difference that we may not act on, and why.
struct Blocked {
    Key key;
    std::string why;
    bool operator==(const Blocked&) const = default;
};

struct Difference {
    std::vector<Change> changes;
    std::vector<Blocked> blocked;
    std::vector<Finding> findings;
    std::vector<Key> vanished; ///< ours by the store, wanted by nobody, not at the site
    std::vector<std::pair<Key, Name>>
        vanished_fields; ///< a block to be lifted that somebody else has lifted or changed
};

/// What must change so that the site is as desired, touching only what is ours (design §3.3). Pure.
///
/// Changes to give and to take away on one record are separate changes, so that a guard can hold the one
/// without the other.
Difference diff(const std::vector<Record>& observed, const Desired& desired, const Snapshot& snapshot);

} // namespace site
