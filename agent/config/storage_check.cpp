#include "config/storage_check.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace site::detail {
namespace {

/// What an engine can't count by or do; none: it can.
std::optional<std::string> cannot(StorageEngine engine, QuotaBy by)
{
    if (engine == StorageEngine::cephfs && (by == QuotaBy::group || by == QuotaBy::user))
        return "project";
    if (engine == StorageEngine::beegfs && by == QuotaBy::project)
        return "group";
    return std::nullopt;
}

bool has_soft_limits(StorageEngine engine)
{
    return engine == StorageEngine::linux_quota || engine == StorageEngine::lustre
        || engine == StorageEngine::gpfs || engine == StorageEngine::exec;
}

bool has_device(StorageEngine engine)
{
    return engine == StorageEngine::gpfs || engine == StorageEngine::zfs || engine == StorageEngine::beegfs;
}

bool names_project(const std::string& pattern)
{
    return pattern.find("{project}") != std::string::npos || pattern.find("{group}") != std::string::npos;
}

class Check {
public:
    Check(Reading& reading, const ClusterConfig& cluster, const std::string& key)
        : reading_(reading), cluster_(cluster), key_(key)
    {
    }

    void run()
    {
        listed();
        for (const auto& volume : cluster_.storage)
            check(volume, key_ + ".storage." + volume.name);
        components();
    }

private:
    void problem(const std::string& key, const std::string& text)
    {
        reading_.problem(reading_.given[key], key, text);
    }

    [[nodiscard]] bool given(const std::string& key) const { return reading_.has(key) && reading_.good(key); }

    void listed()
    {
        const auto plugins = key_ + ".plugins";
        const auto section = key_ + ".storage";
        if (!given(plugins) || !reading_.good(section))
            return;
        const bool there = std::find(cluster_.plugins.begin(), cluster_.plugins.end(), "storage_quota")
            != cluster_.plugins.end();
        if (there && cluster_.storage.empty())
            problem(
                plugins, "lists storage_quota, but there is no volume, allowed is at least one in storage");
        if (!there && !cluster_.storage.empty())
            problem(section,
                "is there, but plugins does not list storage_quota, allowed is only what a listed plugin "
                "reads");
    }

    void check(const VolumeSettings& volume, const std::string& key)
    {
        if (!given(key + ".engine"))
            return;
        const auto engine = std::string(name(volume.engine));
        const bool exec = volume.engine == StorageEngine::exec;
        if (exec && !reading_.has(key + ".program"))
            problem(key, "has the engine exec and no program, allowed is both");
        for (const auto* word : { ".program", ".arguments" })
            if (!exec && given(key + word))
                problem(key + word, "is given with the engine " + engine + ", allowed is only with exec");
        if (has_device(volume.engine) && !reading_.has(key + ".device"))
            problem(key, "has the engine " + engine + " and no device, allowed is both");
        if (!has_device(volume.engine) && given(key + ".device"))
            problem(key + ".device",
                "is given with the engine " + engine + ", allowed is only with gpfs, zfs or beegfs");
        if (volume.engine != StorageEngine::linux_quota && given(key + ".grace"))
            problem(key + ".grace", "is given with the engine " + engine + ", allowed is only with linux");
        if (!volume.projects.kept && !volume.users.kept && reading_.good(key + ".projects")
            && reading_.good(key + ".users"))
            problem(key, "has nothing on it, allowed is projects or users, or both");
        rules(volume, volume.projects, key + ".projects");
        rules(volume, volume.users, key + ".users");
        projects(volume, key);
        people(volume, key + ".users");
    }

