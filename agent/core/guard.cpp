#include "core/guard.hpp"

#include <algorithm>
#include <set>

namespace site {
namespace {

struct Present {
    std::set<Uuid> allocations;
    std::set<Uuid> associations;
};

Present present(const Known& known)
{
    Present found;
    for (const auto& [uuid, allocation] : known) {
        if (allocation.gone)
            continue;
        found.allocations.insert(uuid);
        for (const auto& member : allocation.members)
            if (!member.gone)
                found.associations.insert(member.association);
    }
    return found;
}

template <class Rows>
void compare(
    std::vector<GuardTrip>& trips, const Rows& rows, const std::set<Uuid>& before, const std::string& what)
{
    if (before.empty())
        return;
    if (rows.empty()) {
        trips.push_back({ "empty-list",
            "the portal lists no " + what + " of this cluster, " + std::to_string(before.size())
                + " were there before: the token may have lost its role" });
        return;
    }
    const bool any
        = std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return before.contains(row.uuid); });
    // One or two may well be replaced at once; more, with not one left, is another portal's list.
    if (!any && before.size() > 2)
        trips.push_back({ "disjoint-list",
            "none of the " + std::to_string(before.size()) + " " + what + " known before is among the "
                + std::to_string(rows.size()) + " that the portal lists now" });
}

} // namespace

std::vector<GuardTrip> lists_guard(const Listing& listing, const Known& before)
{
    const auto known = present(before);
    std::vector<GuardTrip> trips;
    compare(trips, listing.allocations, known.allocations, "allocations");
    compare(trips, listing.associations, known.associations, "associations");
    return trips;
}

std::optional<GuardTrip> clock_guard(const Listing& listing, const GuardConfig& guards)
{
    if (!listing.skew || std::chrono::abs(*listing.skew) <= guards.clock_skew)
        return std::nullopt;
    return GuardTrip { "clock",
        "the portal's clock is " + span_text(std::chrono::abs(*listing.skew))
            + (listing.skew->count() > 0 ? " ahead of" : " behind") + " ours, more than guards.clock_skew ("
            + span_text(guards.clock_skew) + ") allows" };
}

std::vector<GuardTrip> taking_away_guard(
    const std::vector<Step>& steps, const std::map<Kind, std::size_t>& owned, const GuardConfig& guards)
{
    std::map<Kind, std::size_t> taken;
    for (const auto& step : steps)
        for (const auto& change : step.changes)
            if (change.effect == Effect::takes_away)
                ++taken[change.key.kind];
    std::vector<GuardTrip> trips;
    for (const auto& [kind, count] : taken) {
        const auto ours = owned.contains(kind) ? owned.at(kind) : 0;
        const auto by_share = ours * guards.most_taken_share / 100;
        const auto most = std::max<std::size_t>(guards.most_taken, by_share);
        if (count <= most)
            continue;
        trips.push_back({ "taking-away",
            std::to_string(count) + " of our " + std::to_string(ours) + " " + std::string(name(kind))
                + "s would lose access or be removed in one cycle; guards.most_taken ("
                + std::to_string(guards.most_taken) + ") and guards.most_taken_share ("
                + std::to_string(guards.most_taken_share) + " %) allow " + std::to_string(most) });
    }
    return trips;
}

void hold_taking_away(std::vector<Step>& steps, std::vector<GuardTrip>& trips)
{
    if (trips.empty())
        return;
    for (auto& step : steps) {
        const auto held = std::stable_partition(step.changes.begin(), step.changes.end(),
            [](const Change& change) { return change.effect != Effect::takes_away; });
        std::move(held, step.changes.end(), std::back_inserter(trips.front().held));
        step.changes.erase(held, step.changes.end());
    }
    std::erase_if(steps, [](const Step& step) { return step.changes.empty(); });
}

} // namespace site
