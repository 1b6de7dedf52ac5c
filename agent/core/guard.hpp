#pragma once

#include "config/config.hpp"
#include "core/plan.hpp"
#include "portal/rows.hpp"
#include "store/portal_memory.hpp"

#include <map>
#include <optional>
#include <vector>

namespace site {

/// The two lists of this cycle against what was known: trips of `empty-list` and `disjoint-list`. Pure.
std::vector<GuardTrip> lists_guard(const Listing&, const Known& before);

/// `clock`: the portal's clock is too far from ours to date anything. Pure.
std::optional<GuardTrip> clock_guard(const Listing&, const GuardConfig&);

/// `taking-away`: more things of one kind would be taken away than may be in one cycle. `owned` counts what
/// is ours by kind. Pure.
std::vector<GuardTrip> taking_away_guard(
    const std::vector<Step>&, const std::map<Kind, std::size_t>& owned, const GuardConfig&);

/// Moves every change that takes away out of the steps, into the trips' `held` of the first trip. Nothing is
/// taken away anywhere while any of these guards is tripped.
void hold_taking_away(std::vector<Step>&, std::vector<GuardTrip>& trips);

} // namespace site
