#pragma once

#include "model/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace site {

/// A number with two decimals, the portal's form of every amount (at most 20 digits there, 18 here).
class Decimal {
public:
    Decimal() = default;
    static constexpr Decimal hundredths(std::int64_t value)
    {
        Decimal made;
        made.value_ = value;
        return made;
    }
    /// `12`, `12.5`, `12.50`; more decimals are accepted and rounded half up, exponents are not.
    static Result<Decimal> parse(std::string_view text);

    [[nodiscard]] std::int64_t in_hundredths() const { return value_; }
    [[nodiscard]] std::string text() const; ///< always two decimals: `12.50`

    friend auto operator<=>(Decimal, Decimal) = default;

private:
    std::int64_t value_ = 0;
};

} // namespace site
