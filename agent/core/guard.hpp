#pragma once

#include "config/config.hpp"
#include "core/plan.hpp"
#include "portal/rows.hpp"
#include "store/allowances.hpp"
#include "store/portal_memory.hpp"
#include "store/taken.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace site {

// Guards of the scopes "taking away" and "snapshot"; those of single records are in core/membership and
// core/people. All pure.

/// Rows of the portal's two lists.
struct ListedRows {
    std::set<Uuid> allocations;
    std::set<Uuid> associations;
};

/// Those that are not gone.
ListedRows present(const Known&);

/// The two lists of this cycle against what was known: trips of `empty-list` and `disjoint-list`.
std::vector<GuardTrip> lists_guard(const Listing&, const ListedRows& before, const GuardConfig&);

/// Whether the trip says that the lists of this cycle may not be the portal's own.
bool doubts_lists(const GuardTrip&);

/// `clock`: the portal's clock is too far from ours to date anything.
std::optional<GuardTrip> clock_guard(const Listing&, const GuardConfig&);

/// `service-settings`: the lists have allocations of an OpenPortal instance that neither the configuration
/// names nor an earlier cycle saw. `before` is what earlier cycles saw; empty at the first.
std::optional<GuardTrip> settings_guard(
    const Listing&, const std::set<Uuid>& before, const AllocationFilter&);

/// Whether a person may let it pass: not where there is nothing to believe, or no knowing what is ours.
bool may_be_allowed(std::string_view guard);

/// `not-whole`: the portal answered, but its lists contradict themselves.
GuardTrip not_whole_guard(const Error&);

/// How much is ours and how much was taken away of it lately.
struct Holdings {
    std::map<Kind, std::size_t> owned; ///< records that are ours, of all plugins
    std::set<std::pair<Name, Name>> places; ///< (name, member) of those records
    std::set<PluginKey> taken; ///< over the last day
    std::set<Name> gone; ///< groups of allocations that are gone: who leaves one leaves with it
};

/// `taking-away` (one cycle) and `taking-away-day` (the last day with this cycle): more things would be
/// taken away than may be, of one kind or of all together. A thing counts once; of all together, what one
/// person has in one project is one thing, in however many plugins, and so is an allocation that is gone with
/// all who leave its group.
std::vector<GuardTrip> taking_away_guard(const std::vector<Step>&, const Holdings&, const GuardConfig&);

/// Moves what the trips hold out of the plan's steps, but for changes that an allowance of each holding
/// guard names; these get who allowed it into their reason. A trip that holds nothing because its changes
/// were allowed, or because its allowance is for just this plan, goes to `plan.allowed`. `plan.id` is made.
void hold(Plan&, std::vector<GuardTrip> trips, const std::vector<Allowance>&);

} // namespace site
