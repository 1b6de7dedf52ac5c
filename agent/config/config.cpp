#include "config/config.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>

namespace site {
namespace {

constexpr std::string_view storage_plugin = "storage_quota";
constexpr std::string_view gpu_type = "gres/gpu:";
constexpr std::string_view shard = "gres/shard";

} // namespace

const PortalConfig& Config::portal_of(const ClusterConfig& cluster) const
{
    const auto found = std::find_if(
        portals.begin(), portals.end(), [&](const auto& portal) { return portal.name == cluster.portal; });
    if (found == portals.end())
        throw std::logic_error("cluster without its portal in a configuration that was not checked");
    return *found;
}

std::vector<std::string> ClusterConfig::instances() const
{
    std::vector<std::string> all;
    for (const auto& plugin : plugins)
        if (plugin != storage_plugin)
            all.push_back(plugin);
        else
            for (const auto& volume : storage)
                all.push_back(plugin + "/" + volume.name);
    return all;
}

const VolumeSettings* ClusterConfig::volume_of(const std::string& instance) const
{
    const auto found = std::find_if(storage.begin(), storage.end(), [&](const VolumeSettings& volume) {
        return instance == std::string(storage_plugin) + "/" + volume.name;
    });
    return found == storage.end() ? nullptr : &*found;
}

std::vector<std::string> extra_tres(const UsageConfig& usage)
{
    std::set<std::string> names;
    for (const auto& [type, component] : usage.components)
        if (component.measure == Measure::tres)
            names.insert(component.tres);
    for (const auto& [type, factor] : usage.charge.gpus)
        names.insert(std::string(gpu_type) + type);
    if (usage.charge.shard.numerator > 0)
        names.emplace(shard);
    return { names.begin(), names.end() };
}

std::string text(const Problem& problem)
{
    auto out = problem.file.string() + ":";
    if (problem.line > 0)
        out += std::to_string(problem.line) + ":" + std::to_string(problem.column) + ":";
    out += " ";
    if (!problem.key.empty())
        out += problem.key + ": ";
    return out + problem.text;
}

} // namespace site
