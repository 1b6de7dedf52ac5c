#pragma once

#include "api/plugin.hpp"
#include "unix_groups/account_files.hpp"

namespace site {

/// The files as records, facts and ids in use. Pure. `today` in days since 1970-01-01.
///
/// A gid that is some user's primary group and no group's is in use under the user's name: a new group of
/// that number would make him a member.
Observation unix_listing(Name cluster, const Interest&, const AccountFiles&, std::int64_t today);

} // namespace site
