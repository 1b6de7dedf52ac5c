#include "decimal.hpp"

#include "scan.hpp"

#include <algorithm>
#include <optional>

namespace site {
namespace {

/// A number as it was written: sign, digits, and how many of them stand after the point (fewer than
/// none when zeros are missing before it).
struct Written {
    bool negative = false;
    std::string digits = {};
    int decimals = 0;
};

std::optional<Written> written(std::string_view text)
{
    Scan scan(text);
    scan.blanks();
    Written number;
    number.negative = scan.one_of("+-") == '-';
    number.digits = scan.digits(1000);
    if (scan.one_of(".")) {
        const auto decimals = scan.digits(1000);
        number.digits += decimals;
        number.decimals = static_cast<int>(decimals.size());
    }
    if (number.digits.empty())
        return std::nullopt;
    if (scan.one_of("eE")) {
        const bool down = scan.one_of("+-") == '-';
        const auto exponent = scan.digits(3);
        if (exponent.empty())
            return std::nullopt;
        number.decimals -= down ? -std::stoi(exponent) : std::stoi(exponent);
    }
    scan.blanks();
    return scan.done() ? std::optional(number) : std::nullopt;
}

} // namespace

std::string write(Decimal amount)
{
    const bool negative = amount.hundredths < 0;
    // Unsigned, since the least integer has no positive twin.
    const auto size = negative ? 0 - static_cast<std::uint64_t>(amount.hundredths)
                               : static_cast<std::uint64_t>(amount.hundredths);
    const auto cents = std::to_string(size % 100);
    return (negative ? "-" : "") + std::to_string(size / 100) + (cents.size() == 1 ? ".0" : ".") + cents;
}

std::variant<Decimal, std::string> read_decimal(std::string_view text)
{
    if (text.size() > 1000)
        return "String value too large.";
    const auto number = written(text);
    if (!number)
        return "A valid number is required.";
    auto [negative, digits, decimals] = *number;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    if (decimals < 0) {
        if (digits != "0")
            digits.append(static_cast<std::size_t>(-decimals), '0');
        decimals = 0;
    }
    if (digits.size() > 20)
        return "Ensure that there are no more than 20 digits in total.";
    if (decimals > 2)
        return "Ensure that there are no more than 2 decimal places.";
    digits.append(static_cast<std::size_t>(2 - decimals), '0');
    if (digits.size() > 18)
        return "Ensure that there are no more than 18 digits before the decimal point.";
    const std::int64_t size = std::stoll(digits);
    return Decimal { negative ? -size : size };
}

} // namespace site
