#include "simulation/oracle.hpp"
#include "simulation/oracle_words.hpp"

#include <algorithm>
#include <span>

namespace site::simulation {

Oracle::Oracle(World& world) : world_(world)
{
    for (auto& site : world_.sites)
        site.on_write = [this](Site& where, const Change& change) { check_write(where, change); };
    world_.portal.heard = [this](const FigureKey& key, Decimal amount) { heard(key, amount); };
    world_.measured = [this](Month month, const Figures& figures) {
        std::set<Name> groups;
        for (const auto& [resource, names] : groups_of_)
            groups.insert(names.begin(), names.end());
        for (const auto& group : groups)
            if (!figures.contains({ group, Name {} }))
                measured_.insert({ month, group, Name {}, Decimal {} });
        for (const auto& [who, seconds] : figures)
            measured_.insert({ month, who.first, who.second, hours(seconds) });
    };
}

void Oracle::odd(Uuid row, Name group)
{
    odd_rows_.insert(row);
    odd_groups_.insert(group);
}

void Oracle::allow(const Plan& plan)
{
    for (const auto& trip : plan.guards)
        for (const auto& held : trip.held)
            allowances_.emplace(held.plugin, text(held.change));
    for (const auto& step : plan.steps)
        for (const auto& change : step.changes)
            allowances_.emplace(step.plugin, text(change));
}

bool Oracle::listed(const Listing& reading, const Place& place, const Standing& standing)
{
    const auto& group = place.first;
    const auto& user = place.second;
    if (user.empty())
        return std::any_of(reading.allocations.begin(), reading.allocations.end(),
            [&](const auto& row) { return standing.rows.contains(row.uuid) || good(row, group); });
    const auto* allocation = row_of(reading, group);
    return std::any_of(reading.associations.begin(), reading.associations.end(), [&](const auto& row) {
        return standing.rows.contains(row.uuid)
            || (allocation && row.allocation == allocation->uuid && good(row, group, user));
    });
}

const AllocationRow* Oracle::row_of(const Listing& reading, Name group)
{
    for (const auto& row : reading.allocations)
        if (good(row, group))
            return &row;
    return nullptr;
}

bool Oracle::fresh(const CycleSeen& seen) const
{
    return !seen.asked.failed && !seen.asked.whole.empty() && seen.asked.found.empty();
}

bool Oracle::snapshot_doubted(const CycleSeen& seen) const
{
    const auto lie = world_.portal.lie;
    if (world_.portal.away)
        return false; // it says nothing at all
    return lie == Lie::not_whole || lie == Lie::wrong_clock || !seen.asked.found.empty()
        || (lie == Lie::other_settings && settings_known_
            && std::any_of(seen.asked.whole.begin(), seen.asked.whole.end(),
                [](const Listing& one) { return !one.allocations.empty(); }));
}

/// The lists of all readings are empty or have nothing in common with those before.
bool Oracle::lists_lie(const CycleSeen& seen) const
{
    const auto strange = [&](auto rows_of, const std::set<Uuid>& before, std::size_t from) {
        bool any = false;
        for (const auto& one : seen.asked.whole)
            for (const auto& row : rows_of(one)) {
                if (before.contains(row.uuid))
                    return false;
                any = true;
            }
        return any ? before.size() >= from : !before.empty();
    };
    return strange([](const Listing& one) { return std::span(one.allocations); }, believed_allocations_, 3)
        || strange([](const Listing& one) { return std::span(one.associations); }, believed_associations_, 3);
}

bool Oracle::calm(const CycleSeen& seen) const
{
    return fresh(seen) && !snapshot_doubted(seen) && !seen.killed && seen.report && !seen.report->error;
}

void Oracle::learn(const CycleSeen& seen)
{
    if (!fresh(seen))
        return;
    for (const auto& reading : seen.asked.whole) {
        std::map<Uuid, Name> groups;
        for (const auto& row : reading.allocations) {
            if (!row.groupname)
                continue;
            const Name group { *row.groupname };
            groups_of_[row.resource].insert(group);
            if (!good(row, group))
                continue;
            groups[row.uuid] = group;
            places_[{ group, Name {} }].rows.insert(row.uuid);
        }
        for (const auto& row : reading.associations)
            if (groups.contains(row.allocation) && row.username
                && good(row, groups[row.allocation], Name { *row.username }))
                places_[{ groups[row.allocation], Name { *row.username } }].rows.insert(row.uuid);
    }
    for (auto& entry : places_) {
        const auto& place = entry.first;
        auto& standing = entry.second;
        const bool there = std::any_of(seen.asked.whole.begin(), seen.asked.whole.end(),
            [&](const Listing& reading) { return listed(reading, place, standing); });
        if (there) {
            standing.gone = false;
            standing.confirmed.clear();
        } else if (seen.asked.whole.size() >= 2) {
            standing.gone = true;
        }
    }
}

void Oracle::confirm()
{
    const auto now = world_.clock.plain().now();
    for (auto& [place, standing] : places_) {
        if (!standing.gone)
            continue;
        for (const auto& site : world_.sites) {
            const auto& [group, user] = place;
            const Key key { user.empty() ? Kind::account : Kind::association, Name { "c1" }, group, user };
            if (site.value(key, user.empty() ? gate() : block()) == held_value())
                standing.confirmed.try_emplace(&site, now);
        }
    }
}

Oracle::Gate Oracle::expected_gate(const AllocationRow& row) const
{
    if (!row.is_active || row.state == PortalState::deleting || row.state == PortalState::deletion_scheduled)
        return Gate::portal;
    if (const auto flags = told_flags_.find(row.resource); flags != told_flags_.end() && flags->second.paused)
        return Gate::portal;
    if (!row.node_limit || *row.node_limit < 0 || *row.node_limit > 1'000'000'000'000)
        return Gate::undecided;
    if (*row.node_limit == 0)
        return Gate::portal;
    const auto now = world_.clock.plain().now();
    const auto month = month_of(now);
    if (!world_.jobs.whole(month, now))
        return Gate::undecided;
    const auto figures = world_.jobs.figures(month);
    const auto found = figures.find({ Name { *row.groupname }, Name {} });
    const auto seconds = found == figures.end() ? 0 : found->second;
    return seconds >= static_cast<std::uint64_t>(*row.node_limit) * 3600 ? Gate::spent : Gate::open;
}

/// What is not the agent's is as it was left.
void Oracle::check_hands_off()
{
    for (const auto& site : world_.sites)
        for (const auto& [key, trace] : site.traces)
            if (!site.has(key))
                broken(3, site.name + ": " + text(key) + " vanished");
}

void Oracle::after_plan(const std::string& store_before, const CycleSeen& seen)
{
    for (std::size_t i = 0; i < world_.sites.size(); ++i) {
        if (seen.applies[i] > 0 || world_.sites[i].fake.records != seen.before[i].records)
            broken(2, "a plan changed site " + world_.sites[i].name);
    }
    if (world_.store() != store_before)
        broken(2, "a plan changed the store");
}

void Oracle::after_cycle(const CycleSeen& seen)
{
    for (auto& site : world_.sites)
        site.licensed.clear();
    learn(seen);
    if (snapshot_doubted(seen)) {
        for (std::size_t i = 0; i < world_.sites.size(); ++i)
            if (!seen.writes[i].empty())
                broken(world_.portal.lie == Lie::not_whole || !seen.asked.found.empty() ? 1 : 7,
                    at(world_.sites[i], seen.writes[i].front().change)
                        + ", although the snapshot is not to be trusted: "
                        + simulation::name(world_.portal.lie));
    } else if (!fresh(seen)) {
        check_stale_writes(seen);
    } else {
        check_fresh_writes(seen);
        check_bounds(seen);
        check_expected(seen);
    }
    check_hands_off();
    confirm();
    if (fresh(seen) && !snapshot_doubted(seen)) {
        last_whole_ = seen.at;
        if (calm(seen)) {
            reported_resources_.clear();
            for (const auto& row : seen.asked.whole.back().allocations)
                if (!odd_rows_.contains(row.uuid) && row.groupname)
                    reported_resources_[Name { *row.groupname }] = row.resource;
        }
        if (!lists_lie(seen) || seen.allowed) {
            believed_allocations_.clear();
            believed_associations_.clear();
            settings_known_ |= calm(seen) && !seen.asked.whole.back().allocations.empty();
            for (const auto& row : seen.asked.whole.back().allocations)
                believed_allocations_.insert(row.uuid);
            for (const auto& row : seen.asked.whole.back().associations)
                believed_associations_.insert(row.uuid);
        }
    }
}

void Oracle::after_idle(const CycleSeen& seen)
{
    for (std::size_t i = 0; i < world_.sites.size(); ++i) {
        if (seen.applies[i] > 0)
            broken(10, "a cycle with nothing to do changed site " + world_.sites[i].name);
        if (seen.looks[i] != 1)
            broken(10, "it looked " + std::to_string(seen.looks[i]) + " times at " + world_.sites[i].name);
    }
    if (seen.commits != 1)
        broken(10, "it committed " + std::to_string(seen.commits) + " times");
    if (seen.asked.listings != 1 || seen.asked.retrieves != 0)
        broken(10,
            "it read the lists " + std::to_string(seen.asked.listings) + " times and asked for "
                + std::to_string(seen.asked.retrieves) + " rows");
}

bool Oracle::settled() const
{
    const auto now = world_.clock.plain().now();
    if (!odd_groups_.empty() || world_.portal.lie != Lie::none || world_.portal.away)
        return false;
    for (const auto& [place, standing] : places_) {
        if (!standing.gone)
            continue;
        const auto& [group, user] = place;
        const Key key { user.empty() ? Kind::account : Kind::association, Name { "c1" }, group, user };
        const auto grace = user.empty() ? world_.config.allocation_grace : world_.config.member_grace;
        for (const auto& site : world_.sites) {
            const auto since = standing.confirmed.find(&site);
            if (site.ours(key) && (since == standing.confirmed.end() || now - since->second >= grace))
                return false;
        }
    }
    return true;
}

} // namespace site::simulation
