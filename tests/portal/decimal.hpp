#pragma once
// Amounts with two decimals, as the portal takes, stores and writes them.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace site {

/// Hundredths. The portal's column holds 20 digits; 18 fit here, more than any cluster will ever count.
struct Decimal {
    std::int64_t hundredths = 0;
};

/// `1250` as `12.50`.
std::string write(Decimal amount);

/// The amount, or what the portal answers instead. Takes what its framework takes: blanks around,
/// a sign, an exponent; not a third decimal, even when that is a zero.
std::variant<Decimal, std::string> read_decimal(std::string_view text);

} // namespace site
