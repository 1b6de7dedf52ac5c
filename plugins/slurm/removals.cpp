#include "slurm/removals.hpp"

#include "model/identifier.hpp"
#include "slurm/sacctmgr.hpp"

#include <algorithm>
#include <set>

namespace site {
namespace {

using Leaving = std::unordered_map<Name, std::set<std::pair<Name, Name>>>;

/// Whether an account's name, which may be the site's own, can stand in a command.
bool can_be_said(std::string_view account)
{
    return !account.empty() && account.front() != '-'
        && std::all_of(account.begin(), account.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                   || std::string_view("_-.+:").find(c) != std::string_view::npos;
           });
}

/// The account that becomes the user's default; empty when nothing has to move or can.
Name new_default(const UserRow& user, const std::set<std::pair<Name, Name>>& leaving)
{
    Name best;
    for (const auto& row : user.rows) {
        if (leaving.contains(row))
            continue;
        if (row.first == user.default_account)
            return {}; // another row of the same account stays
        if (can_be_said(row.first.text()) && (best.empty() || row.first < best))
            best = row.first;
    }
    return best;
}

} // namespace

RemovalPlan plan_removals(
    std::span<const Change> changes, std::span<const std::size_t> removals, const Users* users)
{
    RemovalPlan plan;
    if (users == nullptr) {
        plan.first.assign(removals.begin(), removals.end());
        return plan;
    }
    Leaving leaving;
    for (const auto index : removals) {
        const auto& key = changes[index].key;
        leaving[key.member].emplace(key.name, key.part);
    }
    for (const auto index : removals) {
        const auto& key = changes[index].key;
        const auto found = users->find(key.member);
        const auto& his = leaving[key.member];
        if (found == users->end() || found->second.default_account != key.name) {
            plan.first.push_back(index);
            continue;
        }
        const auto target = new_default(found->second, his);
        if (!target.empty())
            plan.moves[target].push_back(index);
        (target.empty() ? plan.last : plan.first).push_back(index);
    }
    return plan;
}

std::map<std::size_t, std::string> blocked_removals(
    std::span<const Change> changes, std::span<const std::size_t> removals, std::string_view listing)
{
    std::map<std::string_view, std::size_t> leaving;
    for (const auto index : removals)
        leaving.emplace(changes[index].key.name.text(), index);
    std::map<std::size_t, std::string> blocked;
    std::map<std::string_view, std::string_view> parents; // of the leaving accounts that are there
    std::string_view line;
    while (next_line(listing, line)) {
        const auto row = parse_association(line);
        if (!row)
            continue; // the caller has read the same text as a whole before
        const auto own = leaving.find(row->account);
        if (!row->user.empty()) {
            if (own != leaving.end())
                blocked.emplace(own->second, "user " + cited(row->user) + " still has an association in it");
            continue;
        }
        const auto above = leaving.find(row->parent);
        if (own != leaving.end())
            parents.emplace(row->account, row->parent);
        else if (above != leaving.end())
            blocked.emplace(above->second, "account " + cited(row->account) + " hangs under it");
    }
    // What is blocked blocks all that it hangs under.
    for (std::size_t round = 0; round < parents.size(); ++round) {
        bool more = false;
        for (const auto& [account, parent] : parents) {
            const auto above = leaving.find(parent);
            if (above != leaving.end() && blocked.contains(leaving.at(account)))
                more
                    |= blocked.emplace(above->second, "account " + cited(account) + " hangs under it").second;
        }
        if (!more)
            break;
    }
    return blocked;
}

} // namespace site
