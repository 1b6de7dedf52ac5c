#pragma once

#include "model/result.hpp"

#include <string_view>

namespace site {

/// What a system call said: `opening "/etc/x": No such file or directory`. ENOENT is `not_found`;
/// EACCES, EPERM and ELOOP are `refused`; everything else is `internal`.
Error os_error(std::string_view doing, int number);

} // namespace site