    void rules(const VolumeSettings& volume, const StorageRules& rules, const std::string& key)
    {
        if (!rules.kept || !reading_.good(key) || !reading_.good(key + ".quota_by"))
            return;
        const auto engine = std::string(name(volume.engine));
        if (const auto instead = cannot(volume.engine, rules.quota_by))
            problem(key + ".quota_by",
                std::string(name(rules.quota_by)) + " is nothing that " + engine
                    + " counts by, allowed is none"
                    + (key.ends_with(".projects") ? " or " + *instead : std::string()));
        if (rules.quota_by == QuotaBy::none)
            for (const auto* word : { ".quota", ".files", ".soft", ".most_quota", ".most_files" })
                if (given(key + word))
                    problem(key + word, "is given without quota_by, allowed is both");
        if (rules.quota_by == QuotaBy::none && rules.directory.empty() && reading_.good(key + ".directory"))
            problem(key, "has neither directory nor quota_by, allowed is one of them, or both");
        if (rules.soft_percent > 0 && !has_soft_limits(volume.engine))
            problem(key + ".soft", "is given, but " + engine + " has no soft limits, allowed is 0");
        at_most(rules.quota.bytes, rules.most.bytes, key + ".quota", "most_quota");
        at_most(rules.quota.files, rules.most.files, key + ".files", "most_files");
    }

    void at_most(const std::optional<std::uint64_t>& value, const std::optional<std::uint64_t>& most,
        const std::string& key, const std::string& bound)
    {
        if (value && most && *value > *most && given(key))
            problem(key, "is more than " + bound + ", allowed is at most that");
    }

    void projects(const VolumeSettings& volume, const std::string& key)
    {
        const auto& rules = volume.projects;
        const auto directory = key + ".projects.directory";
        // A fileset is named by the group, its directory is the site's.
        if (rules.quota_by == QuotaBy::project && rules.directory.empty() && reading_.good(directory)
            && volume.engine != StorageEngine::gpfs && reading_.good(key + ".projects.quota_by"))
            problem(key + ".projects.quota_by",
                "is project, but there is no directory to count by, allowed is both");
        for (const auto& [project, amounts] : volume.overrides) {
            const auto own = key + ".overrides." + project;
            if (!amounts.bytes && !amounts.files && reading_.good(own) && reading_.good(own + ".quota")
                && reading_.good(own + ".files"))
                problem(own, "says nothing, allowed is quota or files, or both");
            at_most(amounts.bytes, rules.most.bytes, own + ".quota", "most_quota");
            at_most(amounts.files, rules.most.files, own + ".files", "most_files");
        }
        for (const auto* word : { ".granted_by", ".overrides" })
            if (rules.quota_by == QuotaBy::none && given(key + word)
                && (std::string_view(word) != ".overrides" || !volume.overrides.empty()))
                problem(key + word, "is given, but projects have no quota_by, allowed is both");
        if (rules.owner == "{user}" && given(key + ".projects.owner"))
            problem(key + ".projects.owner", "is a person's, allowed is root or a uid");
        if (rules.group == "{primary}" && given(key + ".projects.group"))
            problem(key + ".projects.group", "is a person's, allowed is root, {group}, or a gid");
    }

    void people(const VolumeSettings& volume, const std::string& key)
    {
        const auto& rules = volume.users;
        if (rules.kept && rules.group == "{group}" && !names_project(rules.directory)
            && given(key + ".group"))
            problem(key + ".group",
                "is a project's, but directory has no project in it, allowed is root, {primary}, or a gid");
    }

    void components()
    {
        for (const auto& [type, component] : cluster_.usage.storage_components) {
            const auto key = key_ + ".usage.storage." + type;
            const auto volume = key + ".volume";
            const bool known = std::any_of(cluster_.storage.begin(), cluster_.storage.end(),
                [&, &wanted = component.volume](const VolumeSettings& one) { return one.name == wanted; });
            if (given(volume) && !known)
                problem(volume,
                    site::cited(component.volume)
                        + " is not a volume of this cluster, allowed is one of storage");
            if (cluster_.usage.components.contains(type))
                problem(key, "is also one of usage.components, allowed is one meaning for a component");
        }
    }

    Reading& reading_;
    const ClusterConfig& cluster_;
    const std::string& key_;
};

} // namespace

void check_storage(Reading& reading, const ClusterConfig& cluster, const std::string& key)
{
    Check(reading, cluster, key).run();
}

} // namespace site::detail
