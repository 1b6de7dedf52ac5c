#pragma once

#include "model/rational.hpp"

#include <cstdint>
#include <map>

namespace site {

__extension__ using Wide = unsigned __int128;

/// A count over a denominator, reduced.
struct Fraction {
    Wide numerator = 0;
    std::uint64_t denominator = 1;

    /// `denominator` is not 0.
    static Fraction reduced(Wide numerator, std::uint64_t denominator);
};

/// Adds up fractions exactly and rounds once.
///
/// A million jobs share few denominators (the shapes of nodes, and the spans of jobs that were suspended), so
/// one whole number is kept for each; Rational is used only where that would not fit.
class ExactSum {
public:
    /// Adds `charged` x `count` / `parts`; `parts` is not 0.
    void add(const Fraction& charged, std::uint64_t count, std::uint64_t parts = 1);

    [[nodiscard]] Rational exact() const;
    /// Rounded half up.
    [[nodiscard]] std::uint64_t rounded() const;

private:
    Wide whole_ = 0; ///< over 1, as most are
    std::map<std::uint64_t, Wide> numerators_; ///< by any other denominator
    Rational rest_;
};

} // namespace site
