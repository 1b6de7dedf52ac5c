#pragma once

#include "model/tres.hpp"

#include <cstdint>

namespace site {

/// What one whole node of a partition offers. A zero means: this resource does not limit.
struct NodeShape {
    std::uint64_t cpus = 0;
    std::uint64_t gpus = 0;
    std::uint64_t memory = 0; ///< MB
    std::uint64_t billing = 0;

    [[nodiscard]] bool empty() const { return cpus == 0 && gpus == 0 && memory == 0 && billing == 0; }
    bool operator==(const NodeShape&) const = default;
};

/// A share as numerator over denominator, both small; not reduced.
struct Share {
    std::uint64_t numerator = 0;
    std::uint64_t denominator = 1;
};

/// The largest share of a node over cpu, gpu, memory and billing; n whole nodes give n.
Share largest_share(const Tres&, const NodeShape&);

} // namespace site
