#include "simulation/oracle.hpp"
#include "simulation/oracle_words.hpp"

#include <algorithm>

namespace site::simulation {
namespace {

constexpr Seconds one_day { 86400 };

} // namespace

void Oracle::check_release(Site& site, const Change& change, const FieldChange& field)
{
    const auto& mark = site.traces[change.key].fields[field.field];
    if (!mark.held)
        return broken(3, at(site, change) + ": lifts what the agent did not set");
    if (std::find(mark.before.begin(), mark.before.end(), field.after) == mark.before.end())
        broken(3, at(site, change) + ": another value stood there before");
}

void Oracle::check_write(Site& site, const Change& change)
{
    if (world_.running == CycleMode::plan)
        broken(2, at(site, change) + ", in a plan");
    const bool there = site.has(change.key);
    if (there && !site.ours(change.key))
        broken(3, at(site, change) + ": the agent did not make it");
    if (change.action == Action::create && there && site.ours(change.key)
        && change.fields.size() < site.fake.records.at(change.key).size())
        broken(3, at(site, change) + ": it is there");
    const Key account { Kind::account, change.key.cluster, change.key.name };
    if (change.action == Action::create && change.key.kind == Kind::association && !site.ours(account))
        broken(3, at(site, change) + ": it hangs under an account that is not the agent's");
    const auto& person = change.key.member;
    const Place whose { change.key.name, person };
    if (change.action == Action::create && !placed_.contains(whose)
        && (world_.unknown_people.contains(person) || world_.low_people.contains(person)))
        broken(7, at(site, change) + ": the person is not known or is a system account");
    if (change.action == Action::create)
        placed_.insert(whose);
    else if (change.action == Action::remove
        && std::none_of(world_.sites.begin(), world_.sites.end(),
            [&](const Site& other) { return &other != &site && other.ours(change.key); }))
        placed_.erase(whose);
    for (const auto& field : change.fields) {
        const bool hold = field.field == gate() || field.field == block();
        if (field.release)
            check_release(site, change, field);
        else if (change.action == Action::update && !hold) {
            const auto trace = site.traces.find(change.key);
            const auto mark = trace->second.fields.find(field.field);
            const bool known = mark != trace->second.fields.end();
            if (!known ? !site.value(change.key, field.field).unset() : false)
                broken(3, at(site, change) + ": the field is somebody else's");
            if (field.field.text() != "owner")
                broken(3, at(site, change) + ": nobody asked for this field");
        } else if (hold && field.after != held_value())
            broken(3, at(site, change) + ": a hold is 0");
    }
    if (change.action == Action::remove) {
        const auto now = world_.clock.plain().now();
        const auto over = [&](const Place& place, Seconds grace) {
            const auto found = places_.find(place);
            if (found == places_.end() || !found->second.gone)
                return false;
            const auto since = found->second.confirmed.find(&site);
            return since != found->second.confirmed.end() && now - since->second >= grace;
        };
        const bool may = over({ change.key.name, Name {} }, world_.config.allocation_grace)
            || (!change.key.member.empty()
                && over({ change.key.name, change.key.member }, world_.config.member_grace));
        if (!may)
            broken(8, at(site, change) + ": its grace is not over");
    }
    const auto licence = site.licensed.find(text(change));
    if (licence == site.licensed.end())
        broken(4, at(site, change) + ": no intent was written before it");
    else
        site.licensed.erase(licence);
}

/// Nothing but the closing of gates, and that only from lists that are young enough and of this month.
void Oracle::check_stale_writes(const CycleSeen& seen)
{
    for (std::size_t i = 0; i < world_.sites.size(); ++i)
        for (const auto& write : seen.writes[i]) {
            const auto& change = write.change;
            const auto what = at(world_.sites[i], change);
            const bool only_closes = change.action == Action::update && change.key.kind == Kind::account
                && change.fields.size() == 1 && closes(change, gate());
            if (!only_closes)
                broken(1, what + ", without a whole snapshot");
            else if (!last_whole_ || seen.at - *last_whole_ > world_.config.snapshot_max_age)
                broken(1, what + ", from a snapshot that is too old");
            else if (month_of(*last_whole_) != month_of(seen.at))
                broken(1, what + ", by the limit of another month");
        }
}

bool Oracle::is_take(const CycleSeen& seen, const Write& write) const
{
    const auto& change = write.change;
    if (change.action == Action::remove)
        return true;
    if (change.action != Action::update)
        return false;
    if (closes(change, block()))
        return true;
    if (!closes(change, gate()))
        return false;
    const auto* row = row_of(seen.asked.whole.back(), change.key.name);
    return !row || expected_gate(*row) != Gate::spent;
}

/// The agent closed it before, and somebody has changed that.
bool Oracle::own_hold_touched(const CycleSeen& seen, const Site& site, const Key& account) const
{
    const auto index = static_cast<std::size_t>(&site - world_.sites.data());
    const auto trace = seen.before.at(index).traces.find(account);
    if (trace == seen.before.at(index).traces.end())
        return false;
    const auto mark = trace->second.fields.find(gate());
    return mark != trace->second.fields.end() && mark->second.held && mark->second.touched;
}

/// Who loses something must be gone by two readings, restricted, or closed by what the portal says.
void Oracle::check_take(const CycleSeen& seen, const Site& site, const Write& write)
{
    const auto& change = write.change;
    const auto what = at(site, change);
    const auto standing = [&](Name user) -> const Standing* {
        const auto found = places_.find({ change.key.name, user });
        return found == places_.end() ? nullptr : &found->second;
    };
    if (closes(change, block())) {
        const auto* place = standing(change.key.member);
        const auto* row = row_of(seen.asked.whole.back(), change.key.name);
        const auto flags = row ? told_flags_.find(row->resource) : told_flags_.end();
        const bool restricted = flags != told_flags_.end() && flags->second.restrict_member_access;
        if (!restricted && (!place || !place->gone))
            broken(1, what + ": not gone by two whole readings");
    }
    if (change.action == Action::update && closes(change, gate())) {
        const auto* place = standing(Name {});
        if (place && place->gone)
            return;
        const auto* row = row_of(seen.asked.whole.back(), change.key.name);
        if (!row)
            return broken(1, what + ": not gone by two whole readings");
        const auto expected = expected_gate(*row);
        if (expected == Gate::undecided && own_hold_touched(seen, site, change.key))
            return; // while nothing is known, the agent's last word holds
        if (expected == Gate::open || expected == Gate::undecided)
            broken(9, what + ": neither the portal nor the ledger says so");
    }
}

/// A row that must not be acted on leaves what exists as it is.
void Oracle::check_frozen(const CycleSeen& seen, const Site& site, const Write& write)
{
    const auto& key = write.change.key;
    const auto ever = [&](Name user, const Uuid& row) {
        const auto found = places_.find({ key.name, user });
        return found != places_.end() && found->second.rows.contains(row);
    };
    const auto& reading = seen.asked.whole.back();
    const bool acted_on = row_of(reading, key.name) != nullptr;
    for (const auto& row : reading.allocations)
        if (!acted_on && ever(Name {}, row.uuid))
            broken(7, at(site, write.change) + ": its allocation's row is not to be acted on");
    const bool member_acted_on = std::any_of(reading.associations.begin(), reading.associations.end(),
        [&](const auto& row) { return good(row, key.name, key.member); });
    for (const auto& row : reading.associations)
        if (!key.member.empty() && acted_on && !member_acted_on && ever(key.member, row.uuid))
            broken(7, at(site, write.change) + ": its association's row is not to be acted on");
}

void Oracle::check_fresh_writes(const CycleSeen& seen)
{
    for (std::size_t i = 0; i < world_.sites.size(); ++i)
        for (const auto& write : seen.writes[i]) {
            check_take(seen, world_.sites[i], write);
            check_frozen(seen, world_.sites[i], write);
            for (const auto& field : write.change.fields)
                if (field.release && field.field == gate())
                    if (const auto* row = row_of(seen.asked.whole.back(), write.change.key.name))
                        if (expected_gate(*row) != Gate::open)
                            broken(9, at(world_.sites[i], write.change) + ": opens without a figure");
        }
}

void Oracle::check_bounds(const CycleSeen& seen)
{
    const auto& guards = world_.config.guards;
    std::map<Kind, std::size_t> owned;
    // Of all together, what one person has in one project is one thing, at however many sites.
    std::set<Place> places;
    for (const auto& before : seen.before)
        for (const auto& [key, trace] : before.traces)
            if (trace.ours) {
                ++owned[key.kind];
                places.emplace(key.name, key.member);
            }
    std::map<Kind, std::set<std::pair<const Site*, Key>>> taken;
    std::set<Place> all;
    for (std::size_t i = 0; i < world_.sites.size(); ++i)
        for (const auto& write : seen.writes[i]) {
            if (!is_take(seen, write))
                continue;
            const auto& site = world_.sites[i];
            if (const auto pass = allowances_.find({ site.name, text(write.change) });
                pass != allowances_.end()) {
                allowances_.erase(pass);
                continue;
            }
            if (lists_lie(seen))
                broken(7, at(site, write.change) + ": taken away on lists that lie");
            taken[write.change.key.kind].emplace(&site, write.change.key);
            all.emplace(write.change.key.name, write.change.key.member);
            taken_.emplace_back(seen.at, &site, write.change.key);
        }
    const auto most = [](std::size_t number, std::size_t share, std::size_t of) {
        return std::max(number, of * share / 100);
    };
    const auto all_owned = places.size();
    for (const auto& [kind, keys] : taken)
        if (keys.size() > most(guards.most_taken, guards.most_taken_share, owned[kind]))
            broken(7, std::to_string(keys.size()) + " things of one kind were taken away in a cycle");
    if (all.size() > most(guards.most_taken, guards.most_taken_share, all_owned))
        broken(7, std::to_string(all.size()) + " things were taken away in a cycle");
    while (!taken_.empty() && std::get<0>(taken_.front()) <= seen.at - one_day)
        taken_.pop_front();
    std::set<Place> day;
    for (const auto& [when, site, key] : taken_)
        day.emplace(key.name, key.member);
    if (!all.empty() && day.size() > most(guards.most_taken_day, guards.most_taken_day_share, all_owned))
        broken(7, std::to_string(day.size()) + " things were taken away in a day");
}

} // namespace site::simulation
