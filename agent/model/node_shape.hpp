#pragma once

#include "model/tres.hpp"

#include <boost/multiprecision/cpp_int.hpp>

namespace site {

/// An exact fraction; usage is summed as fractions and rounded once, at the end of a day.
using Rational = boost::multiprecision::cpp_rational;

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

/// Seconds, rounded half up. The value must not be negative.
std::uint64_t rounded(const Rational&);

} // namespace site
