#pragma once

#include "core/guard.hpp"
#include "core/membership.hpp"
#include "portal/portal.hpp"
#include "store/portal_memory.hpp"

#include <functional>
#include <optional>

namespace site {

/// The portal's word of this cycle, judged; or, while it is away, that of its last whole snapshot.
struct PortalReading {
    Listing listing;
    Judged judged;
    std::optional<Error> away; ///< why the listing is the stored one; `judged.snapshot.fresh` is then false
    std::optional<GuardTrip> clock {};
};

struct ReadingParts {
    Portal& portal;
    const PortalMemory& memory;
    const AllocationFilter& filter;
    const GuardConfig& guards;
    Seconds max_age; ///< of the stored snapshot
};

/// Judges a listing; `spent` says whether the ledger's figures belong to the listing's month.
using JudgeFunction = std::function<Judged(const Listing&, bool same_month)>;

/// Reads both lists; twice when the first reading would take something away, and then only what is missing
/// from both, and isn't found by a retrieve either, counts as gone (design §3.1). An error when there is
/// neither a whole listing nor a stored one that is young enough.
Result<PortalReading> read_portal(const ReadingParts&, Name cluster, Instant now, Seconds zone_offset,
    const Known& known, const JudgeFunction&);

} // namespace site
