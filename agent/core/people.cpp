#include "core/people.hpp"

#include "model/identifier.hpp"

#include <map>

namespace site {
namespace {

using Found = Result<std::optional<Person>>;

class Resolving {
public:
    Resolving(const std::set<std::pair<Name, Name>>& placed, const PersonLookup& lookup,
        const PeopleRules& rules, std::vector<Finding>& findings)
        : placed_(placed), lookup_(lookup), rules_(rules), findings_(findings)
    {
    }

    void resolve(const Allocation& allocation, std::vector<Member>& members)
    {
        for (auto& member : members)
            if (member.standing == Standing::present && !placed_.contains({ allocation.group, member.user }))
                resolve(allocation, member);
    }

    [[nodiscard]] std::size_t waiting() const { return waiting_; }

private:
    void resolve(const Allocation& allocation, Member& member)
    {
        auto known = known_.find(member.user);
        if (known == known_.end())
            known = known_.emplace(member.user, lookup_(member.user)).first;
        const auto& found = known->second;
        if (found && *found && (*found)->uid >= rules_.lowest_uid) {
            member.primary_gid = (*found)->gid;
            member.uid = (*found)->uid;
            return;
        }
        if (found && !*found && rules_.create && allocation.may_create) {
            member.new_uid = 0;
            return;
        }
        findings_.push_back(judge(member, found, allocation.name + "/" + member.user.text()));
        waiting_ += member.standing == Standing::waiting ? 1 : 0;
    }

    Finding judge(Member& member, const Found& found, std::string subject) const
    {
        const auto user = cited(member.user.text());
        if (!found) {
            member.standing = Standing::waiting;
            member.why = "looking up Unix user " + user + ": " + found.error().text;
            return { Severity::warning, "user-lookup", std::move(subject), member.why,
                "look at sssd or nslcd" };
        }
        if (!*found) {
            member.standing = Standing::waiting;
            member.why = "there is no Unix user " + user + " yet";
            return { Severity::info, "user-unknown", std::move(subject), member.why + ": waiting",
                "make the user known to NSS on this machine" };
        }
        member.standing = Standing::frozen;
        member.why = "Unix user " + user + " has uid " + std::to_string((*found)->uid)
            + ", below guards.lowest_uid (" + std::to_string(rules_.lowest_uid) + ")";
        return { Severity::error, "uid-low", std::move(subject), member.why, {} };
    }

    const std::set<std::pair<Name, Name>>& placed_;
    const PersonLookup& lookup_;
    const PeopleRules& rules_;
    std::vector<Finding>& findings_;
    std::map<Name, Found> known_;
    std::size_t waiting_ = 0;
};

} // namespace

std::size_t resolve_people(Snapshot& snapshot, const std::set<std::pair<Name, Name>>& placed,
    const PersonLookup& lookup, const PeopleRules& rules, std::vector<Finding>& findings)
{
    Resolving resolving(placed, lookup, rules, findings);
    for (auto& allocation : snapshot.allocations) {
        if (allocation.standing != Standing::present)
            continue;
        resolving.resolve(allocation, allocation.members);
        resolving.resolve(allocation, allocation.sharers);
    }
    return resolving.waiting();
}

} // namespace site
