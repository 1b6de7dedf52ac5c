#include "storage_quota/volume.hpp"

#include "model/identifier.hpp"
#include "storage_quota/beneath.hpp"
#include "storage_quota/project_tree.hpp"

#include <algorithm>
#include <sys/stat.h>

namespace site {

std::vector<Finding> Volume::check()
{
    auto findings = engine_->check();
    for (const auto by : { settings_.projects.quota_by, settings_.users.quota_by })
        if (const auto why = by == QuotaBy::none ? std::nullopt : engine_->cannot(by))
            findings.push_back({ Severity::error, "storage-engine", settings_.name,
                "the engine " + std::string(name(settings_.engine)) + " " + *why, "" });
    std::string folder = settings_.root;
    for (; !folder.empty(); folder.resize(folder.rfind('/'))) {
        struct stat status { };
        if (::stat(folder.c_str(), &status) != 0)
            break;
        if (status.st_uid != 0
            || ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (status.st_mode & S_ISVTX) == 0))
            findings.push_back({ Severity::warning, "storage-root", folder,
                "others than root may put something else in the place of the volume's root",
                "chown root " + folder + " && chmod go-w " + folder });
        if (folder.find('/') == std::string::npos || folder.rfind('/') == 0)
            break;
    }
    if (findings.empty())
        findings.push_back({ Severity::info, "storage-volume", settings_.name,
            settings_.root + " is there, with quotas by the engine " + std::string(name(settings_.engine)),
            "" });
    return findings;
}

std::optional<std::string> Volume::not_counted(int root, const Key& quota) const
{
    const auto place = seen_.find(places_.project_directory(quota.name));
    if (!quota.member.empty() || quota_by(quota) != QuotaBy::project || !engine_->project_ids()
        || place == seen_.end())
        return std::nullopt;
    const auto directory = open_beneath(root, place->second.path);
    if (!directory)
        return directory.error().text;
    if (!*directory)
        return cited(place->second.path, 256) + " is not there";
    const auto tree = project_tree((*directory)->number());
    if (!tree)
        return tree.error().text;
    const auto wanted = seen_.at(quota).id;
    if (tree->id != wanted)
        return cited(place->second.path, 256) + " bears project id " + std::to_string(tree->id) + ", not "
            + std::to_string(wanted);
    if (!tree->whole)
        return "not all of " + cited(place->second.path, 256) + " bears project id " + std::to_string(wanted)
            + " yet";
    return std::nullopt;
}

Result<StorageReading> Volume::levels(const Snapshot& snapshot)
{
    const auto interest = places_.interest(snapshot);
    std::vector<const StoragePlace*> asked;
    std::vector<QuotaSubject> subjects;
    seen_.clear();
    for (const auto& place : interest.places)
        seen_.emplace(place.key, place);
    for (const auto& place : interest.places)
        if (place.key.kind == Kind::quota && place.key != places_.volume_quota() && place.id != nobody
            && quota_by(place.key) != QuotaBy::none) {
            asked.push_back(&place);
            subjects.push_back(subject(place.key, place.id));
        }
    const auto root = open_root(settings_.root);
    if (!root)
        return root.error();
    const auto all = held(subjects, true);
    if (!all)
        return all.error();
    StorageReading out;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto& key = asked[i]->key;
        const auto& one = (*all)[i];
        StorageLevel level { { key.name, key.member } };
        if (!one) {
            out.findings.push_back({ Severity::error, "storage-quota", text(key), one.error().text, "" });
            continue;
        }
        level.used_bytes = one->used_bytes;
        level.used_files = one->used_files;
        level.limit_bytes = one->limits.bytes;
        level.limit_files = one->limits.files;
        if (const auto why = not_counted(root->number(), key)) {
            level.used_bytes.reset();
            level.used_files.reset();
            out.findings.push_back({ Severity::warning, "storage-not-ready", text(key), *why,
                "its figure is unknown until the directory bears the id" });
        }
        out.levels.push_back(level);
    }
    std::sort(out.levels.begin(), out.levels.end(),
        [](const StorageLevel& a, const StorageLevel& b) { return a.holder < b.holder; });
    return out;
}

} // namespace site
