#pragma once

#include "core/diff.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace site {

/// A record at the site that is asked for and is not ours: it may be adopted.
struct Adoptable {
    std::string plugin;
    Key key;
    bool marked
        = false; ///< it bears our mark: it was ours before the store was lost, or another agent's of ours
    std::vector<FieldChange> fields {}; ///< as they stand, and as they would be set once it is ours
    std::string reason {}; ///< who asks for it

    /// Whether anything would change once it is ours.
    [[nodiscard]] bool would_change() const;
};

enum class OrphanSort : std::uint8_t {
    leaving, ///< ours, and no longer asked for
    marked, ///< bears our mark, and is neither ours by the store nor asked for
    beneath, ///< somebody else's, beneath a record of ours
    changed ///< ours, and changed or removed by hand
};

std::string_view name(OrphanSort);

struct Orphan {
    std::string plugin;
    Key key;
    OrphanSort sort = OrphanSort::leaving;
    std::string text; ///< what it is and what becomes of it, with the date
};

/// One plugin's side of the site, as the cycle looked at it.
struct Side {
    const std::string& plugin;
    const Observation& observation;
    const Desired& desired;
    const Difference& difference;
    const Snapshot& snapshot; ///< with this side's ownership
};

/// Pure; both sorted by key.
std::vector<Adoptable> adoptable(const Side&);
std::vector<Orphan> orphans(const Side&);

} // namespace site
