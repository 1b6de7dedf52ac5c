#include "model/rational.hpp"

namespace site {

std::uint64_t rounded(const Rational& value)
{
    namespace mp = boost::multiprecision;
    const mp::cpp_int top = mp::numerator(value) * 2 + mp::denominator(value);
    const mp::cpp_int bottom = mp::denominator(value) * 2;
    return static_cast<std::uint64_t>(mp::cpp_int(top / bottom));
}

Decimal to_decimal(const Rational& value)
{
    return Decimal::hundredths(static_cast<std::int64_t>(rounded(value * 100)));
}

} // namespace site
