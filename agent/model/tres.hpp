#pragma once

#include "model/result.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace site {

/// Further counts that a site may ask for by their names.
constexpr std::size_t most_extra_tres = 8;

/// What a job was given, as whole numbers: CPUs, GPUs, megabytes, billing units, nodes.
/// One "megabyte" is Slurm's: 2^20 bytes.
struct Tres {
    std::uint64_t cpu = 0;
    std::uint64_t gpu = 0;
    std::uint64_t memory = 0; ///< MB
    std::uint64_t billing = 0;
    std::uint64_t node = 0;
    std::array<std::uint64_t, most_extra_tres> extra {}; ///< in the order in which they were asked for

    bool operator==(const Tres&) const = default;
};

/// Reads Slurm's list, `billing=12,cpu=2,gres/gpu=1,mem=62.50G,node=1` (22.05 to 24.11), in any order.
/// `gres/gpu` alone counts where it stands, else the sum of `gres/gpu:TYPE`. Other entries are passed over
/// when their form is `name=count` and Slurm has such a TRES (`known_tres`); whole counts of those in
/// `extra`, at most `most_extra_tres`, are kept. Empty text is nothing at all. A fraction of a megabyte is
/// rounded down.
Result<Tres> parse_tres(std::string_view text, std::span<const std::string> extra = {});

/// Whether Slurm 22.05 to 24.11 counts something by this name, such as `gres/gpu:a100` or `license/x`.
bool known_tres(std::string_view name);

/// A count with an optional unit K M G T P (powers of 1024) and fraction, in MB: Slurm's way to print
/// memory. No unit means MB.
Result<std::uint64_t> parse_megabytes(std::string_view text);

} // namespace site
