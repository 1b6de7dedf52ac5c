#pragma once

#include "api/finding.hpp"
#include "api/plugin.hpp"
#include "api/snapshot.hpp"
#include "store/settled_ids.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// What the name service says of groups and users; an error says nothing of them.
struct IdLookups {
    std::function<Result<std::optional<std::string>>(std::uint32_t gid)> group_of {};
    std::function<Result<std::optional<std::uint32_t>>(Name group)> gid_of {};
    std::function<Result<std::optional<std::string>>(std::uint32_t uid)> user_of {};
};

struct IdRules {
    IdRange gids;
    IdRange uids;
    std::uint32_t lowest = 1000; ///< groups with a lower id are never touched
    bool own_groups = false; ///< a new user gets a group of his own with his uid as its id
};

/// What the keepers of groups and users have.
struct IdsAtSite {
    std::map<Name, std::uint32_t> gids {}; ///< of the groups of the snapshot that are there
    IdsInUse in_use {};
};

/// Gives every allocation the id of its group and every user to be made his own: what is there, what was
/// given before, else the next free one of the range, free by the keepers, by NSS and by what was ever given.
/// A clash or an unanswered question leaves the id out, with a finding: it is never guessed.
/// Returns what is new to the memory; it must be kept before anything is made.
IdMemory settle_ids(
    Snapshot&, const IdsAtSite&, const IdMemory&, const IdRules&, const IdLookups&, std::vector<Finding>&);

/// The same where no plugin keeps groups, but one counts by their ids: as the name service or the memory has
/// them. A group that it does not know yet leaves the id out, and says why.
IdMemory known_gids(
    Snapshot&, const IdMemory&, std::uint32_t lowest, const IdLookups&, std::vector<Finding>&);

} // namespace site
