#include "slurm/load_file.hpp"

#include "slurm/fields.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace site {
namespace {

std::string number_or_clear(const Value& value)
{
    return value.unset() ? "-1" : value.text();
}

std::string load_settings(const Change& change)
{
    std::string out;
    for (const auto& setting : settings_of(change))
        if (loadable(setting))
            out += ":" + setting.first + "='" + setting.second + "'";
    return out;
}

/// Accounts by their parent, in an order in which every parent is named before it is used.
std::vector<std::pair<Name, std::vector<const Change*>>> by_parent(
    const std::vector<const Change*>& accounts, const std::unordered_map<Name, Name>& parents)
{
    std::map<Name, std::vector<const Change*>> left;
    std::set<Name> to_come;
    for (const auto* change : accounts) {
        left[parent_after(*change, parents)].push_back(change);
        to_come.insert(change->key.name);
    }
    std::vector<std::pair<Name, std::vector<const Change*>>> out;
    while (!left.empty()) {
        auto next = std::find_if(
            left.begin(), left.end(), [&](const auto& group) { return !to_come.contains(group.first); });
        if (next == left.end())
            next = left.begin(); // a circle: sacctmgr says so
        for (const auto* change : next->second)
            to_come.erase(change->key.name);
        out.emplace_back(next->first, std::move(next->second));
        left.erase(next);
    }
    return out;
}

} // namespace

std::vector<Setting> settings_of(const Change& change)
{
    std::vector<Setting> out;
    std::string caps;
    const bool creates = change.action == Action::create;
    const auto& names = fields();
    for (const auto& field : change.fields) {
        if (field.field == names.parent || (creates && field.after.unset()))
            continue;
        if (const auto tres = tres_of(field.field); !tres.empty()) {
            caps += (caps.empty() ? "" : ",") + std::string(tres) + "=" + number_or_clear(field.after);
            continue;
        }
        const bool list = field.field == names.qos;
        out.emplace_back(field.field.text(), list ? field.after.text() : number_or_clear(field.after));
    }
    if (!caps.empty())
        out.emplace_back("GrpTRESMins", caps);
    std::sort(out.begin(), out.end());
    return out;
}

bool loadable(const Setting& setting)
{
    return setting.first != fields().qos.text() && setting.first != fields().default_qos.text();
}

Name parent_after(const Change& change, const std::unordered_map<Name, Name>& parents)
{
    if (const auto* field = change.field(fields().parent))
        if (const auto* word = field->after.word())
            return *word;
    const auto found = parents.find(change.key.name);
    return found == parents.end() ? Name {} : found->second;
}

std::string load_text(Name cluster, std::span<const Change> changes, std::span<const std::size_t> which,
    const std::unordered_map<Name, Name>& parents)
{
    std::vector<const Change*> accounts;
    std::map<Name, std::vector<const Change*>> users;
    for (const auto index : which) {
        const auto& change = changes[index];
        if (change.key.kind == Kind::account)
            accounts.push_back(&change);
        else
            users[change.key.name].push_back(&change);
    }
    std::string out = "Cluster - '" + cluster.text() + "'\n";
    for (const auto& [parent, beneath] : by_parent(accounts, parents)) {
        out += "Parent - '" + parent.text() + "'\n";
        for (const auto* change : beneath)
            out += "Account - '" + change->key.name.text() + "'" + load_settings(*change) + "\n";
    }
    for (const auto& [account, members] : users) {
        out += "Parent - '" + account.text() + "'\n";
        for (const auto* change : members) {
            out += "User - '" + change->key.member.text() + "'";
            if (!change->key.part.empty())
                out += ":Partition='" + change->key.part.text() + "'";
            out += load_settings(*change) + "\n";
        }
    }
    return out;
}

} // namespace site
