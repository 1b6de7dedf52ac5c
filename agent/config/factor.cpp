#include "config/factor.hpp"

#include "model/tres.hpp"

#include <charconv>
#include <numeric>
#include <optional>

namespace site::detail {
namespace {

constexpr std::uint64_t most = 1'000'000;
constexpr std::uint64_t most_parts = 1000;
constexpr std::size_t most_decimals = 3;
constexpr std::string_view name_characters
    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

Error bad(std::string why)
{
    return { Errc::invalid, std::move(why) };
}

std::optional<std::uint64_t> whole(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || end != text.data() + text.size() || value > most * most_parts)
        return std::nullopt;
    return value;
}

Result<Factor> reduced(std::uint64_t numerator, std::uint64_t denominator)
{
    if (numerator / denominator > most)
        return bad("is more than 1000000");
    const auto common = std::gcd(numerator, denominator);
    return Factor { numerator / common, denominator / common };
}

Result<std::string> checked_factor(std::string_view text)
{
    const auto read = factor(text);
    return read ? Result<std::string>(std::string(text)) : read.error();
}

Result<std::string> checked_named_factor(std::string_view text)
{
    const auto read = named_factor(text);
    return read ? Result<std::string>(std::string(text)) : read.error();
}

Result<std::string> checked_tres(std::string_view text)
{
    constexpr std::string_view more = "/:";
    for (const auto c : text)
        if (name_characters.find(c) == std::string_view::npos && more.find(c) == std::string_view::npos)
            return bad("has a character that isn't allowed");
    if (text.size() > 64 || !known_tres(text))
        return bad("is no TRES that Slurm has");
    if (text == "cpu" || text == "mem" || text == "billing" || text == "gres/gpu")
        return bad("has a measure of its own");
    return std::string(text);
}

} // namespace

Result<Factor> factor(std::string_view text)
{
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        const auto above = whole(text.substr(0, slash));
        const auto below = whole(text.substr(slash + 1));
        if (!above || !below || *below == 0 || *below > most_parts)
            return bad("is no fraction with 1 to 1000 below");
        return reduced(*above, *below);
    }
    const auto dot = text.find('.');
    const auto integer = whole(text.substr(0, dot));
    if (!integer || *integer > most)
        return bad("is no number up to 1000000");
    std::uint64_t parts = *integer;
    std::uint64_t scale = 1;
    if (dot != std::string_view::npos) {
        const auto decimals = text.substr(dot + 1);
        const auto fraction = decimals.size() <= most_decimals ? whole(decimals) : std::nullopt;
        if (!fraction)
            return bad("has more than three decimals, or none after the dot");
        for (std::size_t i = 0; i < decimals.size(); ++i)
            scale *= 10;
        parts = *integer * scale + *fraction;
    }
    return reduced(parts, scale);
}

Result<std::pair<std::string, Factor>> named_factor(std::string_view text)
{
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    if (equals == std::string_view::npos || name.empty() || name.size() > 64
        || name.find_first_not_of(name_characters) != std::string_view::npos)
        return bad("is no NAME=FACTOR");
    auto read = factor(text.substr(equals + 1));
    if (!read)
        return read.error();
    return std::pair(std::string(name), *read);
}

const TextRule factor_rule { "a factor such as 2, 0.5 or 1/7", checked_factor };
const TextRule named_factor_rule { "a name and a factor such as long=0.5 or 1g.5gb=1/7",
    checked_named_factor };
const TextRule tres_rule { "a TRES such as gres/gpu:a100 or license/x", checked_tres };

} // namespace site::detail
