#pragma once

#include "api/finding.hpp"
#include "api/runner.hpp"
#include "api/settings.hpp"
#include "model/name.hpp"
#include "slurm/programs.hpp"
#include "slurm/scontrol_config.hpp"
#include "slurm/sinfo.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace site {

/// Everything a sysadmin should know of this Slurm's set-up; one finding each, `info` where it is well.
std::vector<Finding> check_slurm(const SlurmSettings&, Name cluster, const Programs&, Runner&);

/// What Slurm's configuration means for limits. Pure.
std::vector<Finding> judge_config(const SlurmSettings&, Name cluster, const SlurmConfig&, const NodeShape&);

} // namespace site
