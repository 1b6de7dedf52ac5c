#pragma once

#include "model/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace site {

/// What of `scontrol show config` decides how limits work here.
/// Format: Slurm 22.05 to 24.11, `Key<padding>= value`, one a line.
struct SlurmConfig {
    std::string cluster;
    std::string version;
    std::vector<std::string> enforce; ///< AccountingStorageEnforce
    std::vector<std::string> tres; ///< AccountingStorageTRES
    std::vector<std::string> priority_flags;
    std::string priority_type;
    std::string half_life; ///< `00:00:00` or `14-00:00:00`
    std::string reset_period; ///< `NONE`, `NOW`, `MONTHLY`, ...
    std::string private_data;

    bool operator==(const SlurmConfig&) const = default;

    [[nodiscard]] bool enforces(std::string_view) const;
    [[nodiscard]] bool tracks(std::string_view tres) const;
    [[nodiscard]] bool max_tres() const; ///< billing is the largest weighted share, not the sum
    [[nodiscard]] bool decays() const; ///< half life is not zero
};

/// An error when the text has no ClusterName, so that something else is never taken for a configuration.
Result<SlurmConfig> parse_config(std::string_view text);

} // namespace site
