#pragma once

#include "api/plugin.hpp"
#include "slurm/removals.hpp"
#include "slurm/scontrol_config.hpp"
#include "slurm/sshare.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace site {

/// What `desired` needs beside the records.
struct SlurmFacts final : Facts {
    std::optional<SlurmConfig> config; ///< none: slurmctld hasn't answered yet
    std::optional<Accumulated> accumulated; ///< none: not asked for, or not answered
    NodeShape standard_node; ///< of the settings, else of sinfo; empty when unknown
    /// Accounts of the interest that slurmdbd has without an association here, by organization.
    std::unordered_map<Name, std::string> elsewhere;
};

/// The tree of this cluster as the listing shows it.
struct SlurmListing {
    std::vector<Record> records; ///< of the interest, sorted; without description and organization
    std::unordered_map<Name, Name> parents; ///< of the accounts in the interest
    Users users; ///< of the interest; only with `removals`, and without default accounts
};

/// Reads the whole listing of associations. An error when a line is not understood, or when not even
/// root's association is there: then we were refused a look, and nothing may be concluded from it.
///
/// A user's row shows the account's MaxSubmitJobs where he has none of his own, so a number equal to the
/// account's is taken for unset; a 0 is kept, since it blocks either way. QOS, DefaultQOS and the fair share
/// of 1 count as unset where they are the parent's or Slurm's default and not what the settings ask for.
Result<SlurmListing> parse_listing(
    std::string_view text, Name cluster, const Interest&, const SlurmSettings& settings);

/// Adds description and organization to the account records, fills `elsewhere`, and tells which records bear
/// our mark: the accounts by their organization, the associations by their account.
Result<void> add_accounts(
    std::string_view text, Name cluster, const Interest&, std::vector<Record>&, SlurmFacts&);

/// The interest with the accounts of that listing that bear our mark. A line that is not understood is left
/// to `add_accounts` to complain of.
Interest with_marked(Interest, std::string_view accounts);

Result<void> add_defaults(std::string_view text, Users&);

/// The list that accounts get: the configured QOS with the default and the downscaled one.
std::string account_qos(const SlurmSettings&);

} // namespace site
