#pragma once

#include "api/finding.hpp"
#include "api/snapshot.hpp"
#include "config/config.hpp"
#include "system/people.hpp"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace site {

using PersonLookup = std::function<Result<std::optional<Person>>(Name)>;

/// Members who would be new at the site must be known to NSS, or they wait; a low uid freezes. Those in
/// `placed`, (group, user), are not looked up again. Returns how many wait.
std::size_t resolve_people(Snapshot&, const std::set<std::pair<Name, Name>>& placed, const PersonLookup&,
    const GuardConfig&, std::vector<Finding>&);

} // namespace site
