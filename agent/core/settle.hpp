#pragma once

#include "api/change.hpp"
#include "store/journal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace site {

/// What became of a change, by what the site shows afterwards. Pure.
struct Settled {
    Outcome outcome = Outcome::failed;
    std::string said; ///< why it is not done, as far as the site shows
    std::optional<Change> booked; ///< the part that holds, to be booked as ours; none: nothing
};

/// `record`: what the site has under the change's key now; null when it has nothing.
Settled settled(const Change&, const Record* record);

} // namespace site
