#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <string_view>

namespace site {

/// What a job was given, as whole numbers: CPUs, GPUs, megabytes, billing units, nodes.
/// One "megabyte" is Slurm's: 2^20 bytes.
struct Tres {
    std::uint64_t cpu = 0;
    std::uint64_t gpu = 0;
    std::uint64_t memory = 0; ///< MB
    std::uint64_t billing = 0;
    std::uint64_t node = 0;

    bool operator==(const Tres&) const = default;
};

/// Reads Slurm's list, `billing=12,cpu=2,gres/gpu=1,mem=62.50G,node=1` (22.05 to 24.11), in any order.
/// `gres/gpu` alone counts where it stands, else the sum of `gres/gpu:TYPE`; other entries are passed
/// over when their form is `name=count`. Empty text is nothing at all. A fraction of a megabyte is rounded
/// down.
Result<Tres> parse_tres(std::string_view text);

/// A count with an optional unit K M G T P (powers of 1024) and fraction, in MB: Slurm's way to print
/// memory. No unit means MB.
Result<std::uint64_t> parse_megabytes(std::string_view text);

} // namespace site
