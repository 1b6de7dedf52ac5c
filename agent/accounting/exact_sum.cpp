#include "accounting/exact_sum.hpp"

#include <limits>
#include <numeric>

namespace site {
namespace {

using Integer = boost::multiprecision::cpp_int;

Integer integer(Wide value)
{
    constexpr auto half = std::numeric_limits<std::uint64_t>::digits;
    return (Integer(static_cast<std::uint64_t>(value >> half)) << half) + static_cast<std::uint64_t>(value);
}

Rational rational(const Fraction& fraction)
{
    return { integer(fraction.numerator), Integer(fraction.denominator) };
}

} // namespace

Fraction Fraction::reduced(Wide numerator, std::uint64_t denominator)
{
    if (denominator == 1)
        return { numerator, 1 };
    const auto common = std::gcd(static_cast<std::uint64_t>(numerator % denominator), denominator);
    return { numerator / common, denominator / common };
}

void ExactSum::add(const Fraction& charged, std::uint64_t count, std::uint64_t parts)
{
    Wide numerator = 0;
    std::uint64_t denominator = 0;
    if (__builtin_mul_overflow(charged.numerator, Wide { count }, &numerator)
        || __builtin_mul_overflow(charged.denominator, parts, &denominator)) {
        rest_ += rational(charged) * count / parts;
        return;
    }
    const auto term = Fraction::reduced(numerator, denominator);
    auto& sum = term.denominator == 1 ? whole_ : numerators_[term.denominator];
    if (__builtin_add_overflow(sum, term.numerator, &sum)) {
        // The sum has wrapped: it is 2^128 short.
        constexpr unsigned width = 128;
        rest_ += Rational(Integer(1) << width, Integer(term.denominator));
    }
}

Rational ExactSum::exact() const
{
    Rational sum = rest_ + rational({ whole_, 1 });
    for (const auto& [denominator, numerator] : numerators_)
        sum += rational({ numerator, denominator });
    return sum;
}

std::uint64_t ExactSum::rounded() const
{
    // Many odd denominators would make the exact fraction very long, so a sum in 2^-64 comes first. Each term
    // is cut there, so the true sum lies less than `cut` above it; only where that span holds a half, the
    // fraction has to be made.
    constexpr unsigned places = 64;
    constexpr Wide half = Wide { 1 } << (places - 1);
    Wide whole = whole_;
    Wide low = 0;
    Wide cut = 0;
    for (const auto& [denominator, numerator] : numerators_) {
        const Wide left = (numerator % denominator) << places;
        whole += numerator / denominator;
        low += left / denominator;
        cut += left % denominator == 0 ? 0 : 1;
    }
    const Wide least = whole + ((low + half) >> places);
    const Wide most = whole + ((low + cut + half) >> places);
    if (rest_ == 0 && least == most)
        return static_cast<std::uint64_t>(least);
    return site::rounded(exact());
}

} // namespace site
