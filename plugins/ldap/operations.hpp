#pragma once

#include "api/change.hpp"
#include "ldap/listing.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace site {

enum class LdapVerb : std::uint8_t { add, modify, remove };

/// One operation on one entry, and the changes that it carries out.
struct LdapOperation {
    enum class About : std::uint8_t { user, private_group, group };
    LdapVerb verb = LdapVerb::modify;
    About about = About::group;
    Name name {}; ///< of the group or user
    LdapEntry entry {}; ///< all of it for `add`, else only its DN
    std::vector<LdapModification> modifications {};
    std::vector<std::size_t> changes {};
};

/// What a batch comes to, in the order in which it is done: users, groups with their members, removals.
struct LdapWork {
    std::vector<LdapOperation> operations {};
    /// One a change: why it can't be asked of a server at all. What holds already has no operation.
    std::vector<Result<void>> results {};
};

/// One operation a group for all who join and leave it, a new group together with its first members. Pure.
LdapWork ldap_work(std::span<const Change>, const LdapTree&, const LdapForm&);

/// A new group with those members' changes among `joins`. Pure.
LdapOperation group_addition(
    std::span<const Change>, std::size_t create, const std::vector<std::size_t>& joins, const LdapForm&);

/// What is left to do for a group's members, by how it stands: values are added and removed, never replaced,
/// so that nobody else's change is lost; the placeholder comes and goes with them. At most `most_values` of
/// them in one operation. None when all of it holds. Pure.
std::optional<LdapOperation> member_operation(
    std::span<const Change>, const std::vector<std::size_t>& which, Name, const LdapGroup&, const LdapForm&);
constexpr std::size_t most_values = 5000; ///< 70 bytes a DN: well below 389ds's 2 MB a message

/// The entry of a group that holds one user's primary id and nobody; removed with him.
bool is_private_group(const LdapEntry&, Name user);

/// For people: `ldapmodify cn=brics.x,ou=groups,...: add memberUid: u1, u2 (and 18 more)`.
std::string shown(const LdapOperation&);

} // namespace site
