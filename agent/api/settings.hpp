#pragma once

#include "model/node_shape.hpp"
#include "model/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace site {

/// How accounts lie in Slurm's tree.
enum class AccountTree : std::uint8_t {
    flat, ///< every project's account under `parent_account`
    by_customer ///< under an account of its organisation, which is under `parent_account`
};

/// What happens to the account of an allocation whose grace is over.
enum class Retire : std::uint8_t {
    keep, ///< closed and without members, kept for its history
    remove ///< its associations on this cluster are removed
};

/// What happens when a month's limit is reached.
enum class OnExhausted : std::uint8_t {
    stop, ///< no new work; running jobs finish
    kill ///< caps are written even where Slurm kills running jobs under them
};

/// `clusters[].slurm`: the Slurm plugin's settings.
struct SlurmSettings {
    std::string programs = "/usr/bin"; ///< folder of sacctmgr, sacct, sshare, scontrol, sinfo
    std::string conf; ///< SLURM_CONF of the children; empty: Slurm's own search
    std::string parent_account = "root";
    AccountTree accounts = AccountTree::flat;
    Retire retire = Retire::keep;
    OnExhausted on_exhausted = OnExhausted::stop;
    std::string default_qos; ///< empty: left to the site
    std::vector<std::string> qos; ///< the account's list; empty: left to the site
    std::string downscaled_qos; ///< DefaultQOS while a resource is downscaled; empty: not changed
    std::optional<std::int64_t> fairshare; ///< of accounts; none: left to the site
    std::vector<std::string> partitions; ///< one association a member and partition; empty: one for all
    NodeShape default_node; ///< all zero: made from `sinfo` at start
    std::map<std::string, NodeShape> nodes; ///< by partition
    /// A cap is rewritten when it is off by more than this share of the month's limit (in 1/1000) …
    std::uint32_t cap_tolerance = 10;
    Seconds read_deadline { 60 };
    Seconds change_deadline { 900 }; ///< of one batch, such as a `load` of thousands
};

using PluginSettings = std::variant<SlurmSettings>;

} // namespace site
