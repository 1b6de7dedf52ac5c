#pragma once

#include "api/plugin.hpp"
#include "slurm/listing.hpp"

namespace site {

/// The accounts and associations that should be. Pure.
///
/// Account: one a project, named as its group, under `parent_account` or its organisation's account.
/// Association: one a member, or one a member and configured partition.
/// "As it is" is asked for by naming the value observed, since what is ours and not asked for is put back.
Result<Desired> slurm_desired(
    const SlurmSettings&, Name cluster, const Snapshot&, const Observation& observation);

/// Which accounts to look for, and whether anything of ours might have to go.
Interest slurm_interest(const SlurmSettings&, Name cluster, const Snapshot&);

} // namespace site
