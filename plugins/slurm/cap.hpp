#pragma once

#include "api/records.hpp"
#include "api/snapshot.hpp"
#include "slurm/listing.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace site {

/// `node_seconds` of nodes that have `per_node` of a TRES, in whole TRES-minutes rounded up (Slurm cuts `1.5`
/// to 1 and says nothing). Nothing when it is past what a record can hold.
std::optional<std::int64_t> tres_minutes(std::uint64_t node_seconds, std::uint64_t per_node);

/// Whether caps do what they should here: Slurm kills running jobs at a cap unless `safe` is enforced.
enum class CapUse {
    unknown, ///< Slurm's configuration wasn't read yet: leave what is there
    never, ///< none is written, and one of ours is cleared
    allowed
};
CapUse cap_use(const SlurmSettings&, const SlurmFacts&);

/// The TRES that caps are put on, with what a node has of each: `billing` alone where a node's billing is a
/// constant (PriorityFlags=MAX_TRES), else cpu, mem and gres/gpu. Never `node`, which counts one node a job.
struct CapTres {
    Name field;
    std::uint64_t per_node = 0;
};
std::vector<CapTres> cap_tres(const SlurmConfig&, const NodeShape&);

/// What the caps of one account are made from.
struct CapInput {
    const SlurmSettings& settings;
    const SlurmFacts& facts;
    const Record* observed = nullptr;
    const Owned* owned = nullptr;
    Month month;
};

struct SlurmCaps {
    std::vector<FieldValue> fields;
    std::string problem {}; ///< why they could not be worked out, or empty
};

/// The cap fields that should be: accumulated + what is left of the month. A cap of ours stays as it stands
/// while its basis (`<limit seconds>@<month>`) is the same and it is off by no more than the tolerance.
/// Where a figure is missing, or the allocation isn't present, caps of ours stay as they are.
SlurmCaps caps(const Allocation&, const CapInput&);

} // namespace site
