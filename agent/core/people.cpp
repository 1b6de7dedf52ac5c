#include "core/people.hpp"

#include "model/identifier.hpp"

namespace site {
namespace {

Finding judge(Member& member, const Result<std::optional<Person>>& found, const GuardConfig& guards,
    std::string subject)
{
    const auto user = cited(member.user.text());
    if (!found) {
        member.standing = Standing::waiting;
        member.why = "looking up Unix user " + user + ": " + found.error().text;
        return { Severity::warning, "user-lookup", std::move(subject), member.why, "look at sssd or nslcd" };
    }
    if (!*found) {
        member.standing = Standing::waiting;
        member.why = "there is no Unix user " + user + " yet";
        return { Severity::info, "user-unknown", std::move(subject), member.why + ": waiting",
            "make the user known to NSS on this machine" };
    }
    member.standing = Standing::frozen;
    member.why = "Unix user " + user + " has uid " + std::to_string((*found)->uid)
        + ", below guards.lowest_uid (" + std::to_string(guards.lowest_uid) + ")";
    return { Severity::error, "uid-low", std::move(subject), member.why, {} };
}

} // namespace

std::size_t resolve_people(Snapshot& snapshot, const std::set<std::pair<Name, Name>>& placed,
    const PersonLookup& lookup, const GuardConfig& guards, std::vector<Finding>& findings)
{
    std::size_t waiting = 0;
    for (auto& allocation : snapshot.allocations) {
        if (allocation.standing != Standing::present)
            continue;
        for (auto& member : allocation.members) {
            if (member.standing != Standing::present || placed.contains({ allocation.group, member.user }))
                continue;
            const auto found = lookup(member.user);
            if (found && *found && (*found)->uid >= guards.lowest_uid)
                continue;
            findings.push_back(judge(member, found, guards, allocation.name + "/" + member.user.text()));
            waiting += member.standing == Standing::waiting ? 1 : 0;
        }
    }
    return waiting;
}

} // namespace site
