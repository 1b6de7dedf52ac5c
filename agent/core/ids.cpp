#include "core/ids.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <set>

namespace site {
namespace {

/// An id, or the code and the words of why there is none.
struct Choice {
    std::optional<std::uint32_t> id {};
    std::string code {};
    std::string why {};
    std::string advice {};
};

std::set<std::uint32_t> given(const std::map<Name, std::uint32_t>& names)
{
    std::set<std::uint32_t> ids;
    for (const auto& [name, id] : names)
        ids.insert(id);
    return ids;
}

class Settling {
public:
    Settling(const IdsAtSite& site, const IdMemory& memory, const IdRules& rules, const IdLookups& lookups,
        std::vector<Finding>& findings)
        : site_(site), memory_(memory), rules_(rules), lookups_(lookups), findings_(findings),
          given_gids_(given(memory.groups)), given_uids_(given(memory.users)), next_gid_(rules.gids.first),
          next_uid_(rules.uids.first)
    {
    }

    void settle(Allocation& allocation)
    {
        if (allocation.standing == Standing::frozen || allocation.standing == Standing::waiting)
            return;
        if (const auto there = site_.gids.find(allocation.group); there != site_.gids.end())
            accept(allocation, there->second);
        else if (allocation.standing == Standing::present && allocation.may_create)
            choose_group(allocation);
        for (auto* members : { &allocation.members, &allocation.sharers })
            for (auto& member : *members)
                if (member.new_uid)
                    choose_user(allocation, member);
    }

    IdMemory take_new() { return std::move(new_); }

private:
    void accept(Allocation& allocation, std::uint32_t gid)
    {
        const auto group = cited(allocation.group.text());
        if (gid < rules_.lowest) {
            allocation.standing = Standing::frozen;
            allocation.why = "group " + group + " has gid " + std::to_string(gid)
                + ", below guards.lowest_uid (" + std::to_string(rules_.lowest) + ")";
            findings_.push_back({ Severity::error, "gid-low", allocation.name, allocation.why, {} });
            return;
        }
        allocation.gid = gid;
        const auto before = memory_.groups.find(allocation.group);
        if (before != memory_.groups.end() && before->second != gid) {
            findings_.push_back({ Severity::warning, "gid-changed", allocation.name,
                "group " + group + " has gid " + std::to_string(gid) + "; it had "
                    + std::to_string(before->second) + " before, and files may still bear that",
                "groupmod -g gives the old one back" });
        } else if (before == memory_.groups.end() && given_gids_.insert(gid).second) {
            new_.groups.emplace(allocation.group, gid);
        }
    }

    void choose_group(Allocation& allocation)
    {
        auto choice = group_id(allocation.group);
        if (choice.id) {
            allocation.gid = choice.id;
            if (!memory_.groups.contains(allocation.group))
                new_.groups.emplace(allocation.group, *choice.id);
            return;
        }
        allocation.no_gid = choice.why;
        findings_.push_back({ Severity::error, choice.code, allocation.name,
            choice.why + ": nothing is made for the project", choice.advice });
    }

    Choice group_id(Name group)
    {
        const auto named = lookups_.gid_of(group);
        if (!named)
            return unanswered("group " + cited(group.text()), named.error());
        const auto remembered = memory_.groups.find(group);
        if (*named && (remembered == memory_.groups.end() || remembered->second != **named))
            return { {}, "group-elsewhere",
                "group " + cited(group.text()) + " is known to the system with gid " + std::to_string(**named)
                    + ", but not to where the agent keeps groups",
                "remove it there, or let the agent keep groups where it is" };
        if (remembered != memory_.groups.end())
            return confirmed("gid", remembered->second, group, site_.in_use.groups, lookups_.group_of);
        if (rules_.gids.empty())
            return { {}, "gid-range", "no group ids are configured for new groups",
                "set clusters[].group_ids" };
        for (; next_gid_ <= rules_.gids.last; ++next_gid_) {
            if (given_gids_.contains(next_gid_) || site_.in_use.groups.contains(next_gid_))
                continue;
            const auto holder = lookups_.group_of(next_gid_);
            if (!holder)
                return unanswered("gid " + std::to_string(next_gid_), holder.error());
            if (*holder)
                continue;
            given_gids_.insert(next_gid_);
            return { next_gid_++, {}, {}, {} };
        }
        return { {}, "gid-range",
            "all group ids from " + std::to_string(rules_.gids.first) + " to "
                + std::to_string(rules_.gids.last) + " are in use or were given before",
            "widen clusters[].group_ids" };
    }

    void choose_user(const Allocation& allocation, Member& member)
    {
        auto chosen = users_.find(member.user);
        if (chosen == users_.end()) {
            chosen = users_.emplace(member.user, user_id(member.user)).first;
            if (chosen->second.id && !memory_.users.contains(member.user))
                new_.users.emplace(member.user, *chosen->second.id);
        }
        const auto& choice = chosen->second;
        member.new_uid = choice.id;
        if (choice.id)
            return;
        member.standing = Standing::waiting;
        member.why = choice.why;
        findings_.push_back({ Severity::error, choice.code, allocation.name + "/" + member.user.text(),
            choice.why + ": waiting", choice.advice });
    }

