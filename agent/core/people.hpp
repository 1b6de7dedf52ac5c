#pragma once

#include "api/finding.hpp"
#include "api/snapshot.hpp"
#include "system/people.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace site {

using PersonLookup = std::function<Result<std::optional<Person>>(Name)>;

struct PeopleRules {
    std::uint32_t lowest_uid = 1000;
    bool create = false; ///< a plugin makes users: one that NSS doesn't know is made, where anything may be
};

/// Members who would be new at the site must be known to NSS, or they wait; a low uid freezes. Those in
/// `placed`, (group, user), are not looked up again; nobody is looked up twice. Returns how many wait.
std::size_t resolve_people(Snapshot&, const std::set<std::pair<Name, Name>>& placed, const PersonLookup&,
    const PeopleRules&, std::vector<Finding>&);

} // namespace site
