#include "core/guard.hpp"

#include <algorithm>

namespace site {
namespace {

std::string setting(std::string_view name, std::uint32_t value)
{
    return "guards." + std::string(name) + " (" + std::to_string(value) + ")";
}

template <class Rows>
void compare(std::vector<GuardTrip>& trips, const Rows& rows, const std::set<Uuid>& before,
    const std::string& what, const GuardConfig& guards)
{
    const auto count = before.size();
    if (rows.empty() && guards.empty_list_from > 0 && count >= guards.empty_list_from) {
        trips.push_back({ "empty-list",
            "the portal lists no " + what + " of this cluster, " + std::to_string(count)
                + " were there before: the token may have lost its role; from "
                + setting("empty_list_from", guards.empty_list_from) + " on, that takes nothing away" });
        return;
    }
    if (rows.empty() || guards.disjoint_list_from == 0 || count < guards.disjoint_list_from)
        return;
    const bool any
        = std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return before.contains(row.uuid); });
    if (!any)
        trips.push_back({ "disjoint-list",
            "none of the " + std::to_string(count) + " " + what + " known before is among the "
                + std::to_string(rows.size()) + " that the portal lists now; from "
                + setting("disjoint_list_from", guards.disjoint_list_from)
                + " on, that takes nothing away" });
}

/// What a cycle or a day may take away, and in which words that is said.
struct Bound {
    std::string_view guard;
    std::string_view span;
    std::string_view number_setting;
    std::string_view share_setting;
    std::uint32_t number;
    std::uint32_t share;
};

std::optional<GuardTrip> over(
    const Bound& bound, std::size_t taken, std::size_t ours, const std::string& what)
{
    const auto most = std::max<std::size_t>(bound.number, ours * bound.share / 100);
    if (taken <= most)
        return std::nullopt;
    return GuardTrip { std::string(bound.guard),
        std::to_string(taken) + " of our " + std::to_string(ours) + " " + what
            + " would lose access or be removed in " + std::string(bound.span) + "; "
            + setting(bound.number_setting, bound.number) + " and guards." + std::string(bound.share_setting)
            + " (" + std::to_string(bound.share) + " %) allow " + std::to_string(most) };
}

/// One trip at most: of the first kind that goes too far, else of all kinds together.
std::optional<GuardTrip> over(const Bound& bound, const std::set<PluginKey>& taken, const Holdings& holdings)
{
    using Place = std::pair<Name, Name>;
    std::map<Kind, std::set<PluginKey>> by_kind;
    std::set<Place> together;
    std::set<Name> persons;
    for (const auto& [plugin, key] : taken) {
        const bool with_all = key.kind == Kind::group_member && holdings.gone.contains(key.name);
        const Place place { key.name, with_all ? Name {} : key.member };
        auto thing = key;
        thing.member = with_all ? Name {} : key.member;
        by_kind[key.kind].emplace(plugin, thing);
        if (key.kind == Kind::user)
            continue;
        together.insert(place);
        persons.insert(key.member);
    }
    // A user who is locked has left some project; only one who has not is a thing of his own.
    for (const auto& [plugin, key] : taken)
        if (key.kind == Kind::user && !persons.contains(key.member))
            together.emplace(key.name, key.member);
    const auto& owned = holdings.owned;
    for (const auto& [kind, things] : by_kind)
        if (auto trip = over(bound, things.size(), owned.contains(kind) ? owned.at(kind) : 0,
                std::string(name(kind)) + "s"))
            return trip;
    return over(bound, together.size(), holdings.places.size(), "things of all kinds");
}

bool holds(const GuardTrip& trip, const Change& change)
{
    return trip.scope == GuardScope::snapshot || change.effect == Effect::takes_away;
}

const Allowance* allowance_for(
    const std::vector<Allowance>& allowances, const std::string& guard, const AllowedChange& change)
{
    const auto found = std::find_if(allowances.begin(), allowances.end(),
        [&](const Allowance& one) { return one.guard == guard && one.changes.contains(change); });
    return found == allowances.end() ? nullptr : &*found;
}

/// A trip while changes are sorted into held and let pass.
struct Sorting {
    GuardTrip trip;
    std::vector<HeldChange> passed {};
    bool all_allowed = true; ///< by allowances of this guard, whatever other guards say
    bool any = false;
};

/// Whether the change may stay in the plan; else it is with the first trip that holds it.
bool stays(std::vector<Sorting>& trips, const std::vector<Allowance>& allowances, const std::string& plugin,
    Change& change)
{
    Sorting* holder = nullptr;
    const AllowedChange named { plugin, text(change) };
    std::vector<std::pair<Sorting*, const Allowance*>> passes;
    for (auto& one : trips) {
        if (!holds(one.trip, change))
            continue;
        one.any = true;
        if (const auto* allowance = allowance_for(allowances, one.trip.guard, named)) {
            passes.emplace_back(&one, allowance);
            continue;
        }
        one.all_allowed = false;
        if (!holder)
            holder = &one;
    }
    if (holder) {
        holder->trip.held.push_back({ plugin, std::move(change) });
        return false;
    }
    for (auto& [one, allowance] : passes) {
        if (change.reason.find("; guard " + one->trip.guard) == std::string::npos)
            change.reason += "; guard " + one->trip.guard + " passed by " + allowance->by;
        one->trip.allowed_by = allowance->by;
        one->passed.push_back({ plugin, change });
    }
    return true;
}

} // namespace