    Choice user_id(Name user)
    {
        if (const auto remembered = memory_.users.find(user); remembered != memory_.users.end())
            return confirmed("uid", remembered->second, user, site_.in_use.users, lookups_.user_of);
        if (rules_.uids.empty())
            return { {}, "uid-range", "no user ids are configured for new users", "set clusters[].user_ids" };
        for (; next_uid_ <= rules_.uids.last; ++next_uid_) {
            if (given_uids_.contains(next_uid_) || site_.in_use.users.contains(next_uid_)
                || (rules_.own_groups && site_.in_use.groups.contains(next_uid_)))
                continue;
            const auto holder = lookups_.user_of(next_uid_);
            if (!holder)
                return unanswered("uid " + std::to_string(next_uid_), holder.error());
            auto taken = holder->has_value();
            if (!taken && rules_.own_groups) {
                const auto group = lookups_.group_of(next_uid_);
                if (!group)
                    return unanswered("gid " + std::to_string(next_uid_), group.error());
                taken = group->has_value();
            }
            if (taken)
                continue;
            given_uids_.insert(next_uid_);
            return { next_uid_++, {}, {}, {} };
        }
        return { {}, "uid-range",
            "all user ids from " + std::to_string(rules_.uids.first) + " to "
                + std::to_string(rules_.uids.last) + " are in use or were given before",
            "widen clusters[].user_ids" };
    }

    /// An id that was given to the name before, unless somebody else has it now.
    template <class Lookup>
    static Choice confirmed(const std::string& sort, std::uint32_t id, Name name,
        const std::map<std::uint32_t, Name>& in_use, const Lookup& lookup)
    {
        const auto clash = [&](const std::string& holder) {
            return Choice { {}, sort + "-clash",
                sort + " " + std::to_string(id) + ", which was " + cited(name.text()) + "'s, is now "
                    + cited(holder) + "'s",
                "give one of the two another id; files may bear it" };
        };
        if (const auto there = in_use.find(id); there != in_use.end() && there->second != name)
            return clash(there->second.text());
        const auto holder = lookup(id);
        if (!holder)
            return unanswered(sort + " " + std::to_string(id), holder.error());
        if (*holder && **holder != name.text())
            return clash(**holder);
        return { id, {}, {}, {} };
    }

    static Choice unanswered(const std::string& what, const Error& error)
    {
        return { {}, "id-lookup", "looking up " + what + ": " + error.text, "look at sssd or nslcd" };
    }

    const IdsAtSite& site_;
    const IdMemory& memory_;
    const IdRules& rules_;
    const IdLookups& lookups_;
    std::vector<Finding>& findings_;
    std::set<std::uint32_t> given_gids_;
    std::set<std::uint32_t> given_uids_;
    std::uint32_t next_gid_;
    std::uint32_t next_uid_;
    std::map<Name, Choice> users_;
    IdMemory new_;
};

} // namespace

IdMemory settle_ids(Snapshot& snapshot, const IdsAtSite& site, const IdMemory& memory, const IdRules& rules,
    const IdLookups& lookups, std::vector<Finding>& findings)
{
    Settling settling(site, memory, rules, lookups, findings);
    for (auto& allocation : snapshot.allocations)
        settling.settle(allocation);
    return settling.take_new();
}

IdMemory known_gids(Snapshot& snapshot, const IdMemory& memory, std::uint32_t lowest,
    const IdLookups& lookups, std::vector<Finding>& findings)
{
    IdMemory fresh;
    auto given = ::site::given(memory.groups);
    for (auto& allocation : snapshot.allocations) {
        if (allocation.standing == Standing::frozen || allocation.standing == Standing::waiting
            || allocation.group.empty())
            continue;
        if (const auto before = memory.groups.find(allocation.group); before != memory.groups.end()) {
            allocation.gid = before->second;
            continue;
        }
        const auto group = "group " + cited(allocation.group.text());
        const auto named = lookups.gid_of(allocation.group);
        if (!named) {
            allocation.no_gid = "looking up " + group + ": " + named.error().text;
            findings.push_back({ Severity::warning, "id-lookup", allocation.name, allocation.no_gid,
                "look at sssd or nslcd" });
        } else if (!*named) {
            allocation.no_gid = group + " is not known to the system yet";
        } else if (**named < lowest) {
            allocation.no_gid = group + " has gid " + std::to_string(**named) + ", below guards.lowest_uid ("
                + std::to_string(lowest) + ")";
            findings.push_back({ Severity::error, "gid-low", allocation.name, allocation.no_gid, {} });
        } else {
            allocation.gid = **named;
            if (given.insert(**named).second)
                fresh.groups.emplace(allocation.group, **named);
        }
    }
    return fresh;
}

} // namespace site
