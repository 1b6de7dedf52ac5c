#include "model/tres.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace site {
namespace {

Error bad(std::string_view text)
{
    return { Errc::invalid, "TRES " + cited(text) + " is not name=count" };
}

std::optional<std::uint64_t> whole(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<int> power_of(char unit)
{
    switch (unit) {
    case 'K':
        return -1;
    case 'M':
        return 0;
    case 'G':
        return 1;
    case 'T':
        return 2;
    case 'P':
        return 3;
    default:
        return std::nullopt;
    }
}

} // namespace

Result<std::uint64_t> parse_megabytes(std::string_view text)
{
    auto number = text;
    int power = 0;
    if (!number.empty() && (number.back() < '0' || number.back() > '9')) {
        const auto unit = power_of(number.back());
        if (!unit)
            return Error { Errc::invalid, "memory " + cited(text) + " has an unknown unit" };
        power = *unit;
        number.remove_suffix(1);
    }
    const auto dot = number.find('.');
    const auto integer = whole(number.substr(0, dot));
    std::uint64_t fraction = 0;
    std::uint64_t scale = 1;
    if (dot != std::string_view::npos) {
        const auto decimals = number.substr(dot + 1);
        const auto read = decimals.size() <= 6 ? whole(decimals) : std::nullopt;
        if (!read)
            return Error { Errc::invalid, "memory " + cited(text) + " is not a number" };
        fraction = *read;
        for (std::size_t i = 0; i < decimals.size(); ++i)
            scale *= 10;
    }
    // 2^33 PB in MB is still far below 2^64 times the scale: nothing here can wrap.
    if (!integer || *integer > (1ULL << 33))
        return Error { Errc::invalid, "memory " + cited(text) + " is not a number in range" };
    if (power < 0)
        return (*integer * scale + fraction) / scale / 1024;
    const std::uint64_t factor = 1ULL << (10 * power);
    return *integer * factor + fraction * factor / scale;
}

bool known_tres(std::string_view name)
{
    constexpr std::array<std::string_view, 7> words { "cpu", "mem", "energy", "node", "billing", "vmem",
        "pages" };
    constexpr std::array<std::string_view, 5> families { "gres/", "license/", "fs/", "bb/", "ic/" };
    return std::find(words.begin(), words.end(), name) != words.end()
        || std::any_of(families.begin(), families.end(),
            [&](auto family) { return name.size() > family.size() && name.starts_with(family); });
}

Result<Tres> parse_tres(std::string_view text, std::span<const std::string> extra)
{
    Tres tres;
    std::optional<std::uint64_t> gpu_total;
    std::uint64_t gpu_typed = 0;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto entry = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view {} : text.substr(comma + 1);
        const auto equals = entry.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return bad(entry);
        const auto key = entry.substr(0, equals);
        const auto value = entry.substr(equals + 1);
        const auto asked = std::find(extra.begin(), extra.end(), key);
        if (asked != extra.end()) {
            const auto count = whole(value);
            if (!count)
                return bad(entry);
            tres.extra.at(static_cast<std::size_t>(asked - extra.begin())) = *count;
        }
        if (key == "mem") {
            auto megabytes = parse_megabytes(value);
            if (!megabytes)
                return megabytes.error();
            tres.memory = *megabytes;
            continue;
        }
        const bool gpu = key == "gres/gpu" || key.substr(0, 9) == "gres/gpu:";
        if (!gpu && key != "cpu" && key != "billing" && key != "node") {
            if (value.empty())
                return bad(entry);
            if (!known_tres(key))
                return Error { Errc::invalid, "TRES " + cited(key) + " is not known" };
            continue;
        }
        const auto count = whole(value);
        if (!count)
            return bad(entry);
        if (key == "cpu")
            tres.cpu = *count;
        else if (key == "billing")
            tres.billing = *count;
        else if (key == "node")
            tres.node = *count;
        else if (key == "gres/gpu")
            gpu_total = *count;
        else
            gpu_typed += *count;
    }
    tres.gpu = gpu_total.value_or(gpu_typed);
    return tres;
}

} // namespace site
