#pragma once

#include "model/decimal.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>

namespace site {

/// An exact fraction; usage is summed as fractions and rounded once, at the end of a day.
/// (A heavy header: for the few places that sum or round.)
using Rational = boost::multiprecision::cpp_rational;

/// Rounded half up. The value must not be negative.
std::uint64_t rounded(const Rational&);

/// With two decimals, rounded half up. The value must not be negative.
Decimal to_decimal(const Rational&);

} // namespace site
