#pragma once

#include "config/reader.hpp"

#include <string>

namespace site::detail {

/// Which plugins have settings, who keeps groups and users, from which ids, and how a directory is reached.
/// `key` is the cluster's path. Part of cross_check.
void check_keepers(Reading&, const ClusterConfig&, const std::string& key);

} // namespace site::detail
