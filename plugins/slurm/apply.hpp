#pragma once

#include "api/change.hpp"
#include "api/runner.hpp"
#include "model/result.hpp"
#include "slurm/batches.hpp"

#include <span>
#include <string>
#include <vector>

namespace site {

/// The commands that `apply` would run now.
std::vector<std::string> shown_commands(std::span<const Change>, const SlurmTree&, const Programs&);

/// Carries the changes out; one result for each. What fails as a list is tried again in halves, so that one
/// bad change stops only itself, within a bound. When a daemon doesn't answer or a deadline passes, nothing
/// more is tried. `tree` is kept up to date with what was done.
std::vector<Result<void>> apply_changes(std::span<const Change>, SlurmTree& tree, const Programs&, Runner&);

} // namespace site
