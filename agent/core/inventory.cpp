#include "core/inventory.hpp"

#include "core/record_of.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace site {
namespace {

bool ours(const Snapshot& snapshot, const Key& key)
{
    const auto found = snapshot.owned->find(key);
    return found != snapshot.owned->end() && found->second.record;
}

bool refused(const Desired& desired, const Key& key)
{
    return std::any_of(desired.refused.begin(), desired.refused.end(), [&](const Refusal& refusal) {
        const auto& mark = refusal.key;
        return mark.name == key.name && mark.cluster == key.cluster && key.kind >= mark.kind
            && (mark.member.empty() || mark.member == key.member);
    });
}

bool stray(const Desired& desired, const Key& key)
{
    return std::any_of(
        desired.strays.begin(), desired.strays.end(), [&](const Stray& one) { return one.key == key; });
}

std::string dated(std::string_view what, Standing standing, const std::optional<Instant>& until)
{
    std::string out(what);
    if (standing == Standing::expired)
        return out + "; its grace is over, and it is removed";
    return out + (until ? "; closed, and kept until " + text(*until) : "; it is being closed");
}

/// Why a record of ours is leaving; empty when it is not.
std::string leaving(
    const Snapshot& snapshot, const Desired& desired, const std::unordered_set<Key>& wanted, const Key& key)
{
    const auto allocation = std::lower_bound(snapshot.allocations.begin(), snapshot.allocations.end(),
        key.name, [](const Allocation& one, Name name) { return one.group < name; });
    if (allocation == snapshot.allocations.end() || allocation->group != key.name)
        return wanted.contains(key) || refused(desired, key) ? std::string {}
                                                             : "no allocation asks for it: it is removed";
    if (!key.member.empty()) {
        const auto member = std::find_if(allocation->members.begin(), allocation->members.end(),
            [&](const Member& one) { return one.user == key.member; });
        if (member != allocation->members.end()
            && (member->standing == Standing::revoked || member->standing == Standing::expired))
            return dated(member->why, member->standing, member->until);
    }
    if (allocation->standing == Standing::revoked || allocation->standing == Standing::expired)
        return dated(allocation->why, allocation->standing, allocation->until);
    return {};
}

} // namespace

bool Adoptable::would_change() const
{
    return std::any_of(
        fields.begin(), fields.end(), [](const FieldChange& field) { return field.before != field.after; });
}

std::string_view name(OrphanSort sort)
{
    switch (sort) {
    case OrphanSort::leaving:
        return "leaving";
    case OrphanSort::marked:
        return "marked";
    case OrphanSort::beneath:
        return "beneath";
    case OrphanSort::changed:
        return "changed";
    }
    return "leaving";
}

std::vector<Adoptable> adoptable(const Side& side)
{
    std::vector<Adoptable> found;
    for (const auto& wanted : side.desired.records) {
        const auto* there = record_of(side.observation, wanted.key);
        if (!there || ours(side.snapshot, wanted.key) || refused(side.desired, wanted.key))
            continue;
        Adoptable one { side.plugin, wanted.key, there->marked, {}, reason(side.snapshot, wanted) };
        for (const auto& field : wanted.fields) {
            if (field.take == Take::hold)
                continue; // a block is taken when it is set, with what stood there
            const auto* held = there->field(field.field);
            one.fields.push_back({ field.field, held ? held->value : Value {}, field.value, field.basis });
        }
        found.push_back(std::move(one));
    }
    return found;
}

std::vector<Orphan> orphans(const Side& side)
{
    std::vector<Orphan> found;
    std::unordered_set<Key> wanted;
    for (const auto& record : side.desired.records)
        wanted.insert(record.key);
    for (const auto& [key, owned] : *side.snapshot.owned)
        if (owned.record)
            if (auto why = leaving(side.snapshot, side.desired, wanted, key); !why.empty())
                found.push_back({ side.plugin, key, OrphanSort::leaving, std::move(why) });
    for (const auto& record : side.observation.records) {
        if (ours(side.snapshot, record.key) || wanted.contains(record.key))
            continue;
        const auto under = [&](Kind below, Kind above) {
            return record.key.kind == below
                && ours(side.snapshot, { above, record.key.cluster, record.key.name });
        };
        if (under(Kind::association, Kind::account))
            found.push_back({ side.plugin, record.key, OrphanSort::beneath,
                "somebody else's, beneath an account of ours: it is never touched" });
        else if (under(Kind::group_member, Kind::group))
            found.push_back({ side.plugin, record.key, OrphanSort::beneath,
                stray(side.desired, record.key)
                    ? "put into a group of ours by somebody else: taken out, since members are strict"
                    : "put into a group of ours by somebody else: left (strict_members takes it out)" });
        else if (record.marked)
            found.push_back({ side.plugin, record.key, OrphanSort::marked,
                "bears our mark, but the portal does not ask for it and the store does not know it: it is "
                "never touched; restore a backup, or remove it by hand" });
    }
    for (const auto& drift : side.difference.drifted) {
        const auto value = [](const Value& held) { return held.unset() ? "unset" : held.text(); };
        const auto what = drift.field.empty()
            ? std::string("removed by hand")
            : drift.field.text() + " changed by hand from " + value(drift.ours) + " to " + value(drift.now);
        found.push_back({ side.plugin, drift.key, OrphanSort::changed,
            what + (drift.repaired ? ": it is set right" : ": it is left so (changed_by_hand: report)") });
    }
    std::sort(found.begin(), found.end(),
        [](const Orphan& a, const Orphan& b) { return std::tie(a.key, a.sort) < std::tie(b.key, b.sort); });
    return found;
}

} // namespace site
