#include "group_projection/group_projection.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <map>

namespace site {
namespace {

constexpr std::size_t most_named = 5; ///< names in one finding

bool gone(const Allocation& allocation)
{
    return allocation.standing == Standing::revoked || allocation.standing == Standing::expired;
}

/// A person's place in one group, over all allocations that name it.
struct Place {
    const Member* member = nullptr; ///< the listing that counts
    std::uint32_t index = nobody; ///< of `members`; nobody for a sharer
    bool wanted = false;
    bool left_alone = false; ///< waiting or frozen: neither put in nor taken out
    bool may_join = false;
};

using Places = std::map<Name, Place>;

class Projection {
public:
    Projection(const GroupRules& groups, const UserRules& users, Name cluster, const Snapshot& snapshot,
        const Observation& observation, const GroupFacts& facts)
        : groups_(groups), users_(users), cluster_(cluster), snapshot_(snapshot), observation_(observation),
          facts_(facts)
    {
    }

    Desired run()
    {
        for (std::uint32_t i = 0; i < snapshot_.allocations.size(); ++i)
            project(i);
        project_users();
        std::sort(out_.records.begin(), out_.records.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
        return std::move(out_);
    }

private:
    [[nodiscard]] Key group_key(Name group) const { return { Kind::group, cluster_, group }; }
    [[nodiscard]] Key member_key(Name group, Name user) const
    {
        return { Kind::group_member, cluster_, group, user };
    }
    [[nodiscard]] Key user_key(Name user) const { return { Kind::user, cluster_, {}, user }; }

    [[nodiscard]] const Record* observed(const Key& key) const
    {
        const auto& records = observation_.records;
        const auto found = std::lower_bound(records.begin(), records.end(), key,
            [](const Record& record, const Key& sought) { return record.key < sought; });
        return found != records.end() && found->key == key ? &*found : nullptr;
    }

    [[nodiscard]] bool ours(const Key& key) const
    {
        if (snapshot_.owned == nullptr)
            return false;
        const auto found = snapshot_.owned->find(key);
        return found != snapshot_.owned->end() && found->second.record;
    }

    void refuse(const Key& key, const std::string& why) { out_.refused.push_back({ key, why }); }

    void project(std::uint32_t index)
    {
        const auto& allocation = snapshot_.allocations[index];
        if (allocation.group.empty())
            return;
        const auto key = group_key(allocation.group);
        if (allocation.standing == Standing::frozen || allocation.standing == Standing::waiting) {
            for (const auto& member : allocation.members)
                left_alone_.insert(member.user);
            return refuse(
                key, allocation.why.empty() ? std::string(name(allocation.standing)) : allocation.why);
        }
        if (allocation.standing == Standing::expired && groups_.retire == Retire::remove)
            return;
        if (const auto fit = check_local_name(allocation.group.text()); !fit)
            return refuse(key, "group " + fit.error().text);
        if (!add_group(index, key))
            return;
        const auto places = places_of(allocation);
        for (const auto& [user, place] : places)
            add_member(index, user, place);
        if (ours(key))
            judge_strangers(allocation, places);
    }

    bool add_group(std::uint32_t index, const Key& key)
    {
        const auto& allocation = snapshot_.allocations[index];
        Record record { .key = key, .allocation = index };
        record.only_if_there = !allocation.may_create || gone(allocation);
        const auto gid = group_fields().gid;
        const auto* there = observed(key);
        if (there != nullptr) {
            if (const auto* held = there->field(gid))
                record.fields.push_back({ gid, held->value });
        } else if (!record.only_if_there) {
            if (!allocation.gid) {
                refuse(key, allocation.no_gid.empty() ? "no group id is settled for it" : allocation.no_gid);
                return false;
            }
            record.fields.push_back({ gid, Value(std::int64_t { *allocation.gid }) });
        }
        out_.records.push_back(std::move(record));
        return true;
    }

    static Places places_of(const Allocation& allocation)
    {
        Places places;
        const auto note = [&](const Member& member, std::uint32_t index, bool listed) {
            if (member.user.empty())
                return;
            auto& place = places[member.user];
            const bool present = listed && member.standing == Standing::present;
            place.left_alone |= member.standing == Standing::waiting || member.standing == Standing::frozen;
            if (!place.member || (present && !place.wanted)) {
                place.member = &member;
                place.index = index;
            }
            place.wanted |= present;
        };
        const bool listed = !gone(allocation);
        for (std::uint32_t i = 0; i < allocation.members.size(); ++i)
            note(allocation.members[i], i, listed);
        for (const auto& member : allocation.sharers)
            note(member, nobody, true);
        for (auto& [user, place] : places)
            place.may_join = place.index == nobody || allocation.may_create;
        return places;
    }

    void add_member(std::uint32_t index, Name user, const Place& place)
    {
        const auto& allocation = snapshot_.allocations[index];
        const auto key = member_key(allocation.group, user);
        if (!place.wanted && place.left_alone) {
            left_alone_.insert(user);
            return refuse(key, place.member->why);
        }
        if (!place.wanted)
            return;
        if (const auto fit = check_local_name(user.text()); !fit)
            return refuse(key, "user " + fit.error().text);
        wanted_users_.try_emplace(user, std::pair { index, place.index });
        if (place.member->new_uid)
            new_users_.try_emplace(user, *place.member->new_uid);
        Record record { .key = key, .allocation = index, .member = place.index };
        const bool primary = facts_.primary.contains({ allocation.group, user })
            || (allocation.gid && place.member->primary_gid == allocation.gid);
        record.only_if_there = primary || !place.may_join;
        record.needs.push_back(group_key(allocation.group));
        if (place.member->new_uid)
            record.needs.push_back(user_key(user));
        out_.records.push_back(std::move(record));
    }

    /// Who stands in a group of ours and is nobody's by the store, or can't be taken out.
    void judge_strangers(const Allocation& allocation, const Places& places)
    {
        std::vector<Name> strangers;
        const auto first = member_key(allocation.group, {});
        auto at = std::lower_bound(observation_.records.begin(), observation_.records.end(), first,
            [](const Record& record, const Key& sought) { return record.key < sought; });
        for (; at != observation_.records.end() && at->key.kind == Kind::group_member
             && at->key.name == allocation.group;
             ++at) {
            const auto place = places.find(at->key.member);
            if (ours(at->key)
                || (place != places.end() && (place->second.wanted || place->second.left_alone)))
                continue;
            strangers.push_back(at->key.member);
            if (groups_.strict_members && check_local_name(at->key.member.text()))
                out_.strays.push_back({ at->key, group_key(allocation.group),
                    "nobody in the portal asks for it, and members are strict" });
        }
        if (!strangers.empty() && !groups_.strict_members)
            report(allocation.group, strangers, "group-foreign-member",
                " in the group without the portal's word, not put there by the agent: left",
                "take them out with gpasswd -d, or set strict_members");
        std::vector<Name> fixed;
        for (const auto& [user, place] : places)
            if (!place.wanted && !place.left_alone && facts_.primary.contains({ allocation.group, user }))
                fixed.push_back(user);
        if (!fixed.empty())
            report(allocation.group, fixed, "group-primary-member",
                " gone from the project and still in it, since it is the primary group",
                "give them another primary group (usermod -g)");
    }

    void report(Name group, const std::vector<Name>& users, std::string code, const std::string& what,
        std::string advice)
    {
        std::string names;
        for (std::size_t i = 0; i < std::min(users.size(), most_named); ++i)
            names += (i == 0 ? "" : ", ") + cited(users[i].text());
        if (users.size() > most_named)
            names += " and " + std::to_string(users.size() - most_named) + " more";
        out_.findings.push_back({ Severity::warning, std::move(code), group.text(),
            names + (users.size() == 1 ? " is" : " are") + what, std::move(advice) });
    }

    /// Users whom we made, and those to be made. Nobody else's are ever touched.
    void project_users()
    {
        const auto& fields = group_fields();
        for (const auto& [user, uid] : new_users_) {
            if (!users_.create || observed(user_key(user)))
                continue;
            const auto& [allocation, member] = wanted_users_.at(user);
            Record record { .key = user_key(user), .allocation = allocation, .member = member };
            record.fields.push_back({ fields.uid, Value(std::int64_t { uid }) });
            out_.records.push_back(std::move(record));
        }
        if (snapshot_.owned == nullptr)
            return;
        for (const auto& [key, owned] : *snapshot_.owned)
            if (key.kind == Kind::user && key.cluster == cluster_ && owned.record)
                project_user(key);
    }

    void project_user(const Key& key)
    {
        const auto& fields = group_fields();
        const auto* there = observed(key);
        if (there == nullptr)
            return; // gone by hand: made anew only when NSS doesn't know him either
        Record record { .key = key };
        record.only_if_there = true;
        if (const auto* uid = there->field(fields.uid))
            record.fields.push_back({ fields.uid, uid->value });
        if (const auto wanted = wanted_users_.find(key.member); wanted != wanted_users_.end()) {
            record.allocation = wanted->second.first;
            record.member = wanted->second.second;
        } else if (left_alone_.contains(key.member)) {
            return refuse(key, "a project of his is not reconciled");
        } else {
            if (users_.retire == Retire::remove && !known(key.member))
                return;
            record.fields.push_back({ .field = fields.locked,
                .value = Value(1),
                .take = Take::hold,
                .effect = Effect::takes_away });
        }
        out_.records.push_back(std::move(record));
    }

    /// Whether any allocation still knows the user, be it as one who is gone.
    [[nodiscard]] bool known(Name user) const
    {
        return std::any_of(
            snapshot_.allocations.begin(), snapshot_.allocations.end(), [&](const Allocation& allocation) {
                return allocation.standing != Standing::expired
                    && std::any_of(
                        allocation.members.begin(), allocation.members.end(), [&](const Member& member) {
                            return member.user == user && member.standing != Standing::expired;
                        });
            });
    }

    const GroupRules& groups_;
    const UserRules& users_;
    const Name cluster_;
    const Snapshot& snapshot_;
    const Observation& observation_;
    const GroupFacts& facts_;
    std::map<Name, std::pair<std::uint32_t, std::uint32_t>> wanted_users_; ///< user to allocation and member
    std::map<Name, std::uint32_t> new_users_;
    std::set<Name> left_alone_;
    Desired out_;
};

void make_sorted(std::vector<Name>& names)
{
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (!names.empty() && names.front().empty())
        names.erase(names.begin());
}

} // namespace

const GroupFields& group_fields()
{
    static const GroupFields fields;
    return fields;
}

Interest group_interest(Name cluster, const Snapshot& snapshot)
{
    Interest interest;
    for (const auto& allocation : snapshot.allocations) {
        interest.names.push_back(allocation.group);
        for (const auto* members : { &allocation.members, &allocation.sharers })
            for (const auto& member : *members)
                if (member.new_uid)
                    interest.users.push_back(member.user);
    }
    if (snapshot.owned != nullptr)
        for (const auto& [key, owned] : *snapshot.owned) {
            if (key.cluster != cluster)
                continue;
            if (key.kind == Kind::group || key.kind == Kind::group_member)
                interest.names.push_back(key.name);
            if (key.kind == Kind::user)
                interest.users.push_back(key.member);
        }
    make_sorted(interest.names);
    make_sorted(interest.users);
    return interest;
}

Result<Desired> group_desired(const GroupRules& groups, const UserRules& users, Name cluster,
    const Snapshot& snapshot, const Observation& observation)
{
    const auto* facts = dynamic_cast<const GroupFacts*>(observation.facts.get());
    if (facts == nullptr)
        return Error { Errc::internal, "the observation is not of a keeper of groups" };
    return Projection(groups, users, cluster, snapshot, observation, *facts).run();
}

} // namespace site
