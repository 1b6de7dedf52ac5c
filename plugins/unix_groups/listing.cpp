#include "unix_groups/listing.hpp"

#include "group_projection/group_projection.hpp"

#include <algorithm>

namespace site {
namespace {

void add_group(Name cluster, Name name, const GroupEntry& group, std::vector<Record>& out)
{
    Record record { .key = { Kind::group, cluster, name } };
    record.fields.push_back({ group_fields().gid, Value(std::int64_t { group.gid }) });
    out.push_back(std::move(record));
    for (const auto member : member_list(group.members))
        out.push_back({ .key = { Kind::group_member, cluster, name, Name(member) } });
}

void add_user(
    Name cluster, Name name, const AccountFiles& files, std::int64_t today, std::vector<Record>& out)
{
    const auto user = files.users.find(name.text());
    if (user == files.users.end())
        return;
    Record record { .key = { Kind::user, cluster, {}, name } };
    record.fields.push_back({ group_fields().uid, Value(std::int64_t { user->second.uid }) });
    const auto shadow = files.shadow.find(name.text());
    if (shadow != files.shadow.end() && locked_on(shadow->second, today))
        record.fields.push_back({ group_fields().locked, Value(1) });
    out.push_back(std::move(record));
}

IdsInUse ids_in_use(const AccountFiles& files)
{
    IdsInUse out;
    for (const auto& [name, group] : files.groups)
        out.groups.try_emplace(group.gid, Name(name));
    for (const auto& [name, user] : files.users) {
        out.users.try_emplace(user.uid, Name(name));
        out.groups.try_emplace(user.gid, Name(name));
    }
    return out;
}

} // namespace

Observation unix_listing(
    Name cluster, const Interest& interest, const AccountFiles& files, std::int64_t today)
{
    Observation out;
    auto facts = std::make_shared<GroupFacts>();
    std::multimap<std::uint32_t, Name> by_gid;
    for (const auto name : interest.names) {
        const auto group = files.groups.find(name.text());
        if (group == files.groups.end())
            continue;
        add_group(cluster, name, group->second, out.records);
        by_gid.emplace(group->second.gid, name);
    }
    for (const auto name : interest.users)
        add_user(cluster, name, files, today, out.records);
    for (const auto& [name, user] : files.users) {
        const auto [first, last] = by_gid.equal_range(user.gid);
        for (auto at = first; at != last; ++at)
            facts->primary.emplace(at->second, Name(name));
    }
    std::sort(
        out.records.begin(), out.records.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    out.facts = std::move(facts);
    out.ids = ids_in_use(files);
    return out;
}

} // namespace site