ListedRows present(const Known& known)
{
    ListedRows found;
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

std::vector<GuardTrip> lists_guard(
    const Listing& listing, const ListedRows& before, const GuardConfig& guards)
{
    std::vector<GuardTrip> trips;
    compare(trips, listing.allocations, before.allocations, "allocations", guards);
    compare(trips, listing.associations, before.associations, "associations", guards);
    return trips;
}

bool doubts_lists(const GuardTrip& trip)
{
    return trip.guard == "empty-list" || trip.guard == "disjoint-list" || trip.guard == "clock"
        || trip.guard == "service-settings";
}

std::optional<GuardTrip> clock_guard(const Listing& listing, const GuardConfig& guards)
{
    if (!listing.skew || std::chrono::abs(*listing.skew) <= guards.clock_skew)
        return std::nullopt;
    return GuardTrip { "clock",
        "the portal's clock is " + span_text(std::chrono::abs(*listing.skew))
            + (listing.skew->count() > 0 ? " ahead of" : " behind") + " ours, more than guards.clock_skew ("
            + span_text(guards.clock_skew) + ") allows",
        GuardScope::snapshot };
}

std::optional<GuardTrip> settings_guard(
    const Listing& listing, const std::set<Uuid>& before, const AllocationFilter& filter)
{
    if (before.empty())
        return std::nullopt;
    std::map<Uuid, std::size_t> strange;
    for (const auto& row : listing.allocations)
        if (!row.service_settings.is_nil() && !before.contains(row.service_settings)
            && std::find(filter.service_settings.begin(), filter.service_settings.end(), row.service_settings)
                == filter.service_settings.end())
            ++strange[row.service_settings];
    if (strange.empty())
        return std::nullopt;
    const auto& [uuid, count] = *strange.begin();
    return GuardTrip { "service-settings",
        std::to_string(count) + " allocations are of service settings " + uuid.text()
            + ", which no earlier cycle saw and clusters[].allocations.service_settings does not name",
        GuardScope::snapshot };
}

bool may_be_allowed(std::string_view guard)
{
    return guard != "not-whole" && guard != "store-lost";
}

GuardTrip not_whole_guard(const Error& error)
{
    return { "not-whole", error.text, GuardScope::snapshot };
}

std::vector<GuardTrip> taking_away_guard(
    const std::vector<Step>& steps, const Holdings& holdings, const GuardConfig& guards)
{
    std::set<PluginKey> now;
    for (const auto& step : steps)
        for (const auto& change : step.changes)
            if (change.effect == Effect::takes_away)
                now.emplace(step.plugin, change.key);
    std::vector<GuardTrip> trips;
    if (now.empty())
        return trips;
    const Bound cycle { "taking-away", "one cycle", "most_taken", "most_taken_share", guards.most_taken,
        guards.most_taken_share };
    if (auto trip = over(cycle, now, holdings)) {
        trips.push_back(std::move(*trip));
        return trips; // the day's guard would only say it again
    }
    const Bound day { "taking-away-day", "24 hours", "most_taken_day", "most_taken_day_share",
        guards.most_taken_day, guards.most_taken_day_share };
    // What was removed today was ours this morning.
    auto whole_day = now;
    whole_day.insert(holdings.taken.begin(), holdings.taken.end());
    if (auto trip = over(day, whole_day, holdings))
        trips.push_back(std::move(*trip));
    return trips;
}

void hold(Plan& plan, std::vector<GuardTrip> trips, const std::vector<Allowance>& allowances)
{
    plan.id = plan_id(plan.steps);
    std::vector<Sorting> sorting;
    for (auto& trip : trips)
        sorting.push_back({ std::move(trip) });
    if (!sorting.empty())
        for (auto& step : plan.steps) {
            std::vector<Change> kept;
            for (auto& change : step.changes)
                if (stays(sorting, allowances, step.plugin, change))
                    kept.push_back(std::move(change));
            step.changes = std::move(kept);
        }
    std::erase_if(plan.steps, [](const Step& step) { return step.changes.empty(); });
    for (auto& one : sorting) {
        const auto for_this_plan
            = std::find_if(allowances.begin(), allowances.end(), [&](const Allowance& allowance) {
                  return allowance.guard == one.trip.guard && allowance.plan == plan.id;
              });
        const bool passed = one.any ? one.all_allowed : for_this_plan != allowances.end();
        if (!passed) {
            plan.guards.push_back(std::move(one.trip));
            continue;
        }
        if (one.trip.allowed_by.empty() && for_this_plan != allowances.end())
            one.trip.allowed_by = for_this_plan->by;
        one.trip.held = std::move(one.passed);
        plan.allowed.push_back(std::move(one.trip));
    }
}

} // namespace site
