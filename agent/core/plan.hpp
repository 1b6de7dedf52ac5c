#pragma once

#include "core/diff.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace site {

/// In this order. Revocations need nothing and go first; removals go last, in reverse of the creations.
enum class Phase : std::uint8_t { take_away, give, remove };

std::string_view name(Phase);

/// Consecutive changes of one plugin: journalled, applied and looked at together.
struct Step {
    std::string plugin;
    Phase phase = Phase::give;
    std::vector<Change> changes;
};

/// What a tripped guard holds (design §3.7). A refused record is a finding, not a trip.
enum class GuardScope : std::uint8_t {
    taking_away, ///< every change that takes away, of all plugins
    snapshot ///< every change
};

/// A change and whose it is.
struct HeldChange {
    std::string plugin;
    Change change;
};

/// A guard that stopped something, and what it stopped.
struct GuardTrip {
    std::string guard; ///< stable name: `taking-away`
    std::string text; ///< what was found, with the numbers and the setting
    GuardScope scope = GuardScope::taking_away;
    std::vector<HeldChange> held {}; ///< what two trips hold stands with the first
    std::string allowed_by {}; ///< who let it pass, in a trip that was allowed
};

struct SickPlugin {
    std::string plugin;
    Error error;
};

/// What would be done now, and what would not and why.
struct Plan {
    std::string id; ///< made from the changes, also the held ones: the same plan has the same id
    Name cluster;
    Instant at;
    bool fresh = true; ///< false: the portal is away
    std::vector<Step> steps;
    std::vector<Blocked> blocked;
    std::vector<GuardTrip> guards; ///< tripped, and not allowed
    std::vector<GuardTrip> allowed {}; ///< tripped and let pass; `held` is what was let pass
    std::vector<Finding> findings;
    std::vector<SickPlugin> sick;

    [[nodiscard]] std::size_t size() const; ///< number of changes
};

/// Changes of all plugins in the order in which they are carried out. Pure.
std::vector<Step> ordered(std::vector<std::pair<std::string, std::vector<Change>>> by_plugin);

/// Twelve hex digits over the text of the changes.
std::string plan_id(const std::vector<Step>&);

} // namespace site
