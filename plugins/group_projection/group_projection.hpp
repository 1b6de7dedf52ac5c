#pragma once

#include "api/plugin.hpp"

#include <set>
#include <utility>

namespace site {

/// Words for the fields of groups and users, whatever keeps them.
struct GroupFields {
    Name gid { "gid" };
    Name uid { "uid" };
    Name locked { "locked" }; ///< 1: the user can't log in
};
const GroupFields& group_fields();

/// What a keeper of Unix groups reads beside records.
class GroupFacts : public Facts {
public:
    /// (group, user) of users whose primary group is one of the interest's: members without being listed.
    std::set<std::pair<Name, Name>> primary;
};

/// Groups and users that are ours or asked for on this cluster. Pure.
Interest group_interest(Name cluster, const Snapshot&);

/// Which groups, members and users should be, for every keeper of Unix groups. Pure.
///
/// A group holds those whom any allocation that names it lists; who is gone from all of them leaves it at
/// once. Records: group {gid}, group_member {}, user {uid, locked}. Who stands in a group of ours and was not
/// put there by us is a finding, and a stray where the members are strict.
Result<Desired> group_desired(
    const GroupRules&, const UserRules&, Name cluster, const Snapshot&, const Observation&);

} // namespace site
