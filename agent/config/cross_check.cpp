#include "config/cross_check.hpp"

#include "config/endpoint_check.hpp"
#include "config/group_keeper_check.hpp"
#include "config/storage_check.hpp"

#include "model/identifier.hpp"
#include "model/tres.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <numeric>
#include <string_view>

namespace site::detail {
namespace {

/// Exactly one of the keys must be in the section.
void exactly_one(Reading& reading, const std::string& section, std::string_view what,
    std::initializer_list<std::string_view> words)
{
    std::string all;
    for (const auto word : words)
        all += (all.empty() ? "" : word == *(words.end() - 1) ? " or " : ", ") + std::string(word);
    std::string_view first;
    for (const auto word : words) {
        const auto key = section + "." + std::string(word);
        if (!reading.has(key))
            continue;
        if (!first.empty())
            reading.problem(reading.given[key], key,
                "is given beside " + std::string(first) + ", allowed is exactly one of " + all);
        else
            first = word;
    }
    if (first.empty())
        reading.problem(
            reading.given[section], section, std::string(what) + ", allowed is exactly one of " + all);
}

void check_portal(Reading& reading, const PortalConfig& portal, const std::string& key)
{
    exactly_one(reading, key, "has no token", { "token_file", "token_credential", "oidc" });
    if (portal.oidc)
        exactly_one(
            reading, key + ".oidc", "has no secret", { "client_secret_file", "client_secret_credential" });
}

void check_portal_name(Reading& reading, const ClusterConfig& cluster, const std::string& key)
{
    const auto named = key + ".portal";
    if (!reading.has(named) || !reading.good(named) || reading.config.portals.empty())
        return;
    std::string known;
    for (const auto& portal : reading.config.portals) {
        if (portal.name == cluster.portal || portal.name.empty())
            return;
        known += (known.empty() ? "" : " or ") + portal.name;
    }
    reading.problem(reading.given[named], named,
        site::cited(cluster.portal) + " is not a portal of this file, allowed is " + known);
}

void check_allocations(Reading& reading, const ClusterConfig& cluster, const std::string& key)
{
    const auto section = key + ".allocations";
    const auto settings = section + ".service_settings";
    const auto offerings = section + ".offerings";
    if (!reading.has(section) || !reading.good(section) || !reading.good(settings)
        || !reading.good(offerings))
        return;
    if (cluster.allocations.service_settings.empty() && cluster.allocations.offerings.empty())
        reading.problem(reading.given[section], section,
            "says of no allocation that it is this cluster's, allowed is at least one entry in "
            "service_settings "
            "or offerings");
}

void check_qos(Reading& reading, const SlurmSettings& slurm, const std::string& key)
{
    const auto list = key + ".qos";
    if (slurm.qos.empty() || !reading.good(list))
        return;
    std::string known;
    for (const auto& name : slurm.qos)
        known += (known.empty() ? "" : ", ") + name;
    const auto check = [&](std::string_view word, const std::string& name) {
        if (!name.empty() && std::find(slurm.qos.begin(), slurm.qos.end(), name) == slurm.qos.end())
            reading.problem(reading.given[key + "." + std::string(word)], key + "." + std::string(word),
                site::cited(name) + " is not in qos, allowed is one of " + known);
    };
    check("default_qos", slurm.default_qos);
    check("downscaled_qos", slurm.downscaled_qos);
}

void check_shape(Reading& reading, const NodeShape& shape, const std::string& key)
{
    if (!reading.has(key) || !reading.good(key) || !shape.empty())
        return;
    for (const auto* word : { ".cpus", ".gpus", ".memory", ".billing" })
        if (!reading.good(key + word))
            return;
    reading.problem(reading.given[key], key,
        "has nothing that counts, allowed is at least one of cpus, gpus, memory, billing");
}

/// The words of the units, by key; the struct keeps only what they come to.
using Words = std::map<std::string_view, std::string_view>;

void check_component(
    Reading& reading, const Words& words, const ComponentConfig& component, const std::string& key)
{
    const auto unit = key + ".unit";
    const auto measure = key + ".measure";
    const auto word = words.find(unit);
    if (word == words.end() || !reading.has(measure) || !reading.good(measure))
        return;
    const bool memory = component.measure == Measure::memory;
    const bool of_memory = word->second == "mb-hours" || word->second == "gb-hours";
    if (memory != of_memory)
        reading.problem(reading.given[unit], unit,
            site::cited(word->second) + " is not a unit of the measure, allowed is "
                + (memory ? "mb-hours or gb-hours" : "seconds, minutes, hours or days"));
}

/// A component of the measure tres names one, and no other does; all of them together fit a job's row.
void check_tres(Reading& reading, const UsageConfig& usage, const std::string& key)
{
    for (const auto& [name, component] : usage.components) {
        const auto of = key + ".components." + name;
        if (!reading.has(of + ".measure") || !reading.good(of + ".measure"))
            continue;
        const bool names = reading.has(of + ".tres");
        if (component.measure == Measure::tres && !names)
            reading.problem(reading.given[of + ".measure"], of + ".tres",
                "is missing, allowed is a TRES such as gres/gpu:a100");
        if (component.measure != Measure::tres && names)
            reading.problem(reading.given[of + ".tres"], of + ".tres", "goes with the measure tres alone");
    }
    const auto needed = extra_tres(usage).size();
    if (needed > most_extra_tres)
        reading.problem(reading.given[key], key,
            "needs " + std::to_string(needed) + " TRES beside the usual ones, allowed are at most "
                + std::to_string(most_extra_tres));
    std::uint64_t parts = usage.charge.shard.denominator;
    for (const auto& [type, factor] : usage.charge.gpus) {
        parts = std::lcm(parts, factor.denominator);
        if (parts > 1'000'000) {
            reading.problem(reading.given[key + ".charge.gpus"], key + ".charge.gpus",
                "has fractions without a common denominator up to 1000000");
            break;
        }
    }
}

void check_cluster(Reading& reading, const ClusterConfig& cluster, const std::string& key)
{
    check_portal_name(reading, cluster, key);
    check_allocations(reading, cluster, key);
    check_keepers(reading, cluster, key);
    check_storage(reading, cluster, key);
    if (cluster.slurm) {
        check_qos(reading, *cluster.slurm, key + ".slurm");
        check_shape(reading, cluster.slurm->default_node, key + ".slurm.default_node");
        for (const auto& [name, shape] : cluster.slurm->nodes)
            check_shape(reading, shape, key + ".slurm.nodes." + name);
    }
    Words words;
    for (const auto& setting : reading.settings)
        words.emplace(setting.key, setting.value);
    for (const auto& [name, component] : cluster.usage.components)
        check_component(reading, words, component, key + ".usage.components." + name);
    check_tres(reading, cluster.usage, key + ".usage");
}

} // namespace

void cross_check(Reading& reading)
{
    check_endpoint(reading);
    // Of several entries only the file's first is sure to be the struct's first; several are a problem
    // anyway.
    if (reading.config.portals.size() == 1 && reading.has("portals[0]"))
        check_portal(reading, reading.config.portals.front(), "portals[0]");
    if (reading.config.clusters.size() == 1 && reading.has("clusters[0]"))
        check_cluster(reading, reading.config.clusters.front(), "clusters[0]");
}

} // namespace site::detail
