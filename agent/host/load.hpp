#pragma once

#include "config/config.hpp"
#include "host/backend.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace site {

/// Loads a plugin module from the configured folder and makes one of the cluster's instances of it. The
/// folder and the module must belong to root (or to the user we run as) and must not be writable for others;
/// a module that was built otherwise than the agent is refused. The runner outlives the backend.
Result<std::unique_ptr<Backend>> load_backend(
    const std::filesystem::path& folder, const std::string& instance, const ClusterConfig&, Runner&);

} // namespace site
