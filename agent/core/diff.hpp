#pragma once

#include "api/change.hpp"
#include "api/plugin.hpp"
#include "api/snapshot.hpp"
#include "config/config.hpp"

#include <string>
#include <utility>
#include <vector>

namespace site {

/// A difference that we may not act on, and why.
struct Blocked {
    Key key;
    std::string why;
    bool waits = false; ///< not for being somebody else's, but for what another plugin keeps
    bool operator==(const Blocked&) const = default;
};

/// What is ours by the store and is not as we left it: somebody changed it by hand.
struct Drifted {
    Key key;
    Name field {}; ///< empty: the record itself is gone
    Value ours; ///< as we left it
    Value now; ///< as it stands
    bool repaired = true; ///< false: only told
};

struct Difference {
    std::vector<Change> changes;
    std::vector<Blocked> blocked;
    std::vector<Finding> findings;
    std::vector<Drifted> drifted;
    std::vector<Key> vanished; ///< ours by the store, wanted by nobody, not at the site
    std::vector<std::pair<Key, Name>>
        vanished_fields; ///< a block to be lifted that somebody else has lifted or changed
};

/// In plain words, who asks for a desired record.
std::string reason(const Snapshot&, const Record&);

/// What must change so that the site is as desired, touching only what is ours (design §3.3). Pure.
///
/// Changes to give and to take away on one record are separate changes, so that a guard can hold the one
/// without the other.
Difference diff(const std::vector<Record>& observed, const Desired& desired, const Snapshot& snapshot,
    ByHand by_hand = ByHand::repair);

} // namespace site
