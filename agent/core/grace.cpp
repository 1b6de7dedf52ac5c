#include "core/grace.hpp"

#include <algorithm>

namespace site {
namespace {

bool holds(const Remains& remains, Name group)
{
    const auto at = remains.holding.lower_bound({ group, Name {} });
    return at != remains.holding.end() && at->first == group;
}

void confirm(KnownAllocation& entry, const Member& member, const Remains& remains, Instant now)
{
    const auto at = std::find_if(entry.members.begin(), entry.members.end(),
        [&](const KnownMember& known) { return known.user == member.user; });
    if (at == entry.members.end() || !at->gone)
        return;
    const Place place { entry.group, member.user };
    if (!remains.holding.contains(place))
        entry.members.erase(at);
    else if (!at->blocked && member.standing == Standing::revoked && !remains.outstanding.contains(place))
        at->blocked = now;
}

} // namespace

Known confirm_blocks(Known known, const Snapshot& snapshot, const Remains& remains, Instant now)
{
    for (const auto& allocation : snapshot.allocations) {
        const auto at = known.find(allocation.uuid);
        if (at == known.end())
            continue;
        auto& entry = at->second;
        for (const auto& member : allocation.members)
            confirm(entry, member, remains, now);
        if (!entry.gone)
            continue;
        if (!holds(remains, allocation.group))
            known.erase(at);
        else if (!entry.blocked && !remains.outstanding.contains({ allocation.group, Name {} }))
            entry.blocked = now;
    }
    for (auto& [uuid, entry] : known)
        if (entry.shares) // leaving the Unix group was all there was to do
            std::erase_if(entry.members, [&, group = entry.group](const KnownMember& member) {
                return member.gone && !remains.holding.contains({ group, member.user });
            });
    return known;
}

Known without_newly_gone(
    Known known, const std::vector<Uuid>& gone_allocations, const std::vector<Uuid>& gone_associations)
{
    const std::set<Uuid> associations(gone_associations.begin(), gone_associations.end());
    for (const auto& uuid : gone_allocations)
        if (const auto at = known.find(uuid); at != known.end())
            at->second.gone.reset();
    for (auto& [uuid, allocation] : known)
        for (auto& member : allocation.members)
            if (associations.contains(member.association))
                member.gone.reset();
    return known;
}

} // namespace site
