#include "model/decimal.hpp"

#include "model/identifier.hpp"

namespace site {

Result<Decimal> Decimal::parse(std::string_view text)
{
    const auto bad = [&] { return Error { Errc::invalid, cited(text) + " is not a decimal number" }; };
    auto rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative)
        rest.remove_prefix(1);
    const auto dot = rest.find('.');
    const auto integer = rest.substr(0, dot);
    const auto fraction = dot == std::string_view::npos ? std::string_view {} : rest.substr(dot + 1);
    if (integer.empty() || integer.size() > 16 || (dot != std::string_view::npos && fraction.empty()))
        return bad();
    std::int64_t value = 0;
    for (const char c : integer) {
        if (c < '0' || c > '9')
            return bad();
        value = value * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < 2; ++i)
        value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    for (const char c : fraction)
        if (c < '0' || c > '9')
            return bad();
    if (fraction.size() > 2 && fraction[2] >= '5')
        ++value;
    return hundredths(negative ? -value : value);
}

std::string Decimal::text() const
{
    const auto magnitude = value_ < 0 ? -value_ : value_;
    const auto cents = std::to_string(magnitude % 100);
    return (value_ < 0 ? "-" : "") + std::to_string(magnitude / 100) + "." + (cents.size() == 1 ? "0" : "")
        + cents;
}

} // namespace site
