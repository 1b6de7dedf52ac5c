#pragma once

#include "api/plugin.hpp"

namespace site {

/// The groups, members, accounts and associations that should be, of the kinds that the settings list. Pure.
///
/// Groups and members are those of every keeper of Unix groups. Account: one a project, {project, closed,
/// limit}; association: one a member, {blocked}. "As it is" is asked for by naming the value observed.
Result<Desired> exec_desired(
    const ExecSettings&, Name cluster, const Snapshot&, const Observation& observation);

/// Names that are ours or asked for on this cluster. Pure.
Interest exec_interest(const ExecSettings&, Name cluster, const Snapshot&);

} // namespace site
