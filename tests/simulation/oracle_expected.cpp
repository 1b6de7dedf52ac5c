#include "simulation/oracle.hpp"
#include "simulation/oracle_words.hpp"

#include <algorithm>

namespace site::simulation {

/// Whether all that might be to be taken away now is surely within the bounds.
bool Oracle::takes_within_bounds(const CycleSeen& seen) const
{
    std::size_t due = 0;
    const auto& reading = seen.asked.whole.back();
    for (std::size_t i = 0; i < world_.sites.size(); ++i)
        for (const auto& [key, trace] : seen.before[i].traces) {
            if (!trace.ours)
                continue;
            const auto found = places_.find({ key.name, key.member });
            const auto* row = row_of(reading, key.name);
            const bool gone = found == places_.end() || found->second.gone || !row;
            const bool shut = row && expected_gate(*row) == Gate::portal;
            const auto flags = row ? told_flags_.find(row->resource) : told_flags_.end();
            const bool restricted = flags != told_flags_.end() && flags->second.restrict_member_access;
            due += gone || shut || restricted || odd_groups_.contains(key.name) ? 1 : 0;
        }
    return due <= world_.config.guards.most_taken
        && due + taken_.size() <= world_.config.guards.most_taken_day;
}

/// What waits to be removed may wait long, and is no longer kept closed against whoever opens it by hand.
bool Oracle::removal_due(const Standing& standing, const Site& site, Name user) const
{
    const auto since = standing.confirmed.find(&site);
    const auto grace = user.empty() ? world_.config.allocation_grace : world_.config.member_grace;
    return since != standing.confirmed.end() && world_.clock.plain().now() - since->second >= grace;
}

void Oracle::check_member(
    const CycleSeen& seen, std::size_t index, const Place& place, bool create, bool takes_expected)
{
    const auto& site = world_.sites[index];
    const auto& [group, user] = place;
    const Key key { Kind::association, Name { "c1" }, group, user };
    const Key account { Kind::account, Name { "c1" }, group };
    const auto& reading = seen.asked.whole.back();
    const int rule = seen.ill[1 - index] ? 6 : lists_lie(seen) ? 7 : 8;
    const auto& standing = places_.at(place);
    if (std::any_of(standing.rows.begin(), standing.rows.end(),
            [&](const Uuid& row) { return odd_rows_.contains(row); }))
        return;
    const auto who = site.name + ": " + text(key);
    if (listed(reading, place, standing)) {
        const auto* row = row_of(reading, group);
        const auto flags = told_flags_.find(row->resource);
        const bool restricted = flags != told_flags_.end() && flags->second.restrict_member_access;
        const bool known = !world_.unknown_people.contains(user) && !world_.low_people.contains(user);
        if (create && known && !restricted && !site.has(key) && site.ours(account))
            broken(rule, who + " was not made");
        if (!restricted && site.held(key, block()))
            broken(rule, who + " is listed and was left blocked");
        return;
    }
    if (takes_expected && standing.gone && site.ours(key) && !removal_due(standing, site, user)
        && site.value(key, block()) != held_value())
        broken(rule, who + " is gone and was not blocked");
}

void Oracle::check_project(const CycleSeen& seen, std::size_t index, Name group, bool takes_expected)
{
    const auto& site = world_.sites[index];
    const Key key { Kind::account, Name { "c1" }, group };
    const auto& reading = seen.asked.whole.back();
    const auto* row = row_of(reading, group);
    const bool there_before = seen.before[index].records.contains(key);
    const bool foreign = site.has(key) && !site.ours(key);
    const int rule = seen.ill[1 - index] ? 6 : lists_lie(seen) ? 7 : 8;
    const auto who = site.name + ": " + text(key);
    if (foreign)
        return;
    if (!row) {
        const auto& standing = places_.at({ group, Name {} });
        if (takes_expected && standing.gone && site.ours(key) && !removal_due(standing, site, Name {})
            && site.value(key, gate()) != held_value())
            broken(rule, who + " is gone and was not closed");
        return;
    }
    const bool create = row->state != PortalState::erred && row->state != PortalState::unknown
        && row->state != PortalState::deleting && row->state != PortalState::deletion_scheduled;
    if (create && !site.has(key))
        broken(rule, who + " was not made");
    const auto expected = expected_gate(*row);
    const bool closed = site.value(key, gate()) == held_value();
    if (site.has(key)) {
        if (expected == Gate::portal && takes_expected && !closed)
            broken(rule, who + " was not closed");
        if (expected == Gate::spent && !closed)
            broken(rule, who + " has spent its month and was not closed");
        if (expected == Gate::open && site.held(key, gate()))
            broken(rule, who + " was not opened");
        if (expected == Gate::undecided && there_before && !own_hold_touched(seen, site, key)
            && site.held(key, gate()) != [&] {
                   const auto& trace = seen.before[index].traces.at(key).fields;
                   const auto mark = trace.find(gate());
                   const auto& record = seen.before[index].records.at(key);
                   const auto value = record.find(gate());
                   return mark != trace.end() && mark->second.held && mark->second.ours
                       && value != record.end() && value->second == held_value();
               }())
            broken(9, who + ": the gate moved although a figure is not known");
    }
    for (auto at = places_.lower_bound({ group, Name {} }); at != places_.end() && at->first.first == group;
         ++at)
        if (!at->first.second.empty())
            check_member(seen, index, at->first, create, takes_expected);
}

/// What a cycle that could do its work must have done, at each site that was well.
void Oracle::check_expected(const CycleSeen& seen)
{
    if (!calm(seen))
        return;
    const bool takes_expected = !lists_lie(seen) && takes_within_bounds(seen) && seen.asked.whole.size() > 0;
    std::set<Name> groups;
    for (const auto& [place, standing] : places_)
        if (!odd_groups_.contains(place.first))
            groups.insert(place.first);
    for (std::size_t i = 0; i < world_.sites.size(); ++i)
        if (!seen.ill[i])
            for (const auto& group : groups)
                check_project(seen, i, group, takes_expected);
    for (const auto& sick : seen.report->plan.sick)
        for (std::size_t i = 0; i < world_.sites.size(); ++i)
            if (sick.plugin == world_.sites[i].name && !seen.ill[i])
                broken(6, sick.plugin + " is well and was left out: " + sick.error.text);
}

} // namespace site::simulation
