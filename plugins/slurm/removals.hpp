#pragma once

#include "api/change.hpp"
#include "model/name.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace site {

/// A user's associations on this cluster, ours and foreign, and which account is his default.
struct UserRow {
    std::vector<std::pair<Name, Name>> rows; ///< account and partition
    Name default_account {};
};

using Users = std::unordered_map<Name, UserRow>;

/// What removing associations takes beside the deletes. A user's default account is moved first, else his
/// jobs without an account fail (22.05) or the delete is refused (23.11).
struct RemovalPlan {
    /// New default account, and the changes (by index) whose users are moved there.
    std::map<Name, std::vector<std::size_t>> moves;
    std::vector<std::size_t> first; ///< removals of what is no default, once the moves are done
    /// Removals of a default account of a user who loses everything. They are commands of their own:
    /// sacctmgr 22.05 refuses a list in which only some are defaults.
    std::vector<std::size_t> last;
};

/// `removals` are indices of association removals in `changes`. Without `users` nothing is moved. The new
/// default is the first by name of the accounts that the user keeps.
RemovalPlan plan_removals(
    std::span<const Change> changes, std::span<const std::size_t> removals, const Users* users);

/// Which accounts can't be removed, since something that isn't removed with them hangs beneath: by index of
/// the change, why. sacctmgr would remove the associations beneath as well. `listing` is the association
/// listing as of now.
std::map<std::size_t, std::string> blocked_removals(
    std::span<const Change> changes, std::span<const std::size_t> removals, std::string_view listing);

} // namespace site
