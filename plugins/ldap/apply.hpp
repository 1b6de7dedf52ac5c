#pragma once

#include "api/change.hpp"
#include "ldap/directory.hpp"
#include "ldap/listing.hpp"

#include <span>
#include <vector>

namespace site {

/// Carries the changes out, one result for each, and keeps the tree up to date with what was done. Ids that
/// are to be given are looked for once more before. Where the directory is in another state than it was seen
/// in, the entry is looked at again and the rest is done, at most three times. A group's members that are
/// refused together are tried in halves. Without an answer in time nothing more is tried.
std::vector<Result<void>> apply_ldap(std::span<const Change>, LdapTree&, const LdapForm&, Directory&);

} // namespace site
