#include "model/storage_size.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace site {
namespace {

constexpr std::array<std::string_view, 6> units { "B", "KB", "MB", "GB", "TB", "PB" };
constexpr std::array<std::string_view, 6> words { "BYTES", "KILOBYTES", "MEGABYTES", "GIGABYTES", "TERABYTES",
    "PETABYTES" };
constexpr std::array<std::string_view, 7> iec { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };

constexpr double factor(std::size_t unit)
{
    double value = 1;
    for (std::size_t i = 0; i < unit; ++i)
        value *= 1024;
    return value;
}

std::string fixed(double value, int decimals)
{
    std::array<char, 64> text {};
    const auto done
        = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    return { text.data(), done.ptr };
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\n\r\f\v";
    const auto from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::string upper(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
        [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

std::optional<std::size_t> unit_of(const std::string& word)
{
    for (const auto* names : { &units, &words })
        if (const auto* const found = std::find(names->begin(), names->end(), word); found != names->end())
            return static_cast<std::size_t>(found - names->begin());
    return std::nullopt;
}

/// Digits, and perhaps a point with digits after it.
std::size_t length_of_number(std::string_view text)
{
    constexpr std::string_view digits = "0123456789";
    const auto whole = std::min(text.find_first_not_of(digits), text.size());
    if (whole == 0 || whole == text.size() || text[whole] != '.')
        return whole;
    const auto end = std::min(text.find_first_not_of(digits, whole + 1), text.size());
    return end == whole + 1 ? 0 : end;
}

double number_of(std::string_view digits)
{
    double number = 0;
    const auto read
        = std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    if (read.ec != std::errc::result_out_of_range)
        return number;
    // Too large or too near to 0; from_chars doesn't say which.
    const auto whole = digits.substr(0, digits.find('.'));
    return whole.find_first_not_of('0') == std::string_view::npos ? 0
                                                                  : std::numeric_limits<double>::infinity();
}

} // namespace

std::string storage_text(std::uint64_t bytes)
{
    if (bytes <= 1024)
        return std::to_string(bytes) + " B";
    std::size_t unit = 1;
    while (unit + 1 < units.size() && bytes > std::uint64_t { 1 } << (10 * (unit + 1)))
        ++unit;
    // A double on purpose: the reference's digits. They are exact up to 2^53 bytes (8 PiB), since dividing by
    // a power of two loses nothing and to_chars rounds exactly, of two as near to the even digit.
    return fixed(static_cast<double>(bytes) / factor(unit), 2) + " " + std::string(units[unit]);
}

Result<std::uint64_t> parse_storage(std::string_view text)
{
    const auto inner = trimmed(text);
    const auto length = length_of_number(inner);
    const auto unit = unit_of(upper(trimmed(inner.substr(length))));
    if (length == 0 || !unit)
        return Error { Errc::invalid,
            cited(text) + " is no size such as 1.5 TB (units B, KB, MB, GB, TB, PB of 1024 each)" };
    const auto bytes = std::trunc(number_of(inner.substr(0, length)) * factor(*unit));
    if (!(bytes < 18446744073709551616.0))
        return std::numeric_limits<std::uint64_t>::max();
    return static_cast<std::uint64_t>(bytes);
}

std::string storage_limit_text(const std::optional<std::uint64_t>& bytes)
{
    return bytes ? storage_text(*bytes) : "unlimited";
}

Result<std::optional<std::uint64_t>> parse_storage_limit(std::string_view text)
{
    if (upper(trimmed(text)) == "UNLIMITED")
        return std::optional<std::uint64_t> {};
    auto size = parse_storage(text);
    if (!size)
        return size.error();
    return std::optional(*size);
}

std::string human_bytes(std::uint64_t bytes)
{
    if (bytes < 1024)
        return std::to_string(bytes) + " B";
    std::size_t unit = 1;
    auto value = static_cast<double>(bytes) / 1024;
    // As it would be written: 1023.96 KiB would read as 1024.0.
    while (unit + 1 < iec.size() && value >= 1023.95) {
        value /= 1024;
        ++unit;
    }
    return fixed(value, value < 100 ? 1 : 0) + " " + std::string(iec[unit]);
}

} // namespace site
