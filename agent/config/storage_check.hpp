#pragma once

#include "config/reader.hpp"

#include <string>

namespace site::detail {

/// What belongs together in the settings of volumes. `key` is the cluster's path.
void check_storage(Reading&, const ClusterConfig&, const std::string& key);

} // namespace site::detail
