#pragma once

#include "api/finding.hpp"
#include "api/snapshot.hpp"
#include "portal/rows.hpp"
#include "store/portal_memory.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace site {

struct MembershipRules {
    Name cluster;
    std::string portal; ///< the portal part that identifiers must have
    std::uint64_t limit_unit = 3600;
    Seconds zone_offset { 0 };
    Seconds member_grace { 86400 };
    Seconds allocation_grace { 7 * 86400 };
    std::set<std::string> protected_names {}; ///< local users and groups never touched
    std::set<Uuid> erred_by_us {}; ///< resources whose ERRED is our own doing: reconciled as OK
};

/// What the portal says, against what it said before: who is present, revoked, expired.
struct Judged {
    Snapshot snapshot;
    Known known; ///< what to remember after this cycle; `gone` set where newly missing
    std::vector<Finding> findings {};
    std::vector<Uuid> gone_allocations {}; ///< present before, missing from this listing
    std::vector<Uuid> gone_associations {}; ///< the same; without those of a gone allocation
    bool expires = false; ///< some grace is over: something would be removed
    std::size_t without_names = 0; ///< associations that have no local name yet
};

/// Pure. `listing` is whole. `spent` is by account; none when the ledger has no whole figure.
Judged judge(const Listing& listing, const Known& before, const std::map<Uuid, ResourceRow>& resources,
    const std::optional<std::map<Name, Spent>>& spent, const MembershipRules&, Instant now);

/// Rows of either listing: a row counts as gone only when it is missing from both (design §3.1).
Listing united(const Listing&, const Listing&);

/// The local names that are never touched, whatever the portal says; the configuration adds to them.
const std::set<std::string>& always_protected();

} // namespace site
