#include "storage_quota/places.hpp"

#include "model/identifier.hpp"
#include "storage_quota/fields.hpp"

#include <algorithm>
#include <map>

namespace site {
namespace {

bool by_project(const std::string& pattern)
{
    return pattern.find("{project}") != std::string::npos || pattern.find("{portal}") != std::string::npos
        || pattern.find("{group}") != std::string::npos;
}

bool fits(std::string_view part)
{
    return !part.empty() && part.size() <= 64 && part.front() != '.'
        && part.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
        == std::string_view::npos;
}

} // namespace

VolumePlaces::VolumePlaces(const VolumeSettings& settings, Name cluster)
    : settings_(settings), cluster_(cluster), volume_(settings.name),
      people_by_project_(by_project(settings.users.directory))
{
}

Result<std::string> VolumePlaces::path(
    const std::string& pattern, const Allocation& allocation, const Member* member) const
{
    const auto identifier = ProjectIdentifier::parse(allocation.identifier);
    std::string out;
    for (std::size_t at = 0; at < pattern.size();) {
        const auto open = std::min(pattern.find('{', at), pattern.size());
        out.append(pattern, at, open - at);
        if (open == pattern.size())
            break;
        const auto close = pattern.find('}', open);
        const auto word = std::string_view(pattern).substr(open, close - open + 1);
        std::string value;
        if (word == "{group}")
            value = allocation.group.text();
        else if (word == "{user}" && member != nullptr)
            value = member->user.text();
        else if (word == "{project}" && identifier)
            value = identifier->project;
        else if (word == "{portal}" && identifier)
            value = identifier->portal;
        if (!fits(value))
            return Error { Errc::invalid,
                cited(pattern, 256) + ": there is no " + std::string(word) + " that fits a path, but "
                    + cited(value) };
        out += value;
        at = close + 1;
    }
    return out;
}

Interest VolumePlaces::interest(const Snapshot& snapshot) const
{
    const auto& fields = storage_fields();
    std::map<Key, StoragePlace> places;
    if (snapshot.owned != nullptr)
        for (const auto& [key, owned] : *snapshot.owned) {
            if (key.cluster != cluster_ || !owned.record)
                continue;
            StoragePlace place { key, {}, nobody, true };
            if (const auto* path = owned_word(snapshot, key, fields.path))
                place.path = path->text();
            if (const auto id = owned_number(snapshot, key, fields.id))
                place.id = static_cast<std::uint32_t>(*id);
            places.emplace(key, std::move(place));
        }
    // What is ours is where it was made, whatever the template says by now.
    const auto want = [&](const Key& key, const Result<std::string>& path, std::optional<std::uint32_t> id) {
        if (path)
            places.try_emplace(key, StoragePlace { key, *path, id.value_or(nobody), false });
    };
    const Result<std::string> nowhere { std::string() };
    const auto& projects = settings_.projects;
    const auto& users = settings_.users;
    for (const auto& allocation : snapshot.allocations) {
        if (projects.kept && !projects.directory.empty())
            want(project_directory(allocation.group), path(projects.directory, allocation), std::nullopt);
        if (projects.kept && projects.quota_by != QuotaBy::none && allocation.gid)
            want(project_quota(allocation.group), nowhere,
                *allocation.gid + (projects.quota_by == QuotaBy::project ? settings_.project_id_offset : 0));
        if (!users.kept)
            continue;
        for (const auto& member : allocation.members) {
            if (!users.directory.empty())
                want(person_directory(allocation.group, member.user),
                    path(users.directory, allocation, &member), std::nullopt);
            if (users.quota_by != QuotaBy::none && member.uid)
                want(person_quota(member.user), nowhere, member.uid);
        }
    }
    if (settings_.grace)
        want(volume_quota(), nowhere, std::nullopt);
    Interest interest;
    for (auto& [key, place] : places)
        interest.places.push_back(std::move(place));
    return interest;
}

const Owned* owned_record(const Snapshot& snapshot, const Key& key)
{
    if (snapshot.owned == nullptr)
        return nullptr;
    const auto found = snapshot.owned->find(key);
    return found != snapshot.owned->end() && found->second.record ? &found->second : nullptr;
}

std::optional<std::int64_t> owned_number(const Snapshot& snapshot, const Key& key, Name field)
{
    const auto* owned = owned_record(snapshot, key);
    const auto* held = owned == nullptr ? nullptr : owned->field(field);
    return held == nullptr ? std::nullopt : held->ours.number();
}

const Name* owned_word(const Snapshot& snapshot, const Key& key, Name field)
{
    const auto* owned = owned_record(snapshot, key);
    const auto* held = owned == nullptr ? nullptr : owned->field(field);
    return held == nullptr ? nullptr : held->ours.word();
}

} // namespace site
