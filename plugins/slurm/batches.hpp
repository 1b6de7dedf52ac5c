#pragma once

#include "api/change.hpp"
#include "api/runner.hpp"
#include "model/result.hpp"
#include "slurm/programs.hpp"
#include "slurm/removals.hpp"
#include "slurm/sacctmgr.hpp"

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace site {

/// What the agent knows of the cluster's tree when it builds commands; kept up to date by `apply`.
struct SlurmTree {
    Name cluster;
    std::unordered_map<Name, Name> parents; ///< where accounts of the interest hang
    std::optional<Users> users; ///< only when removals were expected
};

enum class SlurmVerb {
    modify_accounts,
    modify_users,
    add_account,
    add_users,
    load,
    move_default,
    delete_users,
    delete_accounts
};

/// One sacctmgr command and the changes it carries out. It can be built again for some of them.
struct SlurmStep {
    SlurmVerb verb = SlurmVerb::modify_accounts;
    std::vector<std::size_t> changes {};
    std::vector<std::string> set {}; ///< `GrpJobs=0`; of modify and add
    Name account {}; ///< of users' steps: their account; of move_default: the new default
    Name part {}; ///< of users' steps: their partition, or empty for all
};

/// Why a change can't become a command: another cluster or kind, a name that may not reach a command (an
/// empty user would stand for the account's own row), a value that isn't plain.
Result<void> fit(const Change&, Name cluster);

/// The commands for the changes in `which`, in the order in which they must run: what closes or blocks,
/// creations, other updates, removals of associations, removals of accounts. Lists where a value is shared,
/// `load` where many commands would be needed.
std::vector<SlurmStep> steps(
    std::span<const Change> changes, std::span<const std::size_t> which, const SlurmTree& tree);

/// Removals of accounts come last, on their own, since they are checked first.
bool removes_account(const Change&);

Command command(const SlurmStep&, std::span<const Change> changes, const SlurmTree&, const Programs&);
Deed deed(SlurmVerb);

/// How a command looks to people, with the file that a load reads.
std::string shown(const Command&);

} // namespace site
