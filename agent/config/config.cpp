#include "config/config.hpp"

#include <algorithm>
#include <stdexcept>

namespace site {

const PortalConfig& Config::portal_of(const ClusterConfig& cluster) const
{
    const auto found = std::find_if(
        portals.begin(), portals.end(), [&](const auto& portal) { return portal.name == cluster.portal; });
    if (found == portals.end())
        throw std::logic_error("cluster without its portal in a configuration that was not checked");
    return *found;
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
