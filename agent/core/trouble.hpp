#pragma once

#include "model/time.hpp"
#include "store/troubles.hpp"

#include <map>
#include <set>
#include <string>

namespace site {

/// How the resources fared in a cycle.
struct ResourceOutcomes {
    std::map<Uuid, std::string> failed {}; ///< with the tool's words for the first failed change
    std::set<Uuid> done {}; ///< had changes, none of which failed
    bool outage = false; ///< a plugin or its tools were ill: nobody's own fault
};

/// The troubles after a cycle. Pure.
///
/// A fault counts only where it is one resource's own: with `outage`, or when more than two resources failed
/// and more than were done, nothing is counted. After `lasting` cycles (0: never) it is due to be told. One
/// that did not fail is forgotten, or, when the portal may have been told, over.
TroubleMap after_cycle(TroubleMap before, const ResourceOutcomes&, Instant now, std::uint32_t lasting);

} // namespace site
