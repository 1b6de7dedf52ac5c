#pragma once

#include "config/reader.hpp"

namespace site::detail {

/// What belongs together in the settings of the local endpoint.
void check_endpoint(Reading&);

} // namespace site::detail
