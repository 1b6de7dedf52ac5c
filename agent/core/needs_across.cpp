#include "core/needs_across.hpp"

#include <algorithm>

namespace site {
namespace {

/// What stands below a thing in the order of kinds.
std::vector<Key> below(const Key& key)
{
    std::vector<Key> keys;
    if (key.name.empty())
        return keys;
    for (const auto kind : { Kind::group, Kind::directory, Kind::quota, Kind::account })
        if (kind < key.kind)
            keys.push_back({ kind, key.cluster, key.name });
    if (key.member.empty())
        return keys;
    keys.push_back({ Kind::user, key.cluster, {}, key.member });
    if (Kind::group_member < key.kind)
        keys.push_back({ Kind::group_member, key.cluster, key.name, key.member });
    return keys;
}

/// Of directories and quotas each plugin keeps one volume, which an account does not name.
Key without_volume(Key key)
{
    if (key.kind == Kind::directory || key.kind == Kind::quota)
        key.part = {};
    return key;
}

bool keeps(const KeptElsewhere& kept, Kind kind)
{
    return std::find(kept.kinds.begin(), kept.kinds.end(), kind) != kept.kinds.end();
}

} // namespace

NeedsAcross::NeedsAcross(const std::vector<KeptElsewhere>& all)
{
    for (const auto& kept : all) {
        Keeper keeper { kept, {}, {}, {}, {} };
        if (!kept.sick) {
            for (const auto& refusal : kept.desired.refused)
                keeper.refused[refusal.key.name].push_back(&refusal);
            for (const auto& record : kept.observation.records)
                keeper.there.insert(without_volume(record.key));
            for (const auto& blocked : kept.difference.blocked)
                keeper.blocked.insert(without_volume(blocked.key));
            for (const auto& change : kept.difference.changes)
                if (change.action == Action::create)
                    keeper.made.emplace(without_volume(change.key), change.key);
        }
        keepers_.push_back(std::move(keeper));
    }
}

std::string NeedsAcross::hindrance(const Keeper& keeper, const Key& need)
{
    const auto waits = "waits for " + text(need);
    if (keeper.kept.sick)
        return waits + ": plugin " + keeper.kept.plugin + " can't look: " + keeper.kept.sick->text;
    if (keeper.there.contains(need))
        return {};
    if (const auto refused = keeper.refused.find(need.name); refused != keeper.refused.end())
        for (const auto* refusal : refused->second) {
            const auto& mark = refusal->key;
            if (mark.cluster == need.cluster && need.kind >= mark.kind
                && (mark.member.empty() || mark.member == need.member))
                return waits + ": " + refusal->why;
        }
    if (keeper.blocked.contains(need))
        return waits + ", which can't be made";
    return {};
}

std::vector<Blocked> NeedsAcross::sort_out(const std::string& plugin, std::vector<Change>& changes) const
{
    const auto own = std::find_if(
        keepers_.begin(), keepers_.end(), [&](const Keeper& one) { return one.kept.plugin == plugin; });
    const auto hindered = [&](Change& change) -> std::string {
        if (change.action != Action::create)
            return {};
        for (const auto& keeper : keepers_) {
            if (keeper.kept.plugin == plugin)
                continue;
            for (const auto& need : below(change.key)) {
                if (!keeps(keeper.kept, need.kind) || (own != keepers_.end() && keeps(own->kept, need.kind)))
                    continue; // what a plugin keeps itself it needs of nobody else
                if (auto why = hindrance(keeper, need); !why.empty())
                    return why;
                if (const auto made = keeper.made.find(need); made != keeper.made.end())
                    change.needs.push_back(made->second);
            }
        }
        return {};
    };
    std::vector<Blocked> waiting;
    std::vector<Change> going;
    for (auto& change : changes)
        if (auto why = hindered(change); why.empty())
            going.push_back(std::move(change));
        else
            waiting.push_back({ change.key, std::move(why), true });
    changes = std::move(going);
    return waiting;
}

} // namespace site
